import { ENTRY_BYTES, preparedFromEntry } from "./edwards"
import { EDWARDS_PUBLIC_BASE } from "./edwards-public-base"
import { addPrepared, doublePoint, loadPoint, spend, storePoint } from "./field25519"
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
 * What verification takes of the group of edwards25519, in the coordinates of edwards.ts: points of others, and sums of multiples by scalars that
 * everybody may know. All of it is for a computation that has its turn. It lies in a file of its own, so that who only signs does not link its tables.
 */

const D = hex`a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352`
const TWO_D = hex`59f1b226949bd6eb56b183829a14e00030d1f3eef2808e19e7fcdf56dcd90624`
const SQUARE_ROOT_OF_MINUS_ONE = hex`b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b`

/** Size of the comb of a known key in bytes. */
export const EDWARDS_COMB_BYTES = PUBLIC_ENTRIES * ENTRY_BYTES

/** What it takes to make numbers of bytes, and a point of numbers, in tenths of a millisecond. */
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

/** (0 : 1 : 1 : 0) */
function neutralPoint(): number[] {
    const point: number[] = []
    for (let i = 4 * LIMBS - 1; i >= 0; i--) point[i] = i === LIMBS || i === 2 * LIMBS ? 1 : 0
    return point
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
