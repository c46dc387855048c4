/**
 * Constants: what is computed from integers in the code is computed here.
 * Assumes the runtime's int32 arithmetic (vm_ops.c): an exact result that fits into 32 bits is that integer, and there is no -0. Everything else
 * is left to the runtime.
 */
import { type Expression, literal } from "../format/code"
import { Op } from "../format/operations"
import { expressionBytes } from "../format/write-code"
import type { FunctionPass } from "./pass"

const ARITHMETIC = new Map<number, (a: number, b: number) => number>([
    [Op.add, (a, b) => a + b],
    [Op.sub, (a, b) => a - b],
    [Op.mul, (a, b) => a * b],
    [Op.bitAnd, (a, b) => a & b],
    [Op.bitOr, (a, b) => a | b],
    [Op.bitXor, (a, b) => a ^ b],
    [Op.shiftLeft, (a, b) => a << b],
    [Op.shiftRight, (a, b) => a >> b],
])

export const constants: FunctionPass = ({ statements }) => {
    let changed = false
    const fold = ({ args }: Expression) => {
        args.forEach((argument, i) => {
            fold(argument)
            const value = foldedValue(argument)
            if (value === undefined) return
            const folded = literal(value)
            if (expressionBytes(folded) > expressionBytes(argument)) return
            args[i] = folded
            changed = true
        })
    }
    statements.forEach(fold)
    return changed
}

function foldedValue({ op, args: [a, b] }: Expression): number | undefined {
    if (a?.op !== Op.literal) return undefined
    if (op === Op.neg) return int32(-a.number)
    if (b?.op !== Op.literal) return undefined
    const compute = ARITHMETIC.get(op)
    return compute && int32(compute(a.number, b.number))
}

const int32 = (value: number) => ((value | 0) === value ? value | 0 : undefined)
