/** The report as JUnit XML, for CI: a suite a control, a case a test. Of the verdicts only a failure and an error are red there. */

import { escapeMarkup } from "../../markup"
import type { Report } from "../report"
import type { TestResult } from "../run"
import type { Verdict } from "../verdict"
import { VERDICT_WORDS } from "./verdict-words"

/** What a case that has not passed is called. A procedure is no test that was passed: it is told apart by its output alone. */
const ELEMENTS: Partial<Record<Verdict, "failure" | "error" | "skipped">> = {
    notMet: "failure",
    inconclusive: "error",
    notAssessed: "skipped",
    notApplicable: "skipped",
}

export function junitOf({ results, controls, target, made }: Report): string {
    const suites = controls
        .map(({ id, title }) => ({ name: `${id} ${title}`, of: results.filter(({ control }) => control === id) }))
        .filter(({ of }) => of.length > 0)
    const lines = suites.flatMap(({ name, of }) => [
        `  <testsuite ${attributes({ name, ...countsOf(of), hostname: target, timestamp: made })}>`,
        ...of.flatMap(caseOf),
        "  </testsuite>",
    ])
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites ${attributes({ name: `domovoi conform ${target}`, ...countsOf(results) })}>`,
        ...lines,
        "</testsuites>",
        "",
    ].join("\n")
}

function countsOf(results: readonly TestResult[]) {
    const of = (element: string) => results.filter(({ verdict }) => ELEMENTS[verdict] === element).length
    return { tests: results.length, failures: of("failure"), errors: of("error"), skipped: of("skipped") }
}

function caseOf({ id, control, title, verdict, expected, seen, evidence }: TestResult): string[] {
    const element = ELEMENTS[verdict]
    const { word } = VERDICT_WORDS[verdict]
    const message = expected === "" ? seen : `expected ${expected}, saw ${seen}`
    const told = [`${word}: ${title}`, message, ...evidence.map(item => JSON.stringify(item))]
    return [
        `    <testcase ${attributes({ name: id, classname: control })}>`,
        ...(element ? [`      <${element} ${attributes({ message, type: verdict })}/>`] : []),
        `      <system-out>${told.map(escapeMarkup).join("\n")}</system-out>`,
        "    </testcase>",
    ]
}

function attributes(values: Record<string, string | number>): string {
    return Object.entries(values)
        .map(([name, value]) => `${name}="${escapeMarkup(`${value}`)}"`)
        .join(" ")
}
