/** From the bytes of a function's code to statements. */
import type { Expression, Statement } from "./code"
import { ImageError } from "./image-error"
import { readNumber } from "./numbers"
import { Op, operation } from "./operations"

/** Operations from here on are themselves a literal, from -16 to 111. */
export const FIRST_LITERAL = 0x80
export const LITERAL_OFFSET = 16

/** What a function is filled up with to a multiple of 4 bytes. */
const PADDING = 0

export interface CodeRead {
    statements: Statement[]
    /** Where each of them begins, and where the last one ends. */
    starts: number[]
}

/** @throws ImageError if it is not a list of statements, or jumps elsewhere than to one */
export function readCode(code: Uint8Array): CodeRead {
    const statements: Statement[] = []
    const starts: number[] = []
    const jumps: { statement: Statement; to: number }[] = []
    let stack: Expression[] = []
    let at = 0
    let start = 0
    while (at < code.length && code[at] !== PADDING) {
        const opAt = at
        const byte = code[at++]
        if (byte >= FIRST_LITERAL) {
            stack.push({ op: Op.literal, number: byte - FIRST_LITERAL - LITERAL_OFFSET, args: [] })
            continue
        }
        const known = operation(byte)
        if (!known) throw new ImageError(`operation ${byte} at byte ${opAt} of a function is not one of the format`)
        const operand = known.operand === "none" ? { value: 0, end: at } : readNumber(code, at)
        if (!operand) throw new ImageError(`a function ends inside the operation at its byte ${opAt}`)
        const operandBytes = operand.end - at
        at = operand.end
        if (stack.length < known.arguments)
            throw new ImageError(`operation at byte ${opAt} of a function lacks a value`)
        const args = stack.splice(stack.length - known.arguments, known.arguments)
        if (!known.statement) {
            stack.push({ op: byte, number: operand.value, args })
            continue
        }
        if (stack.length > 0) throw new ImageError(`the statement at byte ${opAt} of a function leaves a value behind`)
        const jump = known.operand === "jump"
        const statement: Statement = { op: byte, number: jump ? 0 : operand.value, args }
        if (jump) {
            statement.distanceBytes = operandBytes
            jumps.push({ statement, to: opAt + operand.value })
        }
        statements.push(statement)
        starts.push(start)
        start = at
        stack = []
    }
    if (stack.length > 0) throw new ImageError("a function ends inside a statement")
    const byStart = new Map(starts.map((start, i) => [start, statements[i]]))
    for (const { statement, to } of jumps) {
        statement.target = byStart.get(to)
        if (!statement.target) throw new ImageError(`a jump to byte ${to} of a function leads to no statement`)
    }
    return { statements, starts: [...starts, start] }
}
