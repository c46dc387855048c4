import { COMB_ENTRIES, COMB_SPACING, combEntry, combTeeth, selectEntry } from "./comb"
import { EDWARDS_BASE } from "./edwards-base"
import { EDWARDS_PUBLIC_BASE } from "./edwards-public-base"
import { addEntry, addPrepared, doublePoint, loadPoint, spend, storePoint } from "./field25519"
import { hex } from "./hex"
import {
    bytesFromLimbs,
    isCanonical,
    isZero,
    joined,
    LIMBS,
    limbsFromBytes,
    limbsFromNumber,
    minus,
    multiplied,
    plus,
} from "./limbs25519"
import { bitLength } from "./natural"
import { rootPower } from "./power25519"
import { PUBLIC_ENTRIES, PUBLIC_SPACING, publicColumn } from "./public-comb"
import { DIGIT_OFFSET, signedDigits } from "./signed-digits"

/**
 * The group of edwards25519, -x² + y² = 1 + d x² y² (RFC 8032 §5.1), in extended coordinates (x : y : z : t), x y = z t: arrays of
 * four times eleven limbs. All of it is for a computation that has its turn.
 */
const D = hex`a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352`
const TWO_D = hex`59f1b226949bd6eb56b183829a14e00030d1f3eef2808e19e7fcdf56dcd90624`
const SQUARE_ROOT_OF_MINUS_ONE = hex`b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b`

/** An entry of the comb: limbs of y + x, y - x and 2 d x y, three bytes each. */
const ENTRY_BYTES = 9 * LIMBS
const TABLE_BYTES = COMB_ENTRIES * ENTRY_BYTES
/** Size of the comb of a known key in bytes. */
export const EDWARDS_COMB_BYTES = PUBLIC_ENTRIES * ENTRY_BYTES

/**
 * What it takes besides products to unpack an entry, to choose the sign of a secret one, to make numbers of bytes, and a point of numbers, in tenths of
 * a ms.
 */
const ENTRY_TENTHS = 48
const SELECT_TENTHS = 50
const LIMBS_TENTHS = 50
const JOIN_TENTHS = 50

/** Of the digits of a factor, to which odd multiples up to 7 belong. */
const FACTOR_WIDTH = 4

/** Why 32 bytes are refused as a point. */
export type PointRefusal = "notCanonical" | "notOnCurve" | "smallOrder"

export interface DecodedPoint {
    refusal?: PointRefusal
    /** Extended coordinates, unless it is refused. */
    point: number[]
}

/**
 * A point from its 32 bytes at an offset, strictly: RFC 8032 §5.1.3, and no point whose order divides 8. Its order may still be a
 * multiple of the prime one (a point of the prime-order subgroup plus one of small order).
 */
export async function decodePoint(bytes: Buffer, at: number): Promise<DecodedPoint> {
    if (!isCanonical(bytes, at)) return { refusal: "notCanonical", point: [] }
    await spend(LIMBS_TENTHS)
    const y = limbsFromBytes(bytes, at)
    const one = limbsFromNumber(1)
    const ySquared = await multiplied(y, y)
    await spend(LIMBS_TENTHS)
    const dy2 = await multiplied(limbsFromBytes(D, 0), ySquared)
    await spend(LIMBS_TENTHS)
    const u = minus(ySquared, one)
    const v = plus(dy2, one)
    // x = √(u/v) = u v³ (u v⁷)^((p - 5) / 8), or that times √-1
    const v3 = await multiplied(await multiplied(v, v), v)
    const v7 = await multiplied(await multiplied(v3, v3), v)
    const power = await rootPower(await multiplied(v7, u))
    let x = await multiplied(await multiplied(v3, u), power)
    const vx2 = await multiplied(await multiplied(x, x), v)
    if (!(await isZero(minus(vx2, u)))) {
        if (!(await isZero(plus(vx2, u)))) return { refusal: "notOnCurve", point: [] }
        await spend(LIMBS_TENTHS)
        x = await multiplied(x, limbsFromBytes(SQUARE_ROOT_OF_MINUS_ONE, 0))
    }
    const signBit = bytes[at + 31] >> 7
    const xIsZero = await isZero(x)
    if (xIsZero && signBit === 1) return { refusal: "notCanonical", point: [] }
    // Orders 1 and 2 have x = 0, order 4 has y = 0, and order 8 doubles to order 4, so has x² + y² = 0.
    if (xIsZero || (await isZero(y)) || (await isZero(plus(await multiplied(x, x), ySquared))))
        return { refusal: "smallOrder", point: [] }
    if (((await bytesFromLimbs(x))[0] & 1) !== signBit) x = minus(limbsFromNumber(0), x)
    const xy = await multiplied(x, y)
    await spend(JOIN_TENTHS)
    return { point: joined([x, y, one, xy]) }
}

/**
 * The 32 bytes of a point.
 * @param invertZ `inverse`; or `publicInverse`, for a point that everybody may know
 */
export async function encodePoint(point: number[], invertZ: (z: number[]) => Promise<number[]>): Promise<Buffer> {
    const reciprocal = await invertZ(point.slice(2 * LIMBS, 3 * LIMBS))
    const bytes = await bytesFromLimbs(await multiplied(reciprocal, point.slice(LIMBS, 2 * LIMBS)))
    bytes[31] |= ((await bytesFromLimbs(await multiplied(reciprocal, point.slice(0, LIMBS))))[0] & 1) << 7
    return bytes
}

/** A point and the factor it is to be multiplied with. */
export interface Term {
    point: number[]
    factor: number[]
    negative: boolean
}

/**
 * Whether scalar B + the sum of all terms is the neutral point. Variable time.
 * @param digits of the scalar, as `publicDigits` makes them
 */
export async function sumVanishes(digits: Buffer, terms: Term[]): Promise<boolean> {
    let length = PUBLIC_SPACING
    for (const term of terms) length = Math.max(length, bitLength(term.factor) + 1)
    const factorDigits: Buffer[] = []
    const multiples: number[][][] = []
    for (const term of terms) {
        factorDigits.push(await signedDigits(term.factor, length, FACTOR_WIDTH, spend))
        multiples.push(await oddMultiples(term.point))
    }

    const sum = neutralPoint()
    loadPoint(sum)
    for (let i = length - 1; i >= 0; i--) {
        const additions: number[][] = []
        const negative: boolean[] = []
        for (let k = 0; k < terms.length; k++) {
            const digit = factorDigits[k][i] - DIGIT_OFFSET
            if (digit === 0) continue
            additions.push(multiples[k][(digit > 0 ? digit : -digit) >> 1])
            negative.push(digit > 0 === terms[k].negative)
        }
        if (i < PUBLIC_SPACING) {
            const column = publicColumn(digits, i)
            additions.push(await preparedFromEntry(EDWARDS_PUBLIC_BASE, column.entry * ENTRY_BYTES, 1))
            negative.push(column.negative)
        }
        await doublePoint(additions.length > 0)
        for (let k = 0; k < additions.length; k++)
            await addPrepared(additions[k], negative[k], k < additions.length - 1)
    }
    storePoint(sum)
    return (
        (await isZero(sum.slice(0, LIMBS))) &&
        (await isZero(minus(sum.slice(LIMBS, 2 * LIMBS), sum.slice(2 * LIMBS, 3 * LIMBS))))
    )
}

/** A scalar, as `publicDigits` writes it, and the comb of the point that it is to be multiplied with. */
export interface CombTerm {
    digits: Buffer
    comb: Buffer
    negative: boolean
}

/** The sum of all terms. Variable time. */
export async function sumOfCombs(terms: CombTerm[]): Promise<number[]> {
    const sum = neutralPoint()
    loadPoint(sum)
    for (let i = PUBLIC_SPACING - 1; i >= 0; i--) {
        await doublePoint(true)
        for (let k = 0; k < terms.length; k++) {
            const { entry, negative } = publicColumn(terms[k].digits, i)
            const point = await preparedFromEntry(terms[k].comb, entry * ENTRY_BYTES, 1)
            await addPrepared(point, negative !== terms[k].negative, k < terms.length - 1)
        }
    }
    storePoint(sum)
    return sum
}

/** Whether the order of a point on the curve divides 8: see `decodePoint`. */
export async function isOfSmallOrder(point: number[]): Promise<boolean> {
    const x = point.slice(0, LIMBS)
    const y = point.slice(LIMBS, 2 * LIMBS)
    const squares = plus(await multiplied(x, x), await multiplied(y, y))
    return await isZero(await multiplied(await multiplied(x, y), squares))
}

/**
 * scalar B, in a sequence of operations and memory accesses that does not depend on the scalar.
 * @param digits of the scalar, as `signDigits` makes them
 */
export async function multiplyBase(digits: Buffer): Promise<number[]> {
    const sum = neutralPoint()
    loadPoint(sum)
    for (let i = COMB_SPACING - 1; i >= 0; i--) {
        await doublePoint(true)
        await addEntry(await selectPrepared(1, combTeeth(digits, i + COMB_SPACING)), true)
        await addEntry(await selectPrepared(0, combTeeth(digits, i)), false)
    }
    storePoint(sum)
    return sum
}

/** P, 3P, 5P and 7P, prepared, for a P with z = 1. */
async function oddMultiples(point: number[]): Promise<number[][]> {
    await spend(LIMBS_TENTHS)
    const twoD = limbsFromBytes(TWO_D, 0)
    const multiple: number[] = []
    loadPoint(point)
    await doublePoint(true)
    storePoint(multiple)
    const double = await prepared(multiple, twoD)
    loadPoint(point)
    const multiples = [(await prepared(point, twoD)).slice(0, 3 * LIMBS)]
    for (let i = 1; i < 4; i++) {
        await addPrepared(double, false, true)
        storePoint(multiple)
        multiples[i] = await prepared(multiple, twoD)
    }
    return multiples
}

/** y + x, y - x, 2 d t and z. */
async function prepared(point: number[], twoD: number[]): Promise<number[]> {
    const x = point.slice(0, LIMBS)
    const y = point.slice(LIMBS, 2 * LIMBS)
    const z = point.slice(2 * LIMBS, 3 * LIMBS)
    const t = point.slice(3 * LIMBS, 4 * LIMBS)
    const t2d = await multiplied(t, twoD)
    await spend(JOIN_TENTHS)
    return joined([plus(y, x), minus(y, x), t2d, z])
}

/** The prepared point for secret teeth of the comb. Its negative is chosen by masks and by a factor too. */
async function selectPrepared(table: number, teeth: number): Promise<number[]> {
    const entry = await selectEntry(EDWARDS_BASE, table * TABLE_BYTES, ENTRY_BYTES, combEntry(teeth), spend)
    await spend(SELECT_TENTHS)
    const negate = (teeth >> 3) - 1
    for (let i = 0; i < 3 * LIMBS; i++) {
        const swap = (entry[i] ^ entry[i + 3 * LIMBS]) & negate
        entry[i] ^= swap
        entry[i + 3 * LIMBS] ^= swap
    }
    const selected = await preparedFromEntry(entry, 0, 1)
    for (let i = 2 * LIMBS; i < 3 * LIMBS; i++) selected[i] *= 1 + 2 * negate
    return selected
}

/**
 * Limbs of an entry are not negative, and so up to twice as large as carried ones.
 * @param stride distance of an entry's bytes: they are interleaved in the table
 */
async function preparedFromEntry(bytes: Buffer, from: number, stride: number): Promise<number[]> {
    await spend(ENTRY_TENTHS)
    const limbs: number[] = []
    limbs[3 * LIMBS - 1] = 0
    let at = from
    for (let i = 0; i < 3 * LIMBS; i += LIMBS) {
        let unit = 1
        for (let k = i; k < i + LIMBS; k++) {
            limbs[k] = (bytes[at] | (bytes[at + stride] << 8) | (bytes[at + 2 * stride] << 16)) * unit
            unit *= k === i || k === i + 5 ? 0x1000000 : 0x800000
            at += 3 * stride
        }
    }
    return limbs
}

/** (0 : 1 : 1 : 0) */
function neutralPoint(): number[] {
    const point: number[] = []
    for (let i = 4 * LIMBS - 1; i >= 0; i--) point[i] = i === LIMBS || i === 2 * LIMBS ? 1 : 0
    return point
}
