/**
 * Letting go: a store to a local that nobody reads before it is written again, and that therefore only lets go of what was there, stores undefined, which
 * takes one byte.
 * Assumes nothing about the value but what `effectsOf` proves: that computing it cannot throw. Leaves what is let go of, and when. Other passes make more
 * of the value than of undefined, so this one runs behind them.
 */
import { effectsOf } from "../analysis/effects"
import { flowOf } from "../analysis/flow"
import { livenessOf } from "../analysis/liveness"
import { node } from "../format/code"
import { Op } from "../format/operations"
import { expressionBytes } from "../format/write-code"
import type { FunctionPass } from "./pass"

export const lettingGo: FunctionPass = (f, { captured }) => {
    const live = livenessOf(f, flowOf(f))
    let changed = false
    f.statements.forEach((statement, i) => {
        const { op, number: slot, args } = statement
        if (op !== Op.storeLocal || captured.has(slot) || live.after(i, slot)) return
        if (expressionBytes(args[0]) <= UNDEFINED_BYTES || effectsOf(args[0], captured).throws) return
        statement.args = [node(Op.undefined)]
        changed = true
    })
    return changed
}

const UNDEFINED_BYTES = 1
