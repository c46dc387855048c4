/** What a run is worth: verdicts by control and by class. */
import { CONTROL_IDS, CONTROLS, type ControlId, controlsOfClass } from "./controls"
import type { Declaration } from "./declaration"
import { doubted, type RunResult, type TestResult } from "./run"
import { type ConformanceTest, controlOf } from "./scene"
import { TESTS } from "./tests/all"
import { COUNTS_AS_MET, type Verdict, verdictOf } from "./verdict"

export const REPORT_FORMAT = 1

export interface ControlResult {
    id: ControlId
    title: string
    verdict: Verdict
    /** What decided, where that was not the tests alone: in reports of earlier suites. */
    why?: string
    /** Identifiers of its tests. */
    tests: string[]
}

export interface ClassResult {
    class: 1 | 2
    /** The device is declared to be of it or of a higher one, and each of its controls stands at enforced or measured. */
    isMet: boolean
    /** Controls that stand in the way. */
    missing: { id: ControlId; verdict: Verdict }[]
}

export interface Report extends RunResult {
    format: typeof REPORT_FORMAT
    /** Version of the suite. */
    suite: string
    /** When it was made, as ISO 8601 has it. */
    made: string
    declared: Declaration
    controls: ControlResult[]
    classes: ClassResult[]
}

/** @param tests of the suite: one that is not in the run was not assessed, and its control is no better than that */
export function reportOf(
    run: RunResult,
    declared: Declaration,
    suite: string,
    made: Date,
    tests: readonly ConformanceTest[] = TESTS,
): Report {
    const results = run.isSame ? run.results : run.results.map(doubted)
    const lacking = tests.filter(({ id }) => results.every(result => result.id !== id))
    const controls = CONTROL_IDS.map(id =>
        controlResult(
            id,
            results,
            lacking.filter(test => controlOf(test) === id && test.spares?.(declared) === undefined).length,
        ),
    )
    const classes = ([1, 2] as const).map(of => classResult(of, controls, declared))
    return { format: REPORT_FORMAT, suite, made: made.toISOString(), ...run, results, declared, controls, classes }
}

/** @param lacking how many of its tests are not among the results */
function controlResult(id: ControlId, results: readonly TestResult[], lacking: number): ControlResult {
    const { title } = CONTROLS[id]
    const of = results.filter(({ control }) => control === id)
    const tests = of.map(test => test.id)
    const verdict = verdictOf([...of.map(test => test.verdict), ...Array<Verdict>(lacking).fill("notAssessed")])
    return { id, title, verdict, tests }
}

/** What a device of a lower class is spared of does not make it one of a higher. */
function classResult(of: 1 | 2, controls: readonly ControlResult[], { device }: Declaration): ClassResult {
    const asked = new Set(controlsOfClass(of))
    const missing = controls.filter(
        ({ id, verdict }) => asked.has(id) && verdict !== "notApplicable" && !COUNTS_AS_MET.includes(verdict),
    )
    return {
        class: of,
        isMet: device.class >= of && missing.length === 0,
        missing: missing.map(({ id, verdict }) => ({ id, verdict })),
    }
}
