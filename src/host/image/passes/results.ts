/**
 * Results: a local that is read only before the next result comes is kept where results are, which takes one byte to read and one to store.
 * Assumes that the result changes only by statements, other ones than `KEEPS_RESULT`, and that no function looks for one when it begins. Takes no place
 * that an earlier result is still wanted in. Leaves locals that closures reach or a handler reads, and what a store lets go of; nothing is kept for
 * longer than it was, because a result goes when the next one comes, a local when it is written again or its function ends.
 */
import { KEEPS_RESULT } from "../analysis/effects"
import { type Flow, flowOf, removeStatement } from "../analysis/flow"
import { heldBefore } from "../analysis/held"
import { type Liveness, livenessOf } from "../analysis/liveness"
import { resultWantedBehind } from "../analysis/result-wanted"
import { isStoreOf, readsOf, type Web, websOf } from "../analysis/webs"
import { type Expression, type ImageFunction, isLocal, node } from "../format/code"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"

export const results: FunctionPass = (f, { captured }) => {
    let changed = removeIdle(f)
    for (;;) {
        const kept = websToKeep(f, captured)
        if (kept.length === 0) return changed
        for (const web of kept) keepAsResult(f, web)
        removeIdle(f)
        changed = true
    }
}

/** @returns of those that can be kept as the result the one that saves most, the next one that does not meet it, and so on */
function websToKeep(f: ImageFunction, captured: ReadonlySet<number>): Web[] {
    const flow = flowOf(f)
    const live = livenessOf(f, flow)
    const wanted = resultWantedBehind(f, flow)
    const candidates = [...Array(f.slots).keys()]
        .filter(slot => !captured.has(slot) && !live.thrown(slot))
        .flatMap(slot => websOf(f, flow, slot))
        .filter(web => web.readers.length > 0 && isFree(f, web, live, wanted))
        .sort((a, b) => saved(f, b) - saved(f, a) || a.slot - b.slot || a.stores[0] - b.stores[0])
    const kept: Web[] = []
    for (const web of candidates)
        if (!kept.some(other => meet(web, other)) && letsGoOfNothing(f, web, flow, captured)) kept.push(web)
    return kept
}

const meet = (a: Web, b: Web): boolean => isStoredIn(a, b) || isStoredIn(b, a)
const isStoredIn = (a: Web, b: Web): boolean => a.stores.some(at => b.reached.has(at) || b.stores.includes(at))

/** Bytes: of the slot's number, at each of them. */
function saved(f: ImageFunction, { slot, stores, readers }: Web): number {
    return stores.length + readers.reduce((reads, at) => reads + readsOf(f.statements[at], slot), 0)
}

/** Whether the result is nobody else's from each store to the last read of what it leaves. */
function isFree(
    f: ImageFunction,
    { slot, stores, reached }: Web,
    live: Liveness,
    wanted: (at: number) => boolean,
): boolean {
    if (stores.some(wanted)) return false
    return [...reached].every(at => {
        const statement = f.statements[at]
        const lastsThrough = live.before(at, slot) && live.after(at, slot) && !isStoreOf(statement, slot)
        return !lastsThrough || KEEPS_RESULT.has(statement.op)
    })
}

function letsGoOfNothing(f: ImageFunction, { slot, stores }: Web, flow: Flow, captured: ReadonlySet<number>): boolean {
    const held = heldBefore(f, flow, captured, new Set(stores))
    return !stores.some(at => held(slot, at))
}

function keepAsResult(f: ImageFunction, { slot, stores, readers }: Web): void {
    for (const at of readers) replaceReads(f.statements[at], slot)
    for (const at of stores) Object.assign(f.statements[at], { op: Op.storeRetVal, number: 0 })
}

function replaceReads({ args }: Expression, slot: number): void {
    args.forEach((argument, i) => {
        if (isLocal(argument, slot)) args[i] = node(Op.retVal)
        else replaceReads(argument, slot)
    })
}

/** Storing the result where it is already. */
function removeIdle(f: ImageFunction): boolean {
    const idle = [...f.statements.keys()].filter(at => isIdle(f, at))
    for (const at of idle.reverse()) removeStatement(f, at)
    return idle.length > 0
}

const isIdle = ({ statements }: ImageFunction, at: number): boolean =>
    statements[at].op === Op.storeRetVal && statements[at].args[0].op === Op.retVal && at + 1 < statements.length
