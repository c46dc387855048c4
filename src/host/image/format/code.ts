/** A function's code: a list of statements, each a tree of expressions. */
import { Op, operation } from "./operations"

/** An operation with the values that it takes, in the order in which they are computed. */
export interface Expression {
    op: number
    /** Operand: an index, or the value of a literal. 0 where there is none, and for jumps. */
    number: number
    args: Expression[]
}

/** Characters of the sources, counted through all of them: where they begin, and how many. */
export type SourceRange = readonly [position: number, length: number]

export interface Statement extends Expression {
    /** Where a jump, `try` or `throwJmp` leads. */
    target?: Statement
    /** Bytes that its distance is given at least: the compiler reserves 3 before it knows where a forward jump ends. */
    distanceBytes?: number
    source?: SourceRange
}

export const FunctionFlag = { needsThis: 1, constructs: 2, hasRestArgument: 4 } as const

export interface ImageFunction {
    statements: Statement[]
    /** Locals, parameters first. */
    slots: number
    parameters: number
    /** Of `FunctionFlag`. */
    flags: number
    /** String, as the format numbers them over its kinds (`StrIdx`). */
    name: number
    tryFrames: number
    /** What the debug map says of it beside where its code lies. */
    debug?: Record<string, unknown>
}

export function walk(expression: Expression, visit: (expression: Expression) => void): void {
    for (const argument of expression.args) walk(argument, visit)
    visit(expression)
}

export function walkFunction({ statements }: ImageFunction, visit: (expression: Expression) => void): void {
    for (const statement of statements) walk(statement, visit)
}

/** Values that lie on the stack at most while it is computed. */
export function stackDepth(expression: Expression): number {
    let deepest = operation(expression.op)?.statement ? 0 : 1
    expression.args.forEach((argument, below) => {
        deepest = Math.max(deepest, below + stackDepth(argument))
    })
    return deepest
}

export const node = (op: number, number = 0, args: Expression[] = []): Expression => ({ op, number, args })
export const literal = (value: number): Expression => node(Op.literal, value)
export const local = (slot: number): Expression => node(Op.loadLocal, slot)
export const store = (slot: number, value: Expression, source?: SourceRange): Statement => ({
    ...node(Op.storeLocal, slot, [value]),
    source,
})

export const isLocal = (expression: Expression, slot: number): boolean =>
    expression.op === Op.loadLocal && expression.number === slot

/** A copy that shares nothing. */
export function copyOf(expression: Expression): Expression {
    return node(expression.op, expression.number, expression.args.map(copyOf))
}

/** Same operations with the same operands. Where jumps lead is not looked at. */
export function sameExpression(a: Expression, b: Expression): boolean {
    return a.op === b.op && a.number === b.number && a.args.every((argument, i) => sameExpression(argument, b.args[i]))
}
