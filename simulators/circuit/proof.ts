/**
 * Whether a board's wiring keeps what its circuit file promises, whatever firmware, people and wear do to it. Each promise names its own lamp, timer,
 * switch and lines, so one that happens to be on the board does not do for it.
 */
import { HAZARDS } from "../parts/hazards"
import { type Circuit, evaluate } from "./circuit"
import { combinationsOf, described } from "./combinations"
import { tellsSides } from "./outside"
import {
    type Claim,
    claimsOf,
    type Declaration,
    declarationsOf,
    type PromiseName,
    personsOf,
    type Sentence,
} from "./promises"

export interface ProvedPromise extends Sentence {
    /** In how many states of the circuit that was looked at; 0 for a promise that the file's figures decide. */
    readonly combinations: number
    /** For the promise of time. */
    readonly withinMs?: number
}

export interface BrokenPromise {
    readonly part: string
    readonly promise: PromiseName
    readonly says: string
    /** What to put into the circuit to see it broken, or what the file lacks. */
    readonly fault: string
}

export interface Proof {
    readonly proved: readonly ProvedPromise[]
    readonly broken: readonly BrokenPromise[]
}

/** A proof over more than this takes minutes. */
const MAX_COMBINATIONS = 1_000_000

/** Proves or breaks every promise that the parts of a board call for, and every one that its file makes beyond. */
export function prove(circuit: Circuit): Proof {
    const { parts, promises } = circuit.description
    const verdicts = [
        ...Object.keys(parts).flatMap(part => {
            const promise = promises[part]
            return [
                ...missing(circuit, part),
                ...(promise ? declarationsOf(circuit, { part, promise }).map(ruled) : []),
                ...(promise ? claimsOf(circuit, { part, promise }).map(claim => checked(circuit, claim)) : []),
            ]
        }),
        ...personsOf(circuit).map(ruled),
    ]
    return {
        proved: verdicts.filter(isProved),
        broken: verdicts.filter(isBroken),
    }
}

type Verdict = ProvedPromise | BrokenPromise

function isProved(verdict: Verdict): verdict is ProvedPromise {
    return !isBroken(verdict)
}

function isBroken(verdict: Verdict): verdict is BrokenPromise {
    return "fault" in verdict
}

/** What a part of its kind has to promise, and does not. */
function missing(circuit: Circuit, part: string): BrokenPromise[] {
    const { parts, promises } = circuit.description
    const { kind } = parts[part]
    const hazard = HAZARDS[kind]
    if (hazard.class === "harmless") return []
    const promise = promises[part]
    const broken: BrokenPromise[] = []
    const lacking = [
        ...(promise ? [] : ["asked: LINE, deadman: TIMER, heartbeat: LINE", `withinMs: ${hazard.limitMs}`]),
        ...(hazard.class !== "capturing"
            ? []
            : CAPTURE_FIELDS.filter(([field]) => !promise?.[field]).map(([, text]) => text)),
    ]
    if (lacking.length > 0)
        broken.push({
            part,
            promise: "declared",
            says: `promises what a ${kind} has to`,
            fault: `add to promises: { ${part}: { ${lacking.join(", ")} } }`,
        })
    if (hazard.class === "actuating" && hazard.keepsOut && !tellsSides(circuit))
        broken.push({
            part,
            promise: "sides",
            says: "is on the inside of a board that tells where outside is",
            fault: "add side: inside or side: outside to every switch, indicator and part",
        })
    return broken
}

const CAPTURE_FIELDS = [
    ["switch", "switch: SWITCH"],
    ["indicator", "indicator: LAMP"],
    ["sense", "sense: LINE"],
] as const

function ruled({ fault, ...declaration }: Declaration): Verdict {
    const { part, promise, says } = declaration
    return fault === undefined ? { ...declaration, combinations: 0 } : { part, promise, says, fault }
}

function checked(circuit: Circuit, { nets, holds, ...sentence }: Claim): Verdict {
    const { part, promise, says } = sentence
    const broken = (fault: string): BrokenPromise => ({ part, promise, says, fault })
    const combinations = combinationsOf(circuit, nets)
    if (combinations.count > MAX_COMBINATIONS)
        return broken(
            `not proved: ${nets.join(", ")} depend on so much that there are ${combinations.count} combinations`,
        )
    let said = false
    for (const inputs of combinations.all()) {
        const levels = evaluate(circuit, inputs)
        const verdict = holds(net => levels.get(net)!, inputs)
        if (verdict === false) return broken(described(inputs))
        if (verdict) said = true
    }
    // A sentence about what never happens is true of any wiring.
    if (!said) return broken(`never comes to pass: ${nets.join(", ")} are not wired to do anything`)
    return { ...sentence, combinations: combinations.count }
}
