import { STRETCH_MS } from "../../core/ports"

/** A small intermediate form of straight-line arithmetic: printed by `print.ts`, checked by `exactness.ts`. */

/** A number: a multiple of 2^unit, at most `max` in magnitude. */
export interface Bound {
    unit: number
    max: number
}

export type Expression =
    | { kind: "variable"; name: string }
    | { kind: "constant"; value: number }
    /** Read from outside the kernel, such as an array's element; `bound` is what the outside promises. */
    | { kind: "input"; text: string; bound: Bound }
    | { kind: "add" | "subtract" | "multiply"; left: Expression; right: Expression }
    /** One of two numbers, without a branch: `left` plus `swap` times the difference, `swap` being 0 or 1. */
    | { kind: "select"; left: Expression; right: Expression }
    /** The nearest multiple of 2^unit: adding 1.5 * 2^(52 + unit) pushes all lower bits out of the mantissa. */
    | { kind: "round"; of: Expression; unit: number }

export type Statement =
    | { kind: "set"; name: string; value: Expression; declare?: boolean }
    /** A write to the outside, which relies on `bound`. */
    | { kind: "output"; text: string; value: Expression; bound: Bound }
    /** Text without arithmetic on limbs. */
    | { kind: "raw"; text: string }
    | { kind: "call"; kernel: string; text: string }
    | { kind: "branch"; condition: string; taken: Statement[]; otherwise: Statement[] }
    /** Repeats while `condition` holds; `body` must leave every bound as it found it. */
    | { kind: "loop"; head: string; body: Statement[] }

export interface Kernel {
    name: string
    comment: string
    parameters: string
    exported: boolean
    /** Whether it may pause: it does, or calls one that does. */
    pauses?: boolean
    body: Statement[]
}

/** The kernels of one field, and the registers that they share. */
export interface Field {
    header: string
    registers: string[]
    /** What the registers for points hold whenever a kernel begins, and when it has ended. */
    invariant: Map<string, Bound>
    kernels: Kernel[]
}

export const variable = (name: string): Expression => ({ kind: "variable", name })
export const constant = (value: number): Expression => ({ kind: "constant", value })
export const input = (text: string, bound: Bound): Expression => ({ kind: "input", text, bound })
export const add = (left: Expression, right: Expression): Expression => ({ kind: "add", left, right })
export const subtract = (left: Expression, right: Expression): Expression => ({ kind: "subtract", left, right })
export const multiply = (left: Expression, right: Expression): Expression => ({ kind: "multiply", left, right })
export const select = (left: Expression, right: Expression): Expression => ({ kind: "select", left, right })
export const round = (of: Expression, unit: number): Expression => ({ kind: "round", of, unit })
export const sum = (terms: Expression[]): Expression => terms.reduce(add)

export const set = (name: string, value: Expression): Statement => ({ kind: "set", name, value })
export const define = (name: string, value: Expression): Statement => ({ kind: "set", name, value, declare: true })
/** Calls a kernel that pauses. */
export const call = (kernel: string, text = `${kernel}()`): Statement => ({
    kind: "call",
    kernel,
    text: `await ${text}`,
})
export const raw = (text: string): Statement => ({ kind: "raw", text })
/** As the function of that name in a field's module, which kernels do not call: a call would cost 1 % of a product. */
export const spend = (tenths: number): Statement[] => [
    raw(`spent += ${tenths}`),
    raw(`if (spent > ${10 * STRETCH_MS}) await rest(${tenths})`),
]
