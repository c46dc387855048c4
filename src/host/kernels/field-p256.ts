import {
    add,
    type Bound,
    call,
    constant,
    define,
    type Expression,
    type Field,
    input,
    type Kernel,
    multiply,
    round,
    type Statement,
    set,
    spend,
    subtract,
    sum,
    variable,
} from "./code"
import {
    arrays,
    copy,
    doubleLimbs,
    keep,
    LIMBS,
    limb,
    minus,
    of,
    plus,
    productColumn,
    registerNames,
    squareColumn,
} from "./limbs"

/**
 * Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 in Montgomery's form with R = 2^264, for an interpreter of doubles. A number
 * x is held as the fraction x / R, the sum of eleven doubles, the k-th of them a multiple of 2^(24 k - 264). So a product x y / R²
 * has its lower half cleared by multiples of p, and what is left is x y R^-1 as a fraction again. Since p = -1 modulo 2^96, each
 * limb to be cleared is itself the multiple of p that clears it.
 */
const LIMB_BITS = 24
const unit = (k: number): number => LIMB_BITS * (k - LIMBS)
const columnUnit = (k: number): number => LIMB_BITS * (k - 2 * LIMBS)

/**
 * What half a product and a square take, with what lies between two of them, in tenths of a millisecond. Two products are a little more than a
 * stretch, so one would be a stretch of its own, if it did not pause in its middle.
 */
const HALF_PRODUCT_TENTHS = 24
const SQUARE_TENTHS = 38
/** What it takes to bring numbers from arrays and back, and to have room for that. */
const ARRAYS_TENTHS = 10

/** Powers of two in p + 1, their signs, and how many columns higher each of them falls. */
const PRIME_TERMS = [
    { power: 96, sign: 1 },
    { power: 192, sign: 1 },
    { power: 224, sign: -1 },
    { power: 256, sign: 1 },
].map(({ power, sign }) => ({ columns: Math.floor(power / LIMB_BITS), factor: sign * 2 ** power }))

/**
 * Bounds of limb k: half of the next limb's unit after a carry. The topmost limb is not carried, but as long as numbers stay within
 * a few multiples of p a product leaves no more than this in it.
 */
const TOP = 2 ** (unit(LIMBS - 1) + 16)
const boundP256 = (k: number, numbers = 1, tops = numbers): Bound => ({
    unit: unit(k),
    max: k === LIMBS - 1 ? tops * TOP : numbers * 2 ** (unit(k + 1) - 1),
})

/** A product. */
const { write: writeProduct } = arrays(k => boundP256(k))
/** A sum of up to nine products, carried. */
const SETTLED_TOPS = 9
const { from: fromSettled, write: writeSettled } = arrays(k => boundP256(k, 1, SETTLED_TOPS))
/** What may be multiplied: a difference of a settled number and a product, for example. */
const { from: fromOperand } = arrays(k => boundP256(k, 2, SETTLED_TOPS + 1))
/** What may be added: a sum of two products. */
const { from: fromSummand } = arrays(k => boundP256(k, 2))
const FACTOR: Bound = { unit: 0, max: 3 }
const DIRECTION: Bound = { unit: 0, max: 1 }
/** The z of a point: twice a product. */
const { from: fromDoubled, write: writeDoubled } = arrays(k => boundP256(k, 2))

/** r = the upper half of the columns, after multiples of p have cleared the lower half. */
function reduce(column: (k: number) => Expression): Statement[] {
    const statements: Statement[] = []
    for (let k = 0; k < 2 * LIMBS; k++) {
        const terms: Expression[] = k < 2 * LIMBS - 1 ? [column(k)] : []
        for (const { columns, factor } of PRIME_TERMS)
            if (k - columns >= 0 && k - columns < LIMBS) terms.push(multiply(constant(factor), limb("q", k - columns)))
        if (k > 0) terms.push(variable("over"))
        const target = k < LIMBS ? `q${k}` : `r${k - LIMBS}`
        if (k === 2 * LIMBS - 1) {
            statements.push(set(target, sum(terms)))
            break
        }
        const assign = k === 0 ? define : set
        statements.push(
            assign("column", sum(terms)),
            assign("over", round(variable("column"), columnUnit(k + 1))),
            (k < LIMBS ? define : set)(target, subtract(variable("column"), variable("over"))),
        )
    }
    return statements
}

function inHalves(statements: Statement[]): Statement[] {
    const middle = statements.length >> 1
    const half = spend(HALF_PRODUCT_TENTHS)
    return [...half, ...statements.slice(0, middle), ...half, ...statements.slice(middle)]
}

const multiplyKernel: Kernel = {
    name: "multiply",
    comment: "r = a b / R",
    parameters: "",
    exported: false,
    pauses: true,
    body: inHalves(reduce(productColumn)),
}

const squareKernel: Kernel = {
    name: "square",
    comment: "r = a² / R",
    parameters: "",
    exported: false,
    pauses: true,
    body: [...spend(SQUARE_TENTHS), ...doubleLimbs, ...reduce(squareColumn)],
}

const settleKernel: Kernel = {
    name: "settle",
    comment: "Carries r",
    parameters: "",
    exported: false,
    body: Array.from({ length: LIMBS - 1 }, (_, k): Statement[] => [
        (k === 0 ? define : set)("over", round(limb("r", k), unit(k + 1))),
        set(`r${k}`, subtract(limb("r", k), variable("over"))),
        set(`r${k + 1}`, add(limb("r", k + 1), variable("over"))),
    ]).flat(),
}

const times = call("multiply")
const squared = call("square")
const settled: Statement = { kind: "call", kernel: "settle", text: "settle()" }
const multiple = (factor: number, register: string) => (k: number) => multiply(constant(factor), limb(register, k))

/** dbl-2001-b of the Explicit-Formulas Database (Bernstein), for a = -3, with z = 2 y z by a product. */
const doubleKernel: Kernel = {
    name: "doublePoint",
    comment: "(x / z², y / z³) doubled",
    parameters: "",
    exported: true,
    pauses: true,
    body: [
        ...copy("a", of("z")),
        ...copy("b", of("y")),
        times,
        ...keep("doubleZ", plus("r", "r")),
        squared,
        ...copy("a", plus("x", "r")),
        ...copy("b", minus("x", "r")),
        times,
        ...copy("r", multiple(3, "r")),
        settled,
        ...keep("alpha", of("r")),
        ...copy("a", of("y")),
        squared,
        ...copy("a", of("r")),
        ...copy("b", of("x")),
        times,
        ...keep("beta", multiple(4, "r")),
        squared,
        ...keep("gamma", multiple(8, "r")),
        ...copy("a", of("alpha")),
        squared,
        ...copy("r", k => subtract(limb("r", k), add(limb("beta", k), limb("beta", k)))),
        settled,
        ...copy("x", of("r")),
        ...copy("a", of("alpha")),
        ...copy("b", minus("beta", "r")),
        times,
        ...copy("r", minus("r", "gamma")),
        settled,
        ...copy("y", of("r")),
        ...copy("z", of("doubleZ")),
    ],
}

/** madd of the Explicit-Formulas Database (Cohen, Miyaji and Ono, 1998), with z = z h. */
const addKernel: Kernel = {
    name: "addAffine",
    comment:
        "(x / z², y / z³) plus (xs, ys), or minus it if `direction` is -1 and not 1. z becomes 0, and stays so, if z was or if the two are equal or opposite",
    parameters: "xs: number[], ys: number[], direction: number",
    exported: true,
    pauses: true,
    body: [
        ...spend(ARRAYS_TENTHS),
        ...copy("a", of("z")),
        squared,
        ...keep("c", of("r")),
        ...copy("b", of("r")),
        times,
        ...copy("a", of("r")),
        ...copy("b", fromSettled("ys", 0, 1)),
        times,
        ...keep("slope", k => subtract(multiply(input("direction", DIRECTION), limb("r", k)), limb("y", k))),
        ...copy("a", of("c")),
        ...copy("b", fromSettled("xs", 0, 1)),
        times,
        ...copy("a", minus("r", "x")),
        ...copy("b", of("z")),
        times,
        ...copy("z", of("r")),
        squared,
        ...copy("b", of("r")),
        times,
        ...keep("h", of("r")),
        ...copy("a", of("x")),
        times,
        ...copy("c", of("r")),
        ...copy("a", of("slope")),
        squared,
        ...copy("r", k => subtract(subtract(limb("r", k), limb("h", k)), add(limb("c", k), limb("c", k)))),
        settled,
        ...copy("x", of("r")),
        ...copy("b", minus("c", "r")),
        times,
        ...copy("c", of("r")),
        ...copy("a", of("y")),
        ...copy("b", of("h")),
        times,
        ...copy("r", minus("c", "r")),
        settled,
        ...copy("y", of("r")),
    ],
}

const loadKernel: Kernel = {
    name: "loadPoint",
    comment: "(x, y, z) from arrays",
    parameters: "xs: number[], ys: number[], zs: number[]",
    exported: true,
    body: [
        ...copy("x", fromSettled("xs", 0, 1)),
        ...copy("y", fromSettled("ys", 0, 1)),
        ...copy("z", fromDoubled("zs", 0, 1)),
    ],
}

const storeKernel: Kernel = {
    name: "storePoint",
    comment: "(x, y, z) to arrays",
    parameters: "xs: number[], ys: number[], zs: number[]",
    exported: true,
    body: [
        ...writeSettled("xs", 0, 1, of("x")),
        ...writeSettled("ys", 0, 1, of("y")),
        ...writeDoubled("zs", 0, 1, of("z")),
    ],
}

const productKernel: Kernel = {
    name: "product",
    comment: "out = x y / R, for arrays of limbs: carried numbers, or a sum or difference of two",
    parameters: "out: number[], x: number[], y: number[]",
    exported: true,
    pauses: true,
    body: [
        ...spend(ARRAYS_TENTHS),
        ...copy("a", fromOperand("x", 0, 1)),
        ...copy("b", fromOperand("y", 0, 1)),
        times,
        ...writeProduct("out", 0, 1, of("r")),
    ],
}

const combineKernel: Kernel = {
    name: "combine",
    comment: "out = x + factor y, carried; factor is at most 3 in magnitude",
    parameters: "out: number[], x: number[], factor: number, y: number[]",
    exported: true,
    body: [
        ...copy("r", k => add(fromSummand("x", 0, 1)(k), multiply(input("factor", FACTOR), fromSummand("y", 0, 1)(k)))),
        settled,
        ...writeSettled("out", 0, 1, of("r")),
    ],
}

export const FIELD_P256: Field = {
    header: "Arithmetic modulo the prime of P-256 and doubling on it, in Montgomery form, unrolled over eleven limbs of 24 bits.",
    registers: registerNames(["a", "b", "r", "x", "y", "z"]),
    invariant: new Map([
        ...registerNames(["x", "y"]).map((name, i) => [name, boundP256(i % LIMBS, 1, SETTLED_TOPS)] as [string, Bound]),
        ...registerNames(["z"]).map((name, k) => [name, boundP256(k, 2)] as [string, Bound]),
    ]),
    kernels: [
        multiplyKernel,
        squareKernel,
        settleKernel,
        doubleKernel,
        addKernel,
        loadKernel,
        storeKernel,
        productKernel,
        combineKernel,
    ],
}
