/**
 * Dead stores: to a local that nobody reads before it is written again.
 * Assumes nothing about the value but what `effectsOf` proves: it is left out only if computing it cannot throw. A store of undefined stays, and so
 * does any to a local that may hold an object: it is how a program lets go of that, and leaving it out would keep it in memory.
 */
import { effectsOf } from "../analysis/effects"
import { flowOf, removeStatement } from "../analysis/flow"
import { heldBefore } from "../analysis/held"
import { livenessOf } from "../analysis/liveness"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"

export const deadStores: FunctionPass = (f, { captured }) => {
    const flow = flowOf(f)
    const live = livenessOf(f, flow)
    let dead: number[] = []
    f.statements.forEach(({ op, number: slot, args: [value] }, i) => {
        if (op !== Op.storeLocal || captured.has(slot) || live.after(i, slot)) return
        if (value.op === Op.undefined || value.op === Op.null || effectsOf(value, captured).throws) return
        if (i + 1 < f.statements.length) dead.push(i)
    })
    for (let all = false; !all; ) {
        const held = heldBefore(f, flow, captured, new Set(dead))
        const kept = dead.filter(i => !held(f.statements[i].number, i))
        all = kept.length === dead.length
        dead = kept
    }
    for (const i of dead.reverse()) removeStatement(f, i)
    return dead.length > 0
}
