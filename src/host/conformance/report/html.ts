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
import { html, Markup } from "./markup"
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
    /** SVG of the board's circuit. It is shown as a picture: nothing in it is run. */
    drawing?: string
    /** What the firmware is made of. */
    sbom?: readonly { name: string; version?: string; digest?: string }[]
}

export function htmlOf(report: Report, { views, drawing, sbom }: Enclosures): string {
    const { declared, controls, results, made } = report
    const title = `Conformance report: ${declared.device.model} ${declared.device.serial}`
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
<p class="quiet">Suite ${report.suite}, ${made}, ${report.target}, seed ${report.seed}</p>
</header>
<nav aria-label="Sections"><ul>${sectionsOf(sbom, drawing).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
<section id="summary" aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2>
${sameness(report)}${report.classes.map(classBox)}${countsTable(controls)}</section>
<div class="search" id="search" role="search" hidden><label for="find">Find a control, test or clause</label><br>
<input id="find" type="search" autocomplete="off"><p id="found" role="status"></p></div>
<section id="device" aria-labelledby="device-title"><h2 id="device-title">What was measured</h2>${proofTable(report)}</section>
<section id="timing" aria-labelledby="timing-title"><h2 id="timing-title">Times</h2>${timingTable(results)}</section>
<section id="controls" aria-labelledby="controls-title"><h2 id="controls-title">Controls</h2>${controls.map(control => controlSection(control, results))}</section>
<section id="views" aria-labelledby="views-title"><h2 id="views-title">Views by regime</h2>
<p>The same evidence, asked by the clauses of others. A clause has the verdict of the worst of its controls; one that no control stands for is not
assessed, and nothing is claimed of it. Where the controls answer a part of the clause, so does the verdict.</p>${views.map(viewDetails)}</section>
${drawing === undefined ? undefined : drawingSection(drawing)}${sbom === undefined ? undefined : sbomSection(sbom)}
<section id="declaration" aria-labelledby="declaration-title"><h2 id="declaration-title">Declaration</h2>
<details><summary>What the maker declares (ICS), and what the laboratory was given (IXIT)</summary><pre>${new Markup(linesOf(stringify(declared, { lineWidth: 0 })))}</pre></details></section>
</main>
<footer><p class="quiet">Made by domovoi conform ${report.suite}. The machine report beside this page is what is signed.</p></footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`
    return page.text
}

/** Nothing but this page's own style and script, known by their digests, and pictures that are in it. */
function policyOf(style: string, script: string): string {
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
    return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`
}

function sectionsOf(sbom: Enclosures["sbom"], drawing: Enclosures["drawing"]): [id: string, name: string][] {
    return [
        ["summary", "Summary"],
        ["device", "What was measured"],
        ["timing", "Times"],
        ["controls", "Controls"],
        ["views", "Views by regime"],
        ...(drawing === undefined ? [] : [["drawing", "Circuit"] as [string, string]]),
        ...(sbom === undefined ? [] : [["sbom", "Bill of materials"] as [string, string]]),
        ["declaration", "Declaration"],
    ]
}

function verdictMark(verdict: Verdict): Markup {
    const { sign, word } = VERDICT_WORDS[verdict]
    return html`<span class="verdict ${verdict}"><span class="sign" aria-hidden="true">${sign}</span> ${word}</span>`
}

function sameness({ isSame }: RunResult): Markup | undefined {
    if (isSame) return undefined
    return html`<div class="box bad"><p><strong>It is not proved that the same device with the same program stood there from beginning to end.</strong>
What seemed to be met is inconclusive.</p></div>`
}

function classBox({ class: of, isMet, missing }: ClassResult): Markup {
    const met = html`<p>Each of its controls that applies stands at enforced or measured.</p>`
    const list = html`<p>In the way:</p><ul>${missing.map(
        ({ id, verdict }) => html`<li><a href="#${anchor(id)}">${id}</a> ${verdictMark(verdict)}</li>`,
    )}</ul>`
    return html`<div class="box ${isMet ? "good" : "bad"}"><p><strong>${isMet ? "✔" : "✘"} Class ${of}: ${isMet ? "met" : "not met"}</strong></p>${isMet ? met : list}</div>`
}

function countsTable(controls: readonly ControlResult[]): Markup {
    return html`<table><caption>Controls by verdict</caption><thead><tr><th scope="col">Verdict</th><th scope="col">Means</th><th scope="col" class="number">Controls</th></tr></thead><tbody>${VERDICTS.map(
        verdict =>
            html`<tr><td>${verdictMark(verdict)}</td><td>${VERDICT_WORDS[verdict].means}</td><td class="number">${controls.filter(control => control.verdict === verdict).length}</td></tr>`,
    )}</tbody></table>`
}

function proofTable({ before, after, declared, target, seed, suite }: Report): Markup {
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
        ["Suite and seed", [`version ${suite}, seed ${seed}`]],
    ]
    return html`<table class="facts"><tbody>${rows.map(
        ([name, values]) =>
            html`<tr><th scope="row">${name}</th><td>${values.map((value, at) => [at > 0 ? html`<br>` : undefined, value])}</td></tr>`,
    )}</tbody></table>`
}

function timingTable(results: readonly TestResult[]): Markup {
    const timings = timingsOf(results)
    if (timings.length === 0) return html`<p>No test has measured a time against a limit.</p>`
    return html`<table><thead><tr><th scope="col">Test</th><th scope="col">What</th><th scope="col">Took</th><th scope="col">Measured against the limit</th></tr></thead><tbody>${timings.map(
        timing =>
            html`<tr><td><a href="#${anchor(timing.test)}">${timing.test}</a></td><td>${timing.what}</td><td>${verdictOn(timing)}</td><td>${barOf(timing)}</td></tr>`,
    )}</tbody></table>`
}

function controlSection({ id, title, verdict, why }: ControlResult, results: readonly TestResult[]): Markup {
    const tests = results.filter(({ control }) => control === id)
    return html`<article id="${anchor(id)}" data-find><h3>${id} ${title}</h3><p>${verdictMark(verdict)}${why === undefined ? undefined : ` – ${why}`}</p>${
        tests.length === 0 ? html`<p class="quiet">No test was run for it.</p>` : tests.map(testBlock)
    }</article>`
}

function testBlock({ id, title, verdict, expected, seen, evidence }: TestResult): Markup {
    const said = expected === "" ? html`<p>${seen}</p>` : html`<p>Expected: ${expected}. Seen: ${seen}.</p>`
    return html`<div class="test" id="${anchor(id)}"><p>${verdictMark(verdict)} <strong>${id}</strong></p><p>${title}</p>${said}${
        evidence.length === 0 ? undefined : evidenceDetails(id, evidence)
    }</div>`
}

function evidenceDetails(id: string, evidence: readonly Evidence[]): Markup {
    return html`<details><summary>Evidence of ${id} (${evidence.length})</summary><table><thead><tr><th scope="col" class="number">ms</th><th scope="col">What</th><th scope="col">Details</th></tr></thead><tbody>${evidence.map(
        ({ atMs, what, ...details }) =>
            html`<tr><td class="number">${atMs}</td><td>${what}</td><td>${Object.entries(details).map(
                ([name, value], at) => [at > 0 ? html`<br>` : undefined, `${name}: ${value}`],
            )}</td></tr>`,
    )}</tbody></table></details>`
}

function viewDetails({ name, regime, scope, clauses }: MapView): Markup {
    const claimed = clauses.filter(({ controls }) => controls.length > 0).length
    return html`<details class="view" id="${anchor(name)}"><summary>${regime}: ${claimed} of ${clauses.length} clauses have a control that stands for them</summary><p>${scope}</p>
<table><thead><tr><th scope="col">Clause</th><th scope="col">Asks for</th><th scope="col">Verdict</th><th scope="col">Of</th><th scope="col">What it means here</th></tr></thead><tbody>${clauses.map(
        ({ clause, title, verdict, covers, controls, note }) =>
            html`<tr data-find><th scope="row">${clause}</th><td>${title}</td><td>${verdictMark(verdict)}${covers === "part" ? html`<br>of a part` : undefined}</td><td>${controls.map(
                (id, at) => [at > 0 ? " " : undefined, html`<a href="#${anchor(id)}">${id}</a>`],
            )}</td><td>${note}</td></tr>`,
    )}</tbody></table></details>`
}

function drawingSection(drawing: string): Markup {
    const picture = Buffer.from(drawing).toString("base64")
    return html`<section id="drawing" aria-labelledby="drawing-title"><h2 id="drawing-title">Circuit</h2>
<img class="drawing" alt="Circuit of the board" src="data:image/svg+xml;base64,${picture}"></section>`
}

function sbomSection(components: NonNullable<Enclosures["sbom"]>): Markup {
    return html`<section id="sbom" aria-labelledby="sbom-title"><h2 id="sbom-title">Bill of materials</h2><details><summary>${components.length} components</summary>
<table><thead><tr><th scope="col">Name</th><th scope="col">Version</th><th scope="col">SHA-256</th></tr></thead><tbody>${components.map(
        ({ name, version, digest }) =>
            html`<tr><td>${name}</td><td>${version}</td><td><code>${digest}</code></td></tr>`,
    )}</tbody></table></details></section>`
}

/** What an identifier is called as the place of a link: letters, digits and dashes. */
function anchor(id: string): string {
    return `of-${id.replace(/[^A-Za-z0-9-]/g, character => `_${character.codePointAt(0)}`)}`
}

/** Escaped, line by line. */
function linesOf(text: string): string {
    return text
        .split("\n")
        .map(line => html`${line}`.text)
        .join("\n")
}
