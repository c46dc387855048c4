/**
 * Shared slots: a local that is a copy of another one becomes that one, if neither is ever written while what the other holds is still read.
 * Assumes nothing beyond `livenessOf`; locals that closures reach stay. Leaves less in memory, never more: the one that is left holds what was stored
 * last in either of them.
 */
import { flowOf, removeStatement } from "../analysis/flow"
import { type Liveness, livenessOf } from "../analysis/liveness"
import { type ImageFunction, isLocal, type Statement, walkFunction } from "../format/code"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"

export const sharedSlots: FunctionPass = (f, { captured }) => {
    let changed = false
    let live: Liveness | undefined
    for (let at = f.statements.length - 2; at >= 0; at--) {
        const copied = copyOfSlot(f.statements[at])
        if (copied === undefined || captured.has(copied) || captured.has(f.statements[at].number)) continue
        const { number: slot } = f.statements[at]
        live ??= livenessOf(f, flowOf(f))
        if (interfere(f, live, slot, copied)) continue
        const [kept, gone] = copied < slot ? [copied, slot] : [slot, copied]
        walkFunction(f, expression => {
            const names = expression.op === Op.loadLocal || expression.op === Op.storeLocal
            if (names && expression.number === gone) expression.number = kept
        })
        removeStatement(f, at)
        live = undefined
        changed = true
    }
    return changed
}

/** @returns the slot of which a statement makes a copy in another one */
function copyOfSlot({ op, number, args: [value] }: Statement): number | undefined {
    return op === Op.storeLocal && value.op === Op.loadLocal && value.number !== number ? value.number : undefined
}

export function interfere(f: ImageFunction, live: Liveness, a: number, b: number): boolean {
    // Both hold something when the function begins: what it was given, or undefined.
    const givenOrRead = (slot: number) => slot < f.parameters || live.before(0, slot)
    if (givenOrRead(a) && givenOrRead(b)) return true
    return f.statements.some(({ op, number, args: [value] }, at) => {
        if (op !== Op.storeLocal || (number !== a && number !== b)) return false
        const other = number === a ? b : a
        return live.after(at, other) && !isLocal(value, other)
    })
}
