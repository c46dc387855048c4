/** Joins the parts of one run (`domovoi conform --shard i/n`) into the report that the whole run would have given. */
import { isDeepStrictEqual } from "node:util"
import { InputError } from "../../input-error"
import { type Report, reportOf } from "../report"
import { isProof, type TestResult } from "../run"
import { type ConformanceTest, controlOf } from "../scene"
import { TESTS } from "../tests/all"
import { contradictionIn } from "./consistency"

/** A report with the name of its file. */
export interface Part {
    path: string
    report: Report
}

/** What has to be the same in all of them, each with what people call it. */
const SAME = {
    suite: "version of the suite",
    target: "target",
    seed: "seed",
    before: "proof of the device before",
    after: "proof of the device after",
    declared: "declaration",
} as const satisfies Partial<Record<keyof Report, string>>

/**
 * @param suite version of this suite, which judges again
 * @param tests of that version
 * @param asked those of them that were asked for: one that is in no part is not assessed in the whole
 * @throws InputError naming the first thing in which the parts are not of one run
 */
export function mergedReport(
    parts: readonly Part[],
    suite: string,
    now: Date,
    tests: readonly ConformanceTest[] = TESTS,
    asked: readonly ConformanceTest[] = tests,
): Report {
    const [first] = parts
    if (!first) throw new InputError("no reports to join; name two or more")
    if (first.report.suite !== suite)
        throw new InputError(
            `${first.path}: made by suite ${first.report.suite}, this is ${suite}; join it with the one that made it`,
        )
    for (const { path, report } of parts) {
        for (const [key, what] of Object.entries(SAME) as [keyof typeof SAME, string][])
            if (!isDeepStrictEqual(report[key], first.report[key])) throw otherRun(first, { path, report }, key, what)
        const contradiction = contradictionIn(report, tests)
        if (contradiction)
            throw new InputError(
                `${path}: says of ${contradiction} what its tests do not; take the report as the run left it`,
            )
    }
    if (!isProof(first.report.before))
        throw new InputError(
            `${first.path}: the device was not proved, so nobody knows that it was the same one in all parts; run it again`,
        )
    const found = new Map<string, TestResult>()
    for (const { path, report } of parts)
        for (const result of report.results) {
            if (found.has(result.id))
                throw new InputError(`${path}: ${result.id} is in another part, too; give each part once`)
            found.set(result.id, result)
        }
    for (const id of found.keys()) {
        if (!tests.some(test => test.id === id))
            throw new InputError(`${id}: this suite has no such test; join the parts with the one that has`)
        if (!asked.some(test => test.id === id)) throw new InputError(`${id}: was not asked for; join parts of one run`)
    }
    const results = asked.map(test => found.get(test.id) ?? inNoPart(test))
    const { target, seed, before, after, isSame, declared } = first.report
    return reportOf({ target, seed, before, after, isSame, results }, declared, suite, now, tests)
}

function otherRun(first: Part, other: Part, key: keyof typeof SAME, what: string): InputError {
    const [here, there] = [other, first].map(({ report }) => report[key])
    const [field, ...values] = difference(here, there)
    const at = field === "" ? what : `${what}, ${field}`
    return new InputError(
        `${other.path}: not of the run of ${first.path}: ${at}: ${values.join(" there, ")} here; join parts of one run`,
    )
}

/** Where two values first differ: the path, what stands in the second, and in the first. */
function difference(here: unknown, there: unknown, path: string[] = []): [string, string, string] {
    if (isObject(here) && isObject(there))
        for (const key of new Set([...Object.keys(there), ...Object.keys(here)]))
            if (!isDeepStrictEqual(here[key], there[key])) return difference(here[key], there[key], [...path, key])
    return [path.join("."), JSON.stringify(there) ?? "nothing", JSON.stringify(here) ?? "nothing"]
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null
}

function inNoPart(test: ConformanceTest): TestResult {
    const named = { id: test.id, control: controlOf(test), title: test.title }
    return {
        ...named,
        verdict: "notAssessed",
        expected: "",
        seen: "it is in none of the parts that were joined",
        evidence: [],
    }
}
