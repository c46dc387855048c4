/**
 * Branches: what only runs if a negated condition holds, and does not go on behind it, moves to the end of its function; the condition then leads there
 * without its negation.
 * Assumes nothing: nothing runs on into what moves, and it runs on into nothing. Leaves what is evaluated, and in which order.
 */
import { goesOn } from "../analysis/flow"
import type { ImageFunction } from "../format/code"
import { Op } from "../format/operations"
import { writeCode } from "../format/write-code"
import type { FunctionPass } from "./pass"

export const branches: FunctionPass = f => {
    let changed = false
    for (let at = f.statements.length - 2; at >= 0; at--) if (moveBranch(f, at)) changed = true
    return changed
}

function moveBranch(f: ImageFunction, at: number): boolean {
    const { statements } = f
    const { op, args, target } = statements[at]
    if (op !== Op.jmpZ || args[0].op !== Op.not) return false
    const end = statements.indexOf(target!)
    if (end <= at + 1 || goesOn(statements[end - 1].op)) return false
    const before = bytesOf(f)
    const branch = statements.slice(at + 1, end)
    f.statements = [...statements.slice(0, at + 1), ...statements.slice(end), ...branch]
    Object.assign(statements[at], { args: args[0].args, target: branch[0] })
    if (bytesOf(f) < before) return true
    Object.assign(statements[at], { args, target })
    f.statements = statements
    return false
}

const bytesOf = ({ statements }: ImageFunction): number => writeCode(statements).starts.at(-1)!
