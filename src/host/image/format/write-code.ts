/** From statements to the bytes of a function's code. Jumps take as few bytes as they need, or as many as they are given. */
import type { Expression, Statement } from "./code"
import { numberBytes, writeNumber } from "./numbers"
import { Op, operation } from "./operations"
import { FIRST_LITERAL, LITERAL_OFFSET } from "./read-code"

const ALIGNMENT = 4

export interface CodeWritten {
    bytes: Buffer
    /** Where each statement begins, and where the last one ends. */
    starts: number[]
}

/** @param statements whose targets are among them */
export function writeCode(statements: readonly Statement[]): CodeWritten {
    const distanceBytes = statements.map(({ distanceBytes = 1 }) => distanceBytes)
    const index = new Map(statements.map((statement, i) => [statement, i]))
    const sizes = statements.map(sizeWithoutDistance)
    const distance = (starts: number[], i: number) =>
        starts[index.get(statements[i].target!)!] - (starts[i + 1] - distanceBytes[i] - 1)
    let starts = startsOf(statements, sizes, distanceBytes)
    // A distance never gets shorter by another one's getting longer, so this ends.
    for (let grown = true; grown; ) {
        grown = false
        statements.forEach(({ target }, i) => {
            if (!target) return
            if (!index.has(target)) throw new Error("a jump leads out of its function")
            const bytes = numberBytes(distance(starts, i))
            if (bytes > distanceBytes[i]) {
                distanceBytes[i] = bytes
                grown = true
            }
        })
        starts = startsOf(statements, sizes, distanceBytes)
    }
    const out: number[] = []
    statements.forEach((statement, i) => {
        for (const argument of statement.args) writeExpression(out, argument)
        out.push(statement.op)
        if (statement.target) writeNumber(out, distance(starts, i), distanceBytes[i])
        else if (hasNumber(statement.op)) writeNumber(out, statement.number)
    })
    while (out.length % ALIGNMENT !== 0) out.push(0)
    return { bytes: Buffer.from(out), starts }
}

/** Bytes that it takes up in the code. */
export function expressionBytes(expression: Expression): number {
    const { op, number } = expression
    if (op === Op.literal && isShort(number)) return 1
    return expression.args.reduce((bytes, argument) => bytes + expressionBytes(argument), ownBytes(op, number))
}

/** Bytes of a statement whose jump, if it is one, is short. */
export const statementBytes = (statement: Statement): number =>
    sizeWithoutDistance(statement) + (statement.target ? 1 : 0)

function sizeWithoutDistance({ op, number, args }: Statement): number {
    return args.reduce((bytes, argument) => bytes + expressionBytes(argument), ownBytes(op, number))
}

const ownBytes = (op: number, number: number) => 1 + (hasNumber(op) ? numberBytes(number) : 0)
const hasNumber = (op: number) => operation(op)!.operand === "number"
const isShort = (value: number) => value >= -LITERAL_OFFSET && value < 0x100 - FIRST_LITERAL - LITERAL_OFFSET

function startsOf(
    statements: readonly Statement[],
    sizes: readonly number[],
    distanceBytes: readonly number[],
): number[] {
    let at = 0
    const starts = statements.map((statement, i) => {
        const start = at
        at += sizes[i] + (statement.target ? distanceBytes[i] : 0)
        return start
    })
    return [...starts, at]
}

function writeExpression(out: number[], { op, number, args }: Expression): void {
    if (op === Op.literal && isShort(number)) {
        out.push(FIRST_LITERAL + LITERAL_OFFSET + number)
        return
    }
    for (const argument of args) writeExpression(out, argument)
    out.push(op)
    if (hasNumber(op)) writeNumber(out, number)
}
