/**
 * The report as one page that a reviewer reads, prints and searches: everything is in it, nothing is fetched, and its policy (CSP) forbids that
 * anything were. What a device said stands there as text, whatever it is.
 */
import { createHash } from "node:crypto"
import { stringify } from "yaml"
import type { ClauseResult, RegimeMap } from "../maps/map"
import type { ClassResult, ControlResult, Report } from "../report"
import { isProof, type RunResult, type TestResult } from "../run"
import type { Evidence } from "../scene"
import { VERDICTS, type Verdict } from "../verdict"
import { escapeMarkup, type Filling, html, Markup } from "../../markup"
import { SCRIPT } from "./script"
import { STYLE } from "./style"
import { barOf, timingsOf, verdictOn } from "./timing"
import { VERDICT_WORDS } from "./verdict-words"

/** A regime with what the report says of its clauses. */
export interface MapView extends Pick<RegimeMap, "regime" | "scope"> {
    name: string
    clauses: ClauseResult[]
}

/** What belongs to a report and is not in it. */
export interface Enclosures {
    views: readonly MapView[]
    /** SHA-256 of the machine report's file, in hex: what ties a print to what was signed. */
    sha256: string
    /** Tests of the suite that are not in the report. */
    lacking: readonly string[]
    /** SVG of the board's circuit. It is shown as a picture: nothing in it is run. */
    drawing?: string
    /** What the firmware is made of. */
    sbom?: readonly { name: string; version?: string; digest?: string }[]
}

export function htmlOf(report: Report, { views, sha256, lacking, drawing, sbom }: Enclosures): string {
    const { declared, controls, results, suite, made, target, seed } = report
    const title = `Conformance report: ${declared.device.model} ${declared.device.serial}`
    const sections: Section[] = [
        {
            id: "summary",
            title: "Summary",
            content: [
                sameness(report),
                wholeness(lacking),
                report.classes.map(classBox),
                countsTable(controls),
                SEARCH,
            ],
        },
        { id: "device", title: "What was measured", content: proofTable(report, sha256) },
        { id: "timing", title: "Times", content: timingTable(results) },
        { id: "controls", title: "Controls", content: controls.map(control => controlArticle(control, results)) },
        { id: "views", title: "Views by regime", content: [VIEWS, views.map(viewDetails)] },
        ...(drawing === undefined ? [] : [{ id: "drawing", title: "Circuit", content: picture(drawing) }]),
        ...(sbom === undefined ? [] : [{ id: "sbom", title: "Bill of materials", content: billDetails(sbom) }]),
        { id: "declaration", title: "Declaration", content: declarationDetails(declared) },
    ]
    const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(STYLE, SCRIPT)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
<header>
<h1>${title}</h1>
<p class="quiet">Suite ${suite}, ${made}, ${target}, ${seedWords(seed)}</p>
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections.map(sectionOf)}
</main>
<footer><p class="quiet">Made by domovoi conform ${suite}. The machine report beside this page is what is signed.</p></footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`
    return page.text
}

/** Nothing but this page's own style and script, known by their digests, and pictures that are in it. */
function policyOf(style: string, script: string): string {
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
    return [
        "default-src 'none'",
        `style-src ${hash(style)}`,
        `script-src ${hash(script)}`,
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ].join("; ")
}

interface Section {
    id: string
    title: string
    content: Filling
}

function sectionOf({ id, title, content }: Section): Markup {
    return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}</section>
`
}

/** A column's name, and the class of its width or kind; the cells of `rows` head theirs. */
type Column = readonly [name: string, kind?: "number" | "number narrow" | "narrow" | "middle" | "wide" | "middle rows"]

/** @param attributes of each row */
function tableOf(columns: readonly Column[], rows: readonly (readonly Filling[])[], attributes?: Markup): Markup {
    const head = columns.map(([name, kind]) => html`<th scope="col" class="${kind ?? "free"}">${name}</th>`)
    const cell = (content: Filling, at: number) => {
        const kind = columns[at][1] ?? ""
        if (kind.includes("rows")) return html`<th scope="row">${content}</th>`
        return kind.includes("number") ? html`<td class="number">${content}</td>` : html`<td>${content}</td>`
    }
    return html`<table class="fixed"><thead><tr>${head}</tr></thead>
<tbody>${rows.map(row => html`<tr${attributes}>${row.map(cell)}</tr>\n`)}</tbody></table>`
}

const inLines = (lines: readonly Filling[]): Filling => lines.map((line, at) => [at > 0 ? html`<br>` : undefined, line])

function verdictMark(verdict: Verdict): Markup {
    const { sign, word } = VERDICT_WORDS[verdict]
    return html`<span class="verdict ${verdict}"><span class="sign" aria-hidden="true">${sign}</span> ${word}</span>`
}

function sameness({ isSame }: RunResult): Markup | undefined {
    if (isSame) return undefined
    return html`<div class="box bad">
<p><strong>It is not proved that the same device with the same program stood there from beginning to end.</strong></p>
<p>What seemed to be met is inconclusive.</p></div>`
}

function wholeness(lacking: readonly string[]): Markup | undefined {
    if (lacking.length === 0) return undefined
    return html`<div class="box bad"><p><strong>This is a part: ${lacking.length} tests of the suite are not in it.</strong></p>
<p>Controls may stand better here than they would with them, and no class is to be claimed on it.</p>
<details><summary>Tests that are not in it</summary><p>${lacking.join(", ")}</p></details></div>`
}

function classBox({ class: of, isMet, missing }: ClassResult): Markup {
    const head = html`<p><strong>${isMet ? "✔" : "✘"} Class ${of}: ${isMet ? "met" : "not met"}</strong></p>`
    if (isMet)
        return html`<div class="box good">${head}<p>Each of its controls that applies stands at enforced or measured.</p></div>`
    const items = missing.map(
        ({ id, verdict }) => html`<li><a href="#${anchor(id)}">${id}</a> ${verdictMark(verdict)}</li>`,
    )
    return html`<div class="box bad">${head}<p>In the way:</p><ul>${items}</ul></div>`
}

function countsTable(controls: readonly ControlResult[]): Markup {
    const counted = (verdict: Verdict) => controls.filter(control => control.verdict === verdict).length
    return tableOf(
        [["Verdict", "middle"], ["Means"], ["Controls", "number narrow"]],
        VERDICTS.map(verdict => [verdictMark(verdict), VERDICT_WORDS[verdict].means, counted(verdict)]),
    )
}

/** Shown by the script, which does the finding. */
const SEARCH = html`<div class="search" id="search" role="search" hidden><label for="find">Find a control, test or clause</label><br>
<input id="find" type="search" autocomplete="off"><p id="found" role="status"></p></div>`

const seedWords = (seed: string) => (seed === "" ? "seed drawn by the machine" : `seed ${seed}`)

function proofTable({ before, after, declared, target, seed, suite }: Report, sha256: string): Markup {
    const facts = (proof: RunResult["before"]) =>
        isProof(proof)
            ? Object.entries(proof).map(([name, value]) => `${name}: ${value}`)
            : [`not proved: ${proof.refusal}`]
    const { model, serial, board, class: of, profile } = declared.device
    const rows: [name: string, values: string[]][] = [
        ["Declared", [`${model}, serial number ${serial}, board ${board}, class ${of}, profile ${profile}`]],
        ["Target", [target]],
        ["Proved before the run", facts(before)],
        ["Proved after the run", facts(after)],
        ["Suite and seed", [`version ${suite}, ${seedWords(seed)}`]],
        ["SHA-256 of the machine report", [sha256]],
    ]
    const lines = rows.map(([name, values]) => html`<tr><th scope="row">${name}</th><td>${inLines(values)}</td></tr>`)
    return html`<table class="facts"><tbody>${lines}</tbody></table>`
}

function timingTable(results: readonly TestResult[]): Markup {
    const timings = timingsOf(results)
    if (timings.length === 0) return html`<p>No test has measured a time against a limit.</p>`
    return tableOf(
        [["Test", "middle"], ["What"], ["Took", "middle"], ["Measured against the limit", "wide"]],
        timings.map(timing => [linkTo(timing.test), timing.what, verdictOn(timing), barOf(timing)]),
    )
}

function controlArticle({ id, title, verdict, why }: ControlResult, results: readonly TestResult[]): Markup {
    const tests = results.filter(({ control }) => control === id)
    const reason = why === undefined ? undefined : `: ${why}`
    const content = tests.length === 0 ? html`<p class="quiet">No test was run for it.</p>` : tests.map(testBlock)
    return html`<article id="${anchor(id)}" data-find><h3>${id} ${title}</h3><p>${verdictMark(verdict)}${reason}</p>${content}</article>
`
}

function testBlock({ id, title, verdict, expected, seen, evidence }: TestResult): Markup {
    const said = expected === "" ? seen : `Expected: ${expected}. Seen: ${seen}.`
    const proof = evidence.length === 0 ? undefined : evidenceDetails(id, evidence)
    return html`<div class="test" id="${anchor(id)}"><p>${verdictMark(verdict)} <strong>${id}</strong></p>
<p>${title}</p><p>${said}</p>${proof}</div>
`
}

function evidenceDetails(id: string, evidence: readonly Evidence[]): Markup {
    const rows = evidence.map(({ atMs, what, ...details }) => [
        atMs,
        what,
        inLines(Object.entries(details).map(([name, value]) => `${name}: ${value}`)),
    ])
    const table = tableOf([["ms", "number narrow"], ["What"], ["Details"]], rows)
    return html`<details><summary>Evidence of ${id} (${evidence.length})</summary>${table}</details>`
}

const VIEWS = html`<p>The same evidence, asked by the clauses of others. A clause has the verdict of the worst of its controls; one that no control
stands for is not assessed, and nothing is claimed of it. Where the controls answer a part of the clause, so does the verdict.</p>`

function viewDetails({ name, regime, scope, clauses }: MapView): Markup {
    const rows = clauses.map(({ clause, title, verdict, covers, controls, note }) => [
        clause,
        title,
        inLines([verdictMark(verdict), ...(covers === "part" ? ["of a part"] : [])]),
        inLines(controls.map(linkTo)),
        note,
    ])
    const columns: Column[] = [
        ["Clause", "middle rows"],
        ["Asks for"],
        ["Verdict", "middle"],
        ["Of", "narrow"],
        ["What it means here", "wide"],
    ]
    const claimed = clauses.filter(({ controls }) => controls.length > 0).length
    return html`<details class="view" id="${anchor(name)}">
<summary>${regime}: ${claimed} of ${clauses.length} clauses have a control that stands for them</summary>
<p>${scope}</p>${tableOf(columns, rows, html` data-find`)}</details>
`
}

function picture(drawing: string): Markup {
    const content = Buffer.from(drawing).toString("base64")
    return html`<img class="drawing" alt="Circuit of the board" src="data:image/svg+xml;base64,${content}">`
}

function billDetails(components: NonNullable<Enclosures["sbom"]>): Markup {
    const table = tableOf(
        [["Name"], ["Version", "middle"], ["SHA-256"]],
        components.map(({ name, version, digest }) => [name, version, digest]),
    )
    return html`<details><summary>${components.length} components</summary>${table}</details>`
}

function declarationDetails(declared: Report["declared"]): Markup {
    const lines = stringify(declared, { lineWidth: 0 }).split("\n").map(escapeMarkup).join("\n")
    return html`<details><summary>What the maker declares (ICS), and what the laboratory was given (IXIT)</summary>
<pre>${new Markup(lines)}</pre></details>`
}

const linkTo = (id: string): Markup => html`<a href="#${anchor(id)}">${id}</a>`

/** What an identifier is called as the place of a link: letters, digits and dashes. */
function anchor(id: string): string {
    return `of-${id.replace(/[^A-Za-z0-9-]/g, character => `_${character.codePointAt(0)}`)}`
}
