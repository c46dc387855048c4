/** Whether a report says what follows from its tests: a signature shows who wrote a verdict, and not that it is one. */
import { isDeepStrictEqual } from "node:util"
import { type Report, reportOf } from "../report"
import { isSameDevice, runsDeclared } from "../run"
import type { ConformanceTest } from "../scene"
import { TESTS } from "../tests/all"

/**
 * @param report of this version of the suite: another may have judged by other rules
 * @returns where it says something else than its tests do, such as `C1.3`, `class 1` or `isSame`; undefined if nowhere
 */
export function contradictionIn(report: Report, tests: readonly ConformanceTest[] = TESTS): string | undefined {
    const { before, after, suite, made, declared } = report
    if (report.isSame !== (isSameDevice(before, after) && runsDeclared(before, declared))) return "isSame"
    const twice = report.results.find(({ id }, at) => report.results.findIndex(other => other.id === id) !== at)
    if (twice) return `${twice.id}, which stands there twice`
    const follows = reportOf(report, declared, suite, new Date(made), tests)
    const different = (of: "results" | "controls" | "classes") =>
        Array.from({ length: Math.max(follows[of].length, report[of].length) }, (_, at) => at).find(
            at => !isDeepStrictEqual(plain(follows[of][at]), plain(report[of][at])),
        )
    const [result, control, ofClass] = [different("results"), different("controls"), different("classes")]
    if (result !== undefined) return report.results[result].id
    if (control !== undefined) return report.controls[control]?.id ?? "controls"
    if (ofClass !== undefined) return `class ${report.classes[ofClass]?.class ?? "list"}`
    return undefined
}

/**
 * @param report of this version of the suite: another may have had other tests
 * @returns identifiers of the suite's tests that are not in it, be it a part of a run or a run of a part. A control may stand better than it
 * would with them
 */
export function lackingIn({ results }: Pick<Report, "results">, tests: readonly ConformanceTest[] = TESTS): string[] {
    return tests.map(({ id }) => id).filter(id => results.every(result => result.id !== id))
}

/** As a file has it: without what is undefined. */
function plain(value: unknown): unknown {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
