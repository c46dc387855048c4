import {
    add,
    type Bound,
    define,
    type Expression,
    input,
    multiply,
    type Statement,
    set,
    subtract,
    sum,
    variable,
} from "./code"

/** Numbers of eleven limbs, in registers and in arrays: limb 3 of register x is the variable x3. */
export const LIMBS = 11

export const each = <T>(make: (k: number) => T): T[] => Array.from({ length: LIMBS }, (_, k) => make(k))
export const limb = (register: string, k: number): Expression => variable(`${register}${k}`)
export const registerNames = (registers: string[]): string[] => registers.flatMap(name => each(k => `${name}${k}`))

/** A number, by its limbs. */
export type Limbs = (k: number) => Expression
export const of =
    (register: string): Limbs =>
    k =>
        limb(register, k)
export const plus =
    (x: string, y: string): Limbs =>
    k =>
        add(limb(x, k), limb(y, k))
export const minus =
    (x: string, y: string): Limbs =>
    k =>
        subtract(limb(x, k), limb(y, k))

export const copy = (to: string, from: Limbs): Statement[] => each(k => set(`${to}${k}`, from(k)))
/** `copy` into new local variables. */
export const keep = (to: string, from: Limbs): Statement[] => each(k => define(`${to}${k}`, from(k)))

/**
 * Numbers in arrays outside, with what is promised of their limbs.
 * @param carried bound of limb k of a sum of so many carried numbers
 */
export function arrays(carried: (k: number, numbers: number) => Bound) {
    return {
        at:
            (array: string, offset: string, numbers: number): Limbs =>
            k =>
                input(`${array}[${offset}${k}]`, carried(k, numbers)),
        from:
            (array: string, offset: number, numbers: number): Limbs =>
            k =>
                input(`${array}[${offset + k}]`, carried(k, numbers)),
        /** From the last limb to the first: an array that has to grow then does so once. */
        write: (array: string, offset: number, numbers: number, value: Limbs): Statement[] =>
            each(
                (k): Statement => ({
                    kind: "output",
                    text: `${array}[${offset + k}]`,
                    value: value(k),
                    bound: carried(k, numbers),
                }),
            ).reverse(),
    }
}

/** Pairs (i, j) whose product belongs to column k, in 0 … 20. */
const pairs = (k: number): [number, number][] =>
    each(i => [i, k - i] as [number, number]).filter(([, j]) => j >= 0 && j < LIMBS)

/** Column k of a b. */
export const productColumn = (k: number): Expression =>
    sum(pairs(k).map(([i, j]) => multiply(limb("a", i), limb("b", j))))

/** Column k of a², in which every product of two different limbs occurs twice: one of them is doubled beforehand, in d. */
export const squareColumn = (k: number): Expression =>
    sum(
        pairs(k)
            .filter(([i, j]) => i <= j)
            .map(([i, j]) => multiply(limb(i === j ? "a" : "d", i), limb("a", j))),
    )

/** d = 2 a; its last limb is never needed. */
export const doubleLimbs = each(k => define(`d${k}`, add(limb("a", k), limb("a", k)))).slice(0, LIMBS - 1)
