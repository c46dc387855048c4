/** What the suite says of a test, a control and a class. Unknown is never good: what was not shown is not met, or not assessed. */

/** From best to worst, of those that say how far a control is met; then those that say that nothing is known. */
export const VERDICTS = [
    /** It cannot happen. */
    "enforced",
    /** It can happen, is detected, and leads to the safe state. */
    "measured",
    /** It rests on a procedure. */
    "documented",
    "notMet",
    /** It was tried, and what was seen says neither. */
    "inconclusive",
    /** It was not tried: the bench cannot, or nobody asked for it. */
    "notAssessed",
    /** The device has nothing that it could be asked of. */
    "notApplicable",
] as const

export type Verdict = (typeof VERDICTS)[number]

/** A class is claimed on these alone. */
export const COUNTS_AS_MET: readonly Verdict[] = ["enforced", "measured"]

/** What hides the rest, first to last: one known fault is worth more than ten things that are not known. */
const HIDING: readonly Verdict[] = ["notMet", "inconclusive", "notAssessed", "documented", "measured", "enforced"]

/** @returns the verdict on a control by those of its tests; without any it was not assessed */
export function verdictOf(ofTests: readonly Verdict[]): Verdict {
    if (ofTests.length > 0 && ofTests.every(verdict => verdict === "notApplicable")) return "notApplicable"
    return HIDING.find(verdict => ofTests.includes(verdict)) ?? "notAssessed"
}
