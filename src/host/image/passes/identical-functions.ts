/**
 * Identical functions: one of them serves all callers.
 * Assumes nothing beyond their code: only functions that are called by name and never become a value are taken, so nothing can compare them, ask
 * their name or hang a field on them. Leaves the others for `deadFunctions`, and constructors, which their objects name.
 */
import { type Expression, FunctionFlag, type ImageFunction, type Statement, walk } from "../format/code"
import type { Image } from "../format/image"
import { isCall, Op } from "../format/operations"
import { forEachReference } from "./dead-functions"
import type { ImagePass } from "./pass"

export const identicalFunctions: ImagePass = image => {
    const onlyCalled = calledByName(image)
    const firstOfKind = new Map<string, number>()
    const instead = new Map<number, number>()
    image.functions.forEach((f, i) => {
        if (i === 0 || !onlyCalled.has(i) || f.flags & FunctionFlag.constructs) return
        const text = textOf(f)
        const first = firstOfKind.get(text)
        if (first === undefined) firstOfKind.set(text, i)
        else instead.set(i, first)
    })
    for (const f of image.functions)
        forEachReference(f, reference => {
            reference.number = instead.get(reference.number) ?? reference.number
        })
    return instead.size > 0
}

/** @returns the functions to which every reference is a call of them, by the statements that call */
export function calledByName({ functions }: Image): Map<number, { caller: ImageFunction; call: Statement }[]> {
    const calls = new Map<number, { caller: ImageFunction; call: Statement }[]>()
    const values = new Set<number>()
    for (const caller of functions)
        for (const call of caller.statements) {
            const [called] = call.args
            if (isCall(call.op) && called.op === Op.staticFunction)
                calls.set(called.number, [...(calls.get(called.number) ?? []), { caller, call }])
            walk(call, expression => {
                const isCalled = isCall(call.op) && expression === called && expression.op === Op.staticFunction
                const isReference = expression.op === Op.staticFunction || expression.op === Op.makeClosure
                if (isReference && !isCalled) values.add(expression.number)
            })
        }
    for (const value of values) calls.delete(value)
    return calls
}

function textOf({ statements, slots, parameters, flags, tryFrames }: ImageFunction): string {
    const index = new Map(statements.map((statement, i) => [statement, i]))
    const text = ({ op, number, args }: Expression): string => `${op}:${number}(${args.map(text).join()})`
    const code = statements.map(
        statement => `${text(statement)}@${statement.target ? index.get(statement.target) : ""}`,
    )
    return JSON.stringify([slots, parameters, flags, tryFrames, code])
}
