/**
 * Slots: locals that nobody names any more take no room in a function's frame.
 * Assumes nothing; parameters keep their places, and so does every local of a function one of whose locals a closure reaches.
 */
import { walkFunction } from "../format/code"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"

export const unusedSlots: FunctionPass = (f, { captured }) => {
    const used = new Set(Array(f.parameters).keys())
    walkFunction(f, ({ op, number }) => {
        if (op === Op.loadLocal || op === Op.storeLocal) used.add(number)
    })
    const reached = [...captured].some(slot => slot >= f.parameters)
    if (reached || used.size === f.slots) return false
    const kept = [...used].sort((a, b) => a - b)
    const numbers = new Map(kept.map((slot, i) => [slot, i]))
    walkFunction(f, expression => {
        if (expression.op === Op.loadLocal || expression.op === Op.storeLocal)
            expression.number = numbers.get(expression.number)!
    })
    const names = f.debug?.slots as unknown[] | undefined
    if (names) f.debug = { ...f.debug, slots: kept.map(slot => names[slot]) }
    f.slots = kept.length
    return true
}
