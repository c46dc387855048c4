/** Functions by hand: statements and expressions under the names of the specification, and their text for comparison. */
import { copyOf, type Expression, type ImageFunction, node, type Statement } from "../../../src/host/image/format/code"
import { Op, type OperationName, operation, operationName } from "../../../src/host/image/format/operations"

/** @param number operand, if the operation has one */
export function op(name: OperationName, ...[first, ...rest]: (number | Expression)[]): Expression {
    const number = typeof first === "number" ? first : 0
    return node(
        Op[name],
        number,
        [first, ...rest].filter((argument): argument is Expression => typeof argument === "object"),
    )
}

export const get = (slot: number) => op("loadLocal", slot)
export const set = (slot: number, value: Expression): Line => op("storeLocal", slot, value)
export const int = (value: number) => op("literal", value)
export const undef = op("undefined")
export const call = (number: number, ...args: Expression[]): Line =>
    node(Op.call0 + args.length, 0, [op("staticFunction", number), ...args])

/** A statement, or a jump to a line of the same function. */
export type Line = Expression | { jump: Expression; to: number }

export const to = (line: number, jump: Expression): Line => ({ jump, to: line })

export function assemble(lines: Line[], about: Partial<ImageFunction> = {}): ImageFunction {
    const statements: Statement[] = lines.map(line => copyOf("jump" in line ? line.jump : line))
    lines.forEach((line, i) => {
        if ("to" in line) statements[i].target = statements[line.to]
    })
    return { statements, slots: 8, parameters: 0, flags: 0, name: 0, tryFrames: 0, ...about }
}

/** One line a statement: `jmpZ(loadLocal[0]) -> 3`. */
export function text({ statements }: ImageFunction): string[] {
    const index = new Map(statements.map((statement, i) => [statement, i]))
    return statements.map(
        statement => textOf(statement) + (statement.target ? ` -> ${index.get(statement.target)}` : ""),
    )
}

function textOf({ op, number, args }: Expression): string {
    const operand = operation(op)!.operand === "number" ? `[${number}]` : ""
    return `${operationName(op)}${operand}${args.length > 0 ? `(${args.map(textOf).join(", ")})` : ""}`
}
