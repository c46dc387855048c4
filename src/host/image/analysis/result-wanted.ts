/** Whether anything may still read the last result: of a call, of what was allocated, or what `storeRetVal` put in its place. */
import { type ImageFunction, type Statement, walk } from "../format/code"
import { isCall, Op } from "../format/operations"
import type { Flow } from "./flow"

/** What leaves another result however it ends; a handler begins with one, which is what was thrown. */
const GIVES_RESULT = new Set([
    Op.callArray,
    Op.indexDelete,
    Op.allocMap,
    Op.allocArray,
    Op.allocBuffer,
    Op.storeRetVal,
    Op.catch,
    Op.finally,
])

export const givesResult = (op: number): boolean => isCall(op) || GIVES_RESULT.has(op)

/** @returns whether anything behind statement `at` may read the result that is there then */
export function resultWantedBehind({ statements }: ImageFunction, { next }: Flow): (at: number) => boolean {
    const before = statements.map(readsResult)
    const behind = (at: number) => next[at].some(to => before[to])
    for (let changed = true; changed; ) {
        changed = false
        for (let at = statements.length - 1; at >= 0; at--) {
            const { op } = statements[at]
            if (before[at] || givesResult(op) || !behind(at)) continue
            before[at] = true
            changed = true
        }
    }
    return behind
}

function readsResult(statement: Statement): boolean {
    let reads = statement.op === Op.jmpRetValZ
    walk(statement, ({ op }) => {
        if (op === Op.retVal) reads = true
    })
    return reads
}
