/** Which tests a device gets, and which not, and why: nothing is left out without a word. */
import type { Declaration } from "./declaration"
import { FIXTURES, type Fixture } from "./fixture"
import { type ConformanceTest, controlOf } from "./scene"
import type { Verdict } from "./verdict"

export interface Planned {
    test: ConformanceTest
    /** Undefined if it is to be run. */
    leftOut?: { verdict: Extract<Verdict, "notApplicable" | "notAssessed">; why: string }
}

export interface Selection {
    /** Of tests or controls; all if left out. */
    only?: string
    /** This one of so many parts. */
    shard?: { part: number; of: number }
}

export function planOf(
    tests: readonly ConformanceTest[],
    declared: Declaration,
    can: ReadonlySet<Fixture>,
    { only, shard }: Selection = {},
): Planned[] {
    return testsOf(tests, only)
        .filter((_, at) => shard === undefined || at % shard.of === shard.part - 1)
        .map(test => ({ test, leftOut: leftOut(test, declared, can) }))
}

/** @param only identifier of a test or control; all if left out */
export function testsOf(tests: readonly ConformanceTest[], only?: string): ConformanceTest[] {
    return tests.filter(test => only === undefined || test.id === only || controlOf(test) === only)
}

function leftOut(test: ConformanceTest, declared: Declaration, can: ReadonlySet<Fixture>): Planned["leftOut"] {
    const spared = test.spares?.(declared)
    if (spared !== undefined) return { verdict: "notApplicable", why: spared }
    const missing = test.needs.filter(fixture => !can.has(fixture))
    if (missing.length === 0) return undefined
    const what = missing.map(fixture => `${fixture} (${FIXTURES[fixture]})`).join(", ")
    return { verdict: "notAssessed", why: `the bench has no ${what}` }
}
