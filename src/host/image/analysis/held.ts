/** Which locals may hold an object of the heap before each statement: writing to one of those may let go of it. */
import type { Expression, ImageFunction } from "../format/code"
import { Op } from "../format/operations"
import { isCalculation, isConstant } from "./effects"
import type { Flow } from "./flow"

/** @param gone statements that are taken for not there */
export function heldBefore(
    f: ImageFunction,
    { next, thrown }: Flow,
    captured: ReadonlySet<number>,
    gone: ReadonlySet<number> = new Set(),
): (slot: number, at: number) => boolean {
    const before: (Set<number> | undefined)[] = Array(f.statements.length)
    before[0] = new Set(Array(f.parameters).keys())
    const waiting = [0]
    const flowsTo = (to: number, held: ReadonlySet<number>) => {
        const known = before[to]
        if (known && [...held].every(slot => known.has(slot))) return
        before[to] = new Set([...(known ?? []), ...held])
        waiting.push(to)
    }
    while (waiting.length > 0) {
        const at = waiting.pop()!
        const held = before[at]!
        const { op, number, args } = f.statements[at]
        for (const handler of thrown) flowsTo(handler, held)
        let after: ReadonlySet<number> = held
        if (op === Op.storeLocal && !gone.has(at)) {
            const changed = new Set(held)
            if (mayBeObject(args[0], held, captured)) changed.add(number)
            else changed.delete(number)
            after = changed
        }
        for (const to of next[at]) flowsTo(to, after)
    }
    return (slot, at) => before[at]?.has(slot) ?? false
}

function mayBeObject(value: Expression, held: ReadonlySet<number>, captured: ReadonlySet<number>): boolean {
    if (value.op === Op.loadLocal) return held.has(value.number) || captured.has(value.number)
    return value.op === Op.makeClosure || !(isConstant(value) || isCalculation(value))
}
