/**
 * The report as one page that a reviewer reads, prints and searches: everything is in it, nothing is fetched, and its policy (CSP) forbids that
 * anything were. What a device said stands there as text, whatever it is.
 */
import { createHash } from "node:crypto"
import { stringify } from "yaml"
import { escapeMarkup, type Filling, html, Markup } from "../../markup"
import type { ClauseResult, RegimeMap } from "../maps/map"
import type { ClassResult, ControlResult, Report } from "../report"
import { isProof, type RunResult, type TestResult } from "../run"
import type { Evidence } from "../scene"
import { BILL_FILE, BILL_TEST, CIRCUIT, triedAs } from "../tried"
import { VERDICTS, type Verdict } from "../verdict"
import type { EnclosedDrawing, Extras } from "./enclosures"
import { SCRIPT } from "./script"
import { STYLE } from "./style"
import { barOf, timingsOf, verdictOn } from "./timing"
import { VERDICT_WORDS } from "./verdict-words"

/** A regime with what the report says of its clauses. */
export interface MapView extends Pick<RegimeMap, "regime" | "scope" | "checked"> {
    name: string
    clauses: ClauseResult[]
}

/** What belongs to a report and is not in it. */
export interface Enclosures extends Extras {
    views: readonly MapView[]
    /** SHA-256 of the machine report's file, in hex: what ties a print to what was signed. */
    sha256: string
    /** Tests of the suite that are not in the report. */
    lacking: readonly string[]
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
                report.classes.map(of => classBox(of, controls)),
                countsTable(controls),
                SEARCH,
            ],
        },
        { id: "device", title: "What was measured", content: proofTable(report, sha256) },
        { id: "timing", title: "Times", content: timingTable(results) },
        { id: "controls", title: "Controls", content: controls.map(control => controlArticle(control, results)) },
        { id: "views", title: "Views by regime", content: [VIEWS, views.map(viewDetails)] },
        ...(drawing === undefined
            ? []
            : [{ id: "drawing", title: "Circuit", content: circuitFigure(drawing, results) }]),
        ...billSection(sbom, results),
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

const inLine = (parts: readonly Filling[]): Filling =>
    parts.filter(part => part !== undefined).map((part, at) => [at > 0 ? ", " : undefined, part])
const inLines = (lines: readonly Filling[]): Filling => lines.map((line, at) => [at > 0 ? html`<br>` : undefined, line])

function verdictMark(verdict: Verdict): Markup {
    const { sign, word } = VERDICT_WORDS[verdict]
    return html`<span class="verdict ${verdict}"><span class="sign" aria-hidden="true">${sign}</span> ${word}</span>`
}

function sameness({ isSame }: RunResult): Markup | undefined {
    if (isSame) return undefined
    return html`<div class="box bad">
<p><strong>It is not proved that one device with the declared program stood there from beginning to end.</strong></p>
<p>What seemed to be met is inconclusive.</p></div>`
}

function wholeness(lacking: readonly string[]): Markup | undefined {
    if (lacking.length === 0) return undefined
    return html`<div class="box bad"><p><strong>This is a part: ${lacking.length} tests of the suite are not in it.</strong></p>
<p>Controls may stand better here than they would with them, and no class is to be claimed on it.</p>
<details><summary>Tests that are not in it</summary><p>${lacking.join(", ")}</p></details></div>`
}

function classBox({ class: of, isMet, missing }: ClassResult, controls: readonly ControlResult[]): Markup {
    const head = html`<p><strong>${isMet ? "✔" : "✘"} Class ${of}: ${isMet ? "met" : "not met"}</strong></p>`
    if (isMet)
        return html`<div class="box good">${head}<p>Each of its controls that applies stands at enforced or measured.</p></div>`
    const items = missing.map(({ id, verdict }) => {
        const control = controls.find(control => control.id === id)
        const why = control?.why === undefined ? undefined : `: ${control.why}`
        return html`<li>${linkTo(id)} ${control?.title}: ${verdictMark(verdict)}${why}</li>`
    })
    return html`<div class="box bad">${head}<p>In the way:</p><ul>${items}</ul></div>`
}

function countsTable(controls: readonly ControlResult[]): Markup {
    return tableOf(
        [["Verdict", "middle"], ["Means"], ["How many", "number narrow"], ["Controls", "wide"]],
        VERDICTS.map(verdict => {
            const ids = controls.filter(control => control.verdict === verdict).map(({ id }) => id)
            return [verdictMark(verdict), VERDICT_WORDS[verdict].means, ids.length, inLine(ids.map(linkTo))]
        }),
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
        timings.map(timing => [
            linkTo(timing.test),
            inLine([timing.what, timing.output]),
            verdictOn(timing),
            barOf(timing),
        ]),
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
        inLine(Object.entries(details).map(([name, value]) => `${name}: ${value}`)),
    ])
    const table = tableOf([["ms", "number narrow"], ["What", "middle"], ["Details"]], rows)
    return html`<details><summary>Evidence of ${id} (${evidence.length})</summary>${table}</details>`
}

const VIEWS = html`<p>The same evidence, asked by the clauses of others. A clause has the verdict of the worst of its controls; one that no control
stands for is not assessed, and nothing is claimed of it. Where the controls answer a part of the clause, so does the verdict.</p>`

function viewDetails({ name, regime, scope, checked, clauses }: MapView): Markup {
    const rows = clauses.map(({ clause, title, verdict, covers, controls, note, unconfirmed }) => [
        clause,
        title,
        inLines([verdictMark(verdict), ...(covers === "part" ? ["of a part"] : [])]),
        inLines(controls.map(linkTo)),
        // What is so of every row is said above them.
        [
            note,
            unconfirmed === undefined || unconfirmed === checked.unconfirmed ? undefined : notConfirmed(unconfirmed),
        ],
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
<p>${scope}</p>${checkedBox(checked)}${tableOf(columns, rows, html` data-find`)}</details>
`
}

const notConfirmed = (what: string) => html` <em>Not confirmed: ${what}</em>`

/** Which public texts the rows were held against, and what is left open. */
function checkedBox({ date, texts, open, unconfirmed }: MapView["checked"]): Markup {
    const items = texts.map(({ text, extent }) => html`<li>${text}: ${extent}</li>`)
    return html`<div class="box"><p><strong>Held against public texts on ${date}:</strong></p><ul>${items}</ul>
<p>Open: ${open}${unconfirmed === undefined ? undefined : [" Of every row: ", unconfirmed]}</p></div>`
}

function circuitFigure(drawing: EnclosedDrawing, results: readonly TestResult[]): Filling {
    if ("why" in drawing) return html`<p>It is not shown: ${drawing.why}</p>`
    const content = Buffer.from(drawing.svg).toString("base64")
    const given = "file" in drawing
    // Whoever cannot see it reads it below, if it is ours; a wide one is moved within its frame.
    const alt = given ? "Circuit of the board, as given" : `Circuit of board ${drawing.board}, in words below`
    const figure = html`<figure><div class="sheet" tabindex="0" role="group" aria-label="Drawing of the circuit">
<img class="${given ? "drawing given" : "drawing"}" alt="${alt}" src="data:image/svg+xml;base64,${content}"></div>
<figcaption>${given ? GIVEN_DRAWING(drawing.file) : drawnFrom(drawing, results)}</figcaption></figure>`
    if (given) return figure
    const words = html`<details><summary>The circuit in words</summary><ul>${drawing.words.map(sentence => html`<li>${sentence}</li>`)}</ul></details>`
    return [figure, words]
}

const GIVEN_DRAWING = (file: string) =>
    html`Given as ${file}. It is not made from the board's circuit file, and no test has looked at it.`

function drawnFrom({ board, sha256 }: { board: string; sha256: string }, results: readonly TestResult[]): Filling {
    const tried = triedAs(results, CIRCUIT)
    const from = html`Drawn from the circuit of board ${board}, SHA-256 ${sha256}. `
    const others = tried.filter(other => other.sha256 !== sha256)
    if (others.length > 0)
        return [
            from,
            html`<strong>It is not the circuit that ${inLine(others.map(({ test }) => linkTo(test)))} proved: that has SHA-256 ${others[0].sha256}.</strong>`,
        ]
    if (tried.length === 0) return [from, "No test of this report has proved it."]
    return [
        from,
        html`It is the one that ${inLine(tried.map(({ test }) => linkTo(test)))} proved. Whether the board is wired so, the laboratory compares.`,
    ]
}

/** What the maker has given, whether it is what was tried, and what is in it: if there is any, or a test has tried one. */
function billSection(sbom: Enclosures["sbom"], results: readonly TestResult[]): Section[] {
    const tried = triedAs(results, BILL_FILE)[0]
    if (sbom === undefined && tried === undefined) return []
    const verdict = results.find(({ id }) => id === BILL_TEST)?.verdict
    const judged = verdict && html`<p>${linkTo(BILL_TEST)}: ${verdictMark(verdict)}</p>`
    return [{ id: "sbom", title: "Bill of materials", content: [judged, billContent(sbom, tried?.sha256)] }]
}

/** @param tried SHA-256 of the file that was tried */
function billContent(sbom: Enclosures["sbom"], tried: string | undefined): Filling {
    const notShown = tried && `The file that was tried has SHA-256 ${tried}.`
    if (sbom === undefined) return html`<p>It is not shown here. ${notShown} domovoi report view --sbom shows it.</p>`
    if ("why" in sbom) return html`<p>It is not shown: ${sbom.why}. ${notShown}</p>`
    const { file, sha256, components } = sbom
    const table = tableOf(
        [["Name"], ["Version", "middle"], ["SHA-256"]],
        components.map(({ name, version, digest }) => [name, version, digest]),
    )
    const isOther = tried !== undefined && tried !== sha256
    return [
        isOther
            ? html`<div class="box bad"><p><strong>This is not the file that was tried:</strong> ${file} has SHA-256 ${sha256}, and the other one has ${tried}.</p></div>`
            : html`<p>${file}, SHA-256 ${sha256}. ${tried === undefined ? "No test of this report has tried it." : "It is the file that was tried."}</p>`,
        html`<details><summary>${components.length} components</summary>${table}</details>`,
    ]
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
