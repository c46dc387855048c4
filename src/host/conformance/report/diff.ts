/** What became of a device between two reports. */
import type { Report } from "../report"
import { isProof } from "../run"
import { COUNTS_AS_MET, type Verdict } from "../verdict"

export interface VerdictChange {
    /** Of a control or a test. */
    id: string
    old: Verdict
    new: Verdict
    /** Unclear: what was known before is not known now, or what there is now is no good news by itself. */
    is: "better" | "worse" | "unclear"
}

export interface ReportDifference {
    /** What else is different about the runs, so that verdicts may differ for that reason. */
    runs: { what: string; old: string; new: string }[]
    classes: { class: 1 | 2; old: boolean; new: boolean }[]
    controls: VerdictChange[]
    tests: VerdictChange[]
    isWorse: boolean
}

export function differenceOf(old: Report, now: Report): ReportDifference {
    const controls = changesIn(old.controls, now.controls)
    const tests = changesIn(old.results, now.results)
    const classes = old.classes.flatMap(({ class: of, isMet }) => {
        const isMetNow = now.classes.find(other => other.class === of)?.isMet ?? false
        return isMet === isMetNow ? [] : [{ class: of, old: isMet, new: isMetNow }]
    })
    const lost = classes.some(({ new: isMet }) => !isMet)
    const isWorse = lost || [...controls, ...tests].some(({ is }) => is === "worse")
    return { runs: runsApart(old, now), classes, controls, tests, isWorse }
}

interface Judged {
    id: string
    verdict: Verdict
}

/** What stands in one report alone was not assessed in the other. */
function changesIn(old: readonly Judged[], now: readonly Judged[]): VerdictChange[] {
    const [before, after] = [old, now].map(judged => new Map(judged.map(({ id, verdict }) => [id, verdict])))
    return [...new Set([...before.keys(), ...after.keys()])].flatMap(id => {
        const [was, is] = [before.get(id) ?? "notAssessed", after.get(id) ?? "notAssessed"]
        return was === is ? [] : [{ id, old: was, new: is, is: direction(was, is) }]
    })
}

/** The higher, the better. */
const RANKS: Readonly<Record<Verdict, number>> = {
    enforced: 5,
    measured: 4,
    documented: 3,
    notApplicable: 2,
    notAssessed: 2,
    inconclusive: 1,
    notMet: 0,
}

/** A fault that nobody looks at any more is not mended. */
function direction(was: Verdict, is: Verdict): VerdictChange["is"] {
    if (RANKS[is] < RANKS[was]) return "worse"
    return RANKS[is] > RANKS[was] && [...COUNTS_AS_MET, "documented"].includes(is) ? "better" : "unclear"
}

function runsApart(old: Report, now: Report): ReportDifference["runs"] {
    const [were, are] = [old, now].map(factsOf)
    return Object.keys(were).flatMap(what =>
        were[what] === are[what] ? [] : [{ what, old: were[what], new: are[what] }],
    )
}

/** What verdicts depend on. */
function factsOf({ suite, target, seed, before, isSame, declared }: Report): Record<string, string> {
    const proof = isProof(before) ? before : undefined
    return {
        suite,
        target,
        seed,
        serial: proof?.serial ?? "not proved",
        model: proof?.model ?? "not proved",
        program: proof?.program ?? "not proved",
        "sequence number": `${proof?.sequenceNumber ?? "not proved"}`,
        "same device throughout": isSame ? "yes" : "no",
        declaration: JSON.stringify(declared),
    }
}
