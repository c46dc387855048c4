import { invert } from "./euclid"
import { addAffine, doublePoint, loadPoint, spend, storePoint } from "./field-p256"
import { fromMontgomery, isZero, minus, multiplied, ONE, PRIME, toMontgomery } from "./limbs-p256"
import { bitLength } from "./natural"
import {
    added,
    BETWEEN_TENTHS,
    doubled,
    ENTRY_BYTES,
    ENTRY_TENTHS,
    oddMultiples,
    type Point,
    pointFromEntry,
    zOf,
} from "./p256-group"
import { P256_ODD_BASE } from "./p256-odd-base"
import { PUBLIC_ENTRIES, PUBLIC_SPACING, publicColumn } from "./public-comb"
import { DIGIT_OFFSET, signedDigits } from "./signed-digits"
import { pauseInTurn } from "./turn"

/**
 * Sums of multiples on P-256 by scalars that everybody may know: what verification takes. All of it is for a computation that has its turn.
 */
/** Size of the comb of a known key in bytes. */
export const P256_COMB_BYTES = PUBLIC_ENTRIES * ENTRY_BYTES
/** Of the digits of a factor of the base point, whose table has the odd multiples up to 63, and of another point. */
const BASE_WIDTH = 7
const FACTOR_WIDTH = 4

/** A point that is added, or subtracted. */
interface Addend {
    /** x and y. */
    point: Point
    negative: boolean
}

/** baseFactor B + factor P, for natural factors below 2^256. Variable time. */
export async function sumOfMultiples(baseFactor: number[], factor: number[], point: Point): Promise<Point> {
    const length = Math.max(bitLength(baseFactor), bitLength(factor)) + 1
    const baseDigits = await signedDigits(baseFactor, length, BASE_WIDTH, spend)
    const factorDigits = await signedDigits(factor, length, FACTOR_WIDTH, spend)
    const multiples = await affineOddMultiples(point)
    return await sumOfAddends(length, false, async i => {
        const addends: Addend[] = []
        const digit = factorDigits[i] - DIGIT_OFFSET
        if (digit !== 0) addends.push({ point: multiples[(digit > 0 ? digit : -digit) >> 1], negative: digit < 0 })
        const baseDigit = baseDigits[i] - DIGIT_OFFSET
        if (baseDigit !== 0) {
            await spend(ENTRY_TENTHS)
            const entry = (baseDigit > 0 ? baseDigit : -baseDigit) >> 1
            addends.push({
                point: pointFromEntry(P256_ODD_BASE, entry * ENTRY_BYTES, 1),
                negative: baseDigit < 0,
            })
        }
        return addends
    })
}

/** A scalar, as `publicDigits` writes it, and the comb of the point that it is to be multiplied with. */
export interface CombTerm {
    digits: Buffer
    comb: Buffer
}

/** The sum of all terms. Variable time. */
export async function sumOfCombs(terms: CombTerm[]): Promise<Point> {
    return await sumOfAddends(PUBLIC_SPACING, false, async i => {
        const addends: Addend[] = []
        for (let k = 0; k < terms.length; k++) {
            await spend(ENTRY_TENTHS)
            const { entry, negative } = publicColumn(terms[k].digits, i)
            addends.push({ point: pointFromEntry(terms[k].comb, entry * ENTRY_BYTES, 1), negative })
        }
        return addends
    })
}

/**
 * The sum of all addends at i, times 2^i, for i below `length`. The additions of the kernel do not hold for points that are equal, opposite or neutral;
 * but then they leave a z that is 0 up to the end. So such a sum is made once more, by additions that hold for all.
 */
async function sumOfAddends(
    length: number,
    complete: boolean,
    addendsAt: (i: number) => Promise<Addend[]>,
): Promise<Point> {
    let sum: Point = []
    for (let i = length - 1; i >= 0; i--) {
        if (complete) sum = await doubled(sum, 1)
        else if (sum.length > 0) await doublePoint()
        const addends = await addendsAt(i)
        for (let k = 0; k < addends.length; k++) {
            const [x, y] = addends[k].point
            const negative = addends[k].negative ? 1 : 0
            if (!complete && sum.length > 0) await addAffine(x, y, 1 - 2 * negative)
            else {
                sum = await added(sum, [x, y], negative)
                if (!complete) loadPoint(sum[0], sum[1], sum[2])
            }
        }
    }
    if (complete || sum.length === 0) return sum
    await spend(BETWEEN_TENTHS)
    sum = [[], [], []]
    storePoint(sum[0], sum[1], sum[2])
    return (await isZero(sum[2])) ? await sumOfAddends(length, true, addendsAt) : sum
}

/** Whether x / z² is a natural number below p. */
export async function hasX(point: Point, x: number[]): Promise<boolean> {
    const z = zOf(point)
    return await isZero(minus(await multiplied(await toMontgomery(x), await multiplied(z, z)), point[0]))
}

/** P, 3 P, 5 P and 7 P, each with z = 1: by one inverse of the product of all z (Montgomery's trick). Variable time. */
async function affineOddMultiples(point: Point): Promise<Point[]> {
    const multiples = await oddMultiples(point, 4)
    const products = [ONE]
    for (let i = 1; i < 4; i++) products[i] = await multiplied(products[i - 1], multiples[i][2])
    let reciprocal = await publicInverse(products[3])
    for (let i = 3; i > 0; i--) {
        const [x, y, z] = multiples[i]
        const own = await multiplied(reciprocal, products[i - 1])
        const squared = await multiplied(own, own)
        multiples[i] = [await multiplied(x, squared), await multiplied(y, await multiplied(squared, own))]
        reciprocal = await multiplied(reciprocal, z)
    }
    return multiples
}

/** 1/x, in variable time: see public-inverse25519.ts. */
async function publicInverse(x: number[]): Promise<number[]> {
    const natural = await fromMontgomery(x)
    return await toMontgomery(await invert(natural, PRIME, pauseInTurn))
}
