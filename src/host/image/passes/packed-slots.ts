/**
 * Packed slots: locals that are never wanted at the same time become one.
 * Assumes nothing beyond `livenessOf`; locals that closures reach or a handler reads stay, and parameters keep their places. Leaves less in memory, never
 * more: the one that is left holds what was stored last in either of them, and the frame is smaller.
 */
import { flowOf } from "../analysis/flow"
import { livenessOf } from "../analysis/liveness"
import { walkFunction } from "../format/code"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"
import { interfere } from "./shared-slots"

export const packedSlots: FunctionPass = (f, { captured }) => {
    let changed = false
    let live = livenessOf(f, flowOf(f))
    const used = new Set<number>()
    walkFunction(f, ({ op, number }) => {
        if (op === Op.loadLocal || op === Op.storeLocal) used.add(number)
    })
    const isFree = (slot: number) => used.has(slot) && !captured.has(slot) && !live.thrown(slot)
    for (let gone = f.slots - 1; gone >= f.parameters; gone--) {
        if (!isFree(gone)) continue
        for (let kept = 0; kept < gone; kept++) {
            if (!isFree(kept) || interfere(f, live, kept, gone)) continue
            walkFunction(f, expression => {
                const names = expression.op === Op.loadLocal || expression.op === Op.storeLocal
                if (names && expression.number === gone) expression.number = kept
            })
            live = livenessOf(f, flowOf(f))
            changed = true
            break
        }
    }
    return changed
}
