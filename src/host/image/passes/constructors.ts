/**
 * Constructors: `new` of a function of the image that constructs is that function.
 * Assumes what `expr1_new` does: it gives back what it was given, once it has seen that this constructs. Leaves every other one, which may throw.
 */
import { type Expression, FunctionFlag } from "../format/code"
import { Op } from "../format/operations"
import type { ImagePass } from "./pass"

export const constructors: ImagePass = ({ functions }) => {
    let changed = false
    const isConstructor = ({ op, number }: Expression) =>
        op === Op.staticFunction && (functions[number].flags & FunctionFlag.constructs) !== 0
    const replace = ({ args }: Expression) =>
        args.forEach((argument, i) => {
            if (argument.op === Op.new && isConstructor(argument.args[0])) {
                args[i] = argument.args[0]
                changed = true
            } else replace(argument)
        })
    for (const { statements } of functions) statements.forEach(replace)
    return changed
}
