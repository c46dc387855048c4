import {
    add,
    type Bound,
    call,
    constant,
    define,
    type Expression,
    type Field,
    type Kernel,
    multiply,
    raw,
    round,
    type Statement,
    select,
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
    each,
    keep,
    LIMBS,
    type Limbs,
    limb,
    minus,
    of,
    plus,
    productColumn,
    registerNames,
    squareColumn,
} from "./limbs"

/**
 * Arithmetic modulo p = 2^255 - 19 for an interpreter of doubles, after Bernstein's floating-point Curve25519: a number is the sum
 * of eleven doubles, the k-th of them a multiple of 2^e(k) with e(k) = ⌈255 k / 11⌉. A product's column k collects what has that
 * unit, and everything from 2^255 up comes back times 19 / 2^255.
 */
const exponent = (k: number): number => Math.ceil((255 * k) / LIMBS)
const FOLD = 19 * 2 ** -255
/**
 * How many of the upper columns are carried before they come back, so that sums of numbers can be multiplied without being carried
 * first: products of sums of up to three and four, squares of sums of two. Fewer would not be exact.
 */
const CARRIED_BACK = { product: 9, square: 6 }
/** What a product, a square and a multiple take, with what lies between two of them, in tenths of a millisecond. */
const PRODUCT_TENTHS = 34
const SQUARE_TENTHS = 24
const MULTIPLE_TENTHS = 13
/** What it takes to bring numbers from arrays and back, and to have room for that. */
const ARRAYS_TENTHS = 13
/** (486662 - 2) / 4 of RFC 7748 §4.1. */
const A24 = 121665

/** Bound of limb k after a carry: half of the next limb's unit, and a little for the limb that takes the last carry. */
const CARRIED = 1 + 2 ** -8
const carried = (k: number, numbers = 1): Bound => ({
    unit: exponent(k),
    max: numbers * CARRIED * 2 ** (exponent(k + 1) - 1),
})

const { at, from, write } = arrays(carried)

/** Carries columns into r: each is rounded to the unit of the next, which takes what was rounded off, and the last wraps around. */
function carry(column: (k: number) => Expression): Statement[] {
    const statements: Statement[] = []
    for (let k = 0; k < LIMBS; k++) {
        const assign = k === 0 ? define : set
        statements.push(
            assign("column", k === 0 ? column(0) : add(column(k), variable("over"))),
            assign("over", round(variable("column"), exponent(k + 1))),
            set(`r${k}`, subtract(variable("column"), variable("over"))),
        )
    }
    return [
        ...statements,
        set("column", add(limb("r", 0), multiply(constant(FOLD), variable("over")))),
        set("over", round(variable("column"), exponent(1))),
        set("r0", subtract(variable("column"), variable("over"))),
        set("r1", add(limb("r", 1), variable("over"))),
    ]
}

/** All columns of a product into r. The lowest of the upper columns are split: what a carry takes off them comes back a column later. */
function reduce(column: (k: number) => Expression, carriedBack: number): Statement[] {
    const split: Statement[] = []
    for (let k = 0; k < carriedBack; k++)
        split.push(
            define(`high${k}`, column(k + LIMBS)),
            define(`over${k}`, round(limb("high", k), exponent(k + LIMBS + 1))),
        )
    const back = (k: number): Expression[] => [
        ...(k < carriedBack ? [subtract(limb("high", k), limb("over", k))] : k < LIMBS - 1 ? [column(k + LIMBS)] : []),
        ...(k > 0 && k <= carriedBack ? [limb("over", k - 1)] : []),
    ]
    return [
        ...split,
        ...carry(k => (back(k).length === 0 ? column(k) : add(column(k), multiply(constant(FOLD), sum(back(k)))))),
    ]
}

const multiplyKernel: Kernel = {
    name: "multiply",
    comment: "r = a b",
    parameters: "",
    exported: false,
    pauses: true,
    body: [...spend(PRODUCT_TENTHS), ...reduce(productColumn, CARRIED_BACK.product)],
}

const squareKernel: Kernel = {
    name: "square",
    comment: "r = a^(2^times), for at least one time; a is lost",
    parameters: "times: number",
    exported: false,
    pauses: true,
    body: [
        {
            kind: "loop",
            head: "while (true)",
            body: [
                ...spend(SQUARE_TENTHS),
                ...doubleLimbs,
                ...reduce(squareColumn, CARRIED_BACK.square),
                raw("times -= 1"),
                raw("if (times === 0) return"),
                ...copy("a", of("r")),
            ],
        },
    ],
}

const times = call("multiply")
const squared = call("square", "square(1)")
const squaredOften = call("square", "square(times)")

/** Point doubling of Hisil, Wong, Carter and Dawson (2008, §3.3) with a = -1, all four of E … H negated. */
const doubleKernel: Kernel = {
    name: "doublePoint",
    comment: "(x : y : z) doubled. t is needed, and computed, only in front of an addition",
    parameters: "withT: boolean",
    exported: true,
    pauses: true,
    body: [
        ...copy("a", of("x")),
        squared,
        ...keep("h", of("r")),
        ...copy("a", of("y")),
        squared,
        ...keep("g", minus("h", "r")),
        ...copy("h", plus("h", "r")),
        ...copy("a", of("z")),
        squared,
        ...keep("f", k => add(add(limb("r", k), limb("r", k)), limb("g", k))),
        ...copy("a", plus("x", "y")),
        squared,
        ...copy("a", minus("h", "r")),
        ...copy("b", of("f")),
        times,
        ...copy("x", of("r")),
        ...copy("b", of("h")),
        { kind: "branch", condition: "withT", taken: [times, ...copy("t", of("r"))], otherwise: [] },
        ...copy("a", of("g")),
        times,
        ...copy("y", of("r")),
        ...copy("b", of("f")),
        times,
        ...copy("z", of("r")),
    ],
}

/**
 * Unified addition of the same paper (§3.1), of a point prepared as (y + x, y - x, 2 d t, and z unless it is 1).
 * @param sum @param difference the first two coordinates, or the other way around to subtract
 * @param z r = z times the other z
 * @param ends b = r - c and c = r + c, or the other way around to subtract
 */
function addition(sum: Limbs, difference: Limbs, z: Statement[], ends: Statement[]): Statement[] {
    return [
        ...copy("a", minus("y", "x")),
        ...copy("b", difference),
        times,
        ...keep("e", of("r")),
        ...copy("a", plus("y", "x")),
        ...copy("b", sum),
        times,
        ...keep("h", plus("r", "e")),
        ...copy("e", minus("r", "e")),
        ...copy("a", of("t")),
        ...copy("b", from("prepared", 2 * LIMBS, 2)),
        times,
        ...keep("c", of("r")),
        ...z,
        ...copy("r", plus("r", "r")),
        ...ends,
        ...copy("a", of("e")),
        times,
        ...copy("x", of("r")),
        ...copy("a", of("c")),
        times,
        ...copy("z", of("r")),
        ...copy("b", of("h")),
        times,
        ...copy("y", of("r")),
        {
            kind: "branch",
            condition: "withT",
            taken: [...copy("a", of("e")), times, ...copy("t", of("r"))],
            otherwise: [],
        },
    ]
}

const ADD_ENDS = [...copy("b", minus("r", "c")), ...copy("c", plus("r", "c"))]
const SUBTRACT_ENDS = [...copy("b", plus("r", "c")), ...copy("c", minus("r", "c"))]

const addKernel: Kernel = {
    name: "addPrepared",
    comment: "(x : y : z : t) plus a prepared point, or minus it. t is needed, and computed if asked for",
    parameters: "prepared: number[], negative: boolean, withT: boolean",
    exported: true,
    pauses: true,
    body: [
        raw("const sum = negative ? 11 : 0"),
        raw("const difference = 11 - sum"),
        ...addition(
            at("prepared", "sum + ", 2),
            at("prepared", "difference + ", 2),
            [
                {
                    kind: "branch",
                    condition: "prepared.length > 33",
                    taken: [...copy("a", of("z")), ...copy("b", from("prepared", 3 * LIMBS, 1)), times],
                    otherwise: copy("r", of("z")),
                },
            ],
            [{ kind: "branch", condition: "negative", taken: SUBTRACT_ENDS, otherwise: ADD_ENDS }],
        ),
    ],
}

const coordinates = ["x", "y", "z", "t"]

const loadKernel: Kernel = {
    name: "loadPoint",
    comment: "(x : y : z : t) from 44 limbs",
    parameters: "point: number[]",
    exported: true,
    body: coordinates.flatMap((register, i) => copy(register, from("point", LIMBS * i, 1))),
}

const storeKernel: Kernel = {
    name: "storePoint",
    comment: "(x : y : z : t) to 44 limbs",
    parameters: "point: number[]",
    exported: true,
    body: coordinates
        .map((register, i) => write("point", LIMBS * i, 1, of(register)))
        .reverse()
        .flat(),
}

/**
 * One step of the Montgomery ladder (RFC 7748 §5), for the points x/z and y/t, whose difference is u. Swapping them beforehand
 * changes the outcome only where one of them is doubled, so only that one is chosen: by multiplying with 0 or 1, never by a branch.
 */
const ladderKernel: Kernel = {
    name: "ladderStep",
    comment:
        "x/z becomes twice itself, or twice y/t if `swap` is 1; y/t becomes the sum of both, unless that is not wanted",
    parameters: "swap: number, withSum: boolean",
    exported: true,
    pauses: true,
    body: [
        ...copy("b", plus("x", "z")),
        ...keep("c", plus("y", "t")),
        ...copy("a", minus("y", "t")),
        ...keep("d", minus("x", "z")),
        ...keep("sum", k => select(limb("b", k), limb("c", k))),
        ...keep("difference", k => select(limb("d", k), limb("a", k))),
        {
            kind: "branch",
            condition: "withSum",
            taken: [
                times,
                ...keep("e", of("r")),
                ...copy("a", of("c")),
                ...copy("b", of("d")),
                times,
                ...copy("a", plus("e", "r")),
                ...copy("e", minus("e", "r")),
                squared,
                ...copy("y", of("r")),
                ...copy("a", of("e")),
                squared,
                ...copy("a", of("r")),
                ...copy("b", of("u")),
                times,
                ...copy("t", of("r")),
            ],
            otherwise: [],
        },
        ...copy("a", of("sum")),
        squared,
        ...keep("f", of("r")),
        ...copy("a", of("difference")),
        squared,
        ...copy("a", of("f")),
        ...copy("b", of("r")),
        times,
        ...copy("x", of("r")),
        ...copy("a", minus("f", "b")),
        ...spend(MULTIPLE_TENTHS),
        ...carry(k => add(limb("f", k), multiply(constant(A24), limb("a", k)))),
        ...copy("b", of("r")),
        times,
        ...copy("z", of("r")),
    ],
}

const loadBaseKernel: Kernel = {
    name: "loadLadderBase",
    comment: "u from 11 limbs",
    parameters: "base: number[]",
    exported: true,
    body: copy("u", from("base", 0, 1)),
}

const productKernel: Kernel = {
    name: "product",
    comment: "out = x y, for arrays of limbs: sums of up to three carried numbers, and of up to four",
    parameters: "out: number[], x: number[], y: number[]",
    exported: true,
    pauses: true,
    body: [
        ...spend(ARRAYS_TENTHS),
        ...copy("a", from("x", 0, 3)),
        ...copy("b", from("y", 0, 4)),
        times,
        ...write("out", 0, 1, of("r")),
    ],
}

const powerKernel: Kernel = {
    name: "powerOfTwo",
    comment: "out = x^(2^times), for arrays of limbs and at least one time",
    parameters: "out: number[], x: number[], times: number",
    exported: true,
    pauses: true,
    body: [...copy("a", from("x", 0, 2)), squaredOften, ...write("out", 0, 1, of("r"))],
}

export const FIELD_25519: Field = {
    header: "Arithmetic modulo 2^255 - 19 and on the curves over it, unrolled over eleven limbs.",
    registers: registerNames(["a", "b", "r", "x", "y", "z", "t", "u"]),
    invariant: new Map(
        ["x", "y", "z", "t", "u"].flatMap(register => each(k => [`${register}${k}`, carried(k)] as [string, Bound])),
    ),
    kernels: [
        multiplyKernel,
        squareKernel,
        doubleKernel,
        addKernel,
        loadKernel,
        storeKernel,
        ladderKernel,
        loadBaseKernel,
        productKernel,
        powerKernel,
    ],
}
