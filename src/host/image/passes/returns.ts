/**
 * Returns: a value that is stored only to be returned is returned at once, and a condition around a return leads to another one that is the same.
 * Assumes that a return ends all locals of its function, so that nobody misses a store before it. Leaves what is computed, and in which order, and
 * functions that catch: there a return is not the end.
 */
import { flowOf } from "../analysis/flow"
import { type ImageFunction, isLocal, node, type Statement, sameExpression } from "../format/code"
import { Op } from "../format/operations"
import { hasOpposite } from "./conditions"
import type { FunctionPass } from "./pass"

export const returns: FunctionPass = (f, { captured }) => {
    if (flowOf(f).thrown.length > 0) return false
    const changed = returnAtOnce(f, captured)
    return leadToAnother(f) || changed
}

function returnAtOnce({ statements }: ImageFunction, captured: ReadonlySet<number>): boolean {
    let changed = false
    statements.forEach((statement, i) => {
        const { op, number: slot } = statement
        if (op !== Op.storeLocal || captured.has(slot)) return
        const following = statements[i + 1]
        const behind = following.op === Op.jmp ? following.target! : following
        if (behind.op !== Op.return || !isLocal(behind.args[0], slot)) return
        Object.assign(statement, { op: Op.return, number: 0 })
        changed = true
    })
    return changed
}

/** Only where the opposite is no longer than the condition, as in `jumps`: no way through the code takes an operation more. */
function leadToAnother({ statements }: ImageFunction): boolean {
    let changed = false
    for (let i = statements.length - 3; i >= 0; i--) {
        const [around, end, behind] = statements.slice(i, i + 3)
        if (around.op !== Op.jmpZ || end.op !== Op.return || around.target !== behind) continue
        if (!hasOpposite(around.args[0])) continue
        const same = statements.findLast((other, at) => at > i + 1 && sameReturn(other, end))
        if (!same) continue
        around.args = [node(Op.not, 0, around.args)]
        around.target = same
        for (const statement of statements) if (statement.target === end) statement.target = same
        statements.splice(i + 1, 1)
        changed = true
    }
    return changed
}

const sameReturn = (other: Statement, end: Statement): boolean => other.op === Op.return && sameExpression(other, end)
