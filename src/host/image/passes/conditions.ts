/**
 * Conditions: what only has to be true or false need not be made a boolean first; the negation of `===` is `!==`; what is `=== undefined` is undefined.
 * Assumes what vm_ops.c does: `jmpZ` takes any value as `toBool` does, and `ne` is computed as the negation of `eq`, NaN included. `le` and `lt` have
 * no such counterpart. Only undefined equals undefined (`devs_value_eq`). Leaves what is evaluated, and in which order.
 */
import type { Expression } from "../format/code"
import { node } from "../format/code"
import { Op } from "../format/operations"
import type { FunctionPass } from "./pass"

const OPPOSITE = new Map([
    [Op.eq, Op.ne],
    [Op.ne, Op.eq],
])

/** Whether the negation of a condition becomes no longer than it is. */
export const hasOpposite = ({ op }: Expression): boolean => op === Op.not || OPPOSITE.has(op)

export const conditions: FunctionPass = ({ statements }) => {
    let changed = false
    const replace = (args: Expression[], with_: (argument: Expression) => Expression) => {
        args.forEach((argument, i) => {
            replace(argument.args, shorterComparison)
            const simpler = with_(args[i])
            if (simpler === args[i]) return
            args[i] = simpler
            changed = true
        })
    }
    for (const { op, args } of statements) replace(args, op === Op.jmpZ ? truth : shorterComparison)
    return changed
}

function shorterComparison(expression: Expression): Expression {
    const { op, args } = negatedComparison(expression)
    if (op === Op.eq && args[1].op === Op.undefined) return node(Op.isUndefined, 0, [args[0]])
    return op === expression.op ? expression : node(op, 0, args)
}

function negatedComparison(expression: Expression): Expression {
    const [compared] = expression.args
    const opposite = expression.op === Op.not ? OPPOSITE.get(compared.op) : undefined
    return opposite === undefined ? expression : node(opposite, 0, compared.args)
}

/** @returns what is true exactly when `condition` is */
function truth(condition: Expression): Expression {
    let inner = condition
    let negated = false
    while (inner.op === Op.not || inner.op === Op.toBool) {
        if (inner.op === Op.not) negated = !negated
        inner = inner.args[0]
    }
    if (!negated) return shorterComparison(inner)
    const same = condition.op === Op.not && condition.args[0] === inner
    return shorterComparison(same ? condition : node(Op.not, 0, [inner]))
}
