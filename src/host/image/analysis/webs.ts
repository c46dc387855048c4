/** Which stores of a local each of its reads may see: stores and reads that belong together could as well have a place of their own. */
import { type ImageFunction, isLocal, type Statement, walk } from "../format/code"
import { Op } from "../format/operations"
import type { Flow } from "./flow"

export interface Web {
    slot: number
    /** Statements that store what its reads see, and nothing else does. */
    stores: number[]
    /** Statements that read it. */
    readers: number[]
    /** Statements in front of which something of `stores` may still be in the local. */
    reached: Set<number>
}

/** @returns those of a local, without what is read that was there at the start. Throws are not followed: no handler must want it. */
export function websOf(f: ImageFunction, { next }: Flow, slot: number): Web[] {
    const stores = [...f.statements.keys()].filter(at => isStoreOf(f.statements[at], slot))
    const readers = new Set([...f.statements.keys()].filter(at => readsOf(f.statements[at], slot) > 0))
    const reachedFrom = (starts: readonly number[]) => {
        const reached = new Set(starts)
        for (const at of reached) if (!isStoreOf(f.statements[at], slot)) for (const to of next[at]) reached.add(to)
        return reached
    }
    let webs: Web[] = []
    for (const at of stores) {
        const reached = reachedFrom(next[at])
        const joined = webs.filter(web => web.readers.some(to => reached.has(to)))
        const all = [{ slot, stores: [at], readers: [...reached].filter(to => readers.has(to)), reached }, ...joined]
        webs = [
            ...webs.filter(web => !joined.includes(web)),
            {
                slot,
                stores: all.flatMap(web => web.stores),
                readers: [...new Set(all.flatMap(web => web.readers))],
                reached: new Set(all.flatMap(web => [...web.reached])),
            },
        ]
    }
    const atStart = reachedFrom([0])
    return webs.filter(web => !web.readers.some(at => atStart.has(at)))
}

export const isStoreOf = ({ op, number }: Statement, slot: number): boolean => op === Op.storeLocal && number === slot

export function readsOf(statement: Statement, slot: number): number {
    let reads = 0
    walk(statement, expression => {
        if (isLocal(expression, slot)) reads++
    })
    return reads
}
