import { COMB_ENTRIES, combEntry, combTeeth, selectEntry } from "./comb"
import { doublePoint, loadPoint, spend, storePoint } from "./field-p256"
import { hex } from "./hex"
import {
    combined,
    fromMontgomery,
    isZero,
    LIMBS,
    limbsFromNatural,
    limbsFromTable,
    minus,
    multiplied,
    ONE,
    PRIME,
    toMontgomery,
    ZERO,
} from "./limbs-p256"
import { bytesFromNatural, compare, naturalFromBytes } from "./natural"
import { P256_BASE } from "./p256-base"

/**
 * The group of P-256, y² = x³ - 3 x + b (FIPS 186-4 §D.1.2.3), in Jacobian coordinates (x / z², y / z³). All of it is for a computation
 * that has its turn.
 */

/** b in Montgomery form: b 2^264 modulo p. */
export const B = limbsFromNatural(
    naturalFromBytes(hex`dcdfbdc42962df9cd89030849ccc05f0acd62e21f7ab20a209344887e01d0630`, 0, 32),
)

/** x, y and z, or x and y if z is 1. The neutral point has none: it is an empty array. */
export type Point = number[][]

/** What it takes to unpack an entry, to choose one coordinate of eight, and to make numbers of bytes, in tenths of a millisecond. */
export const ENTRY_TENTHS = 42
const SELECT_TENTHS = 80
export const BYTES_TENTHS = 45
/** What lies between two groups of products, or in front of a doubling. */
export const BETWEEN_TENTHS = 58
/** Limbs of x and y of an entry of the comb, three bytes each. */
export const ENTRY_BYTES = 6 * LIMBS
const TABLE_BYTES = COMB_ENTRIES * ENTRY_BYTES
/** Distance of the digits that one table of two has. */
const COMB_SPACING = 32

/** Why bytes are refused as a point. */
export type PointRefusal = "encoding" | "outOfRange" | "notOnCurve"

export interface DecodedPoint {
    refusal?: PointRefusal
    /** x and y, unless it is refused. */
    point: Point
}

/** The point 04 x y (SEC 1 §2.3.4, uncompressed, 65 bytes). The neutral point and compressed ones are refused. */
export async function decodePoint(bytes: Buffer): Promise<DecodedPoint> {
    if (bytes.length !== 65 || bytes[0] !== 4) return { refusal: "encoding", point: [] }
    await spend(BYTES_TENTHS)
    const x = naturalFromBigEndian(bytes, 1)
    await spend(BYTES_TENTHS)
    const y = naturalFromBigEndian(bytes, 33)
    if (compare(x, PRIME) >= 0 || compare(y, PRIME) >= 0) return { refusal: "outOfRange", point: [] }
    const mx = await toMontgomery(x)
    const my = await toMontgomery(y)
    await spend(BETWEEN_TENTHS)
    const cubic = await multiplied(combined(await multiplied(mx, mx), -3, ONE), mx)
    await spend(BETWEEN_TENTHS)
    const difference = combined(minus(await multiplied(my, my), cubic), -1, B)
    return (await isZero(difference)) ? { point: [mx, my] } : { refusal: "notOnCurve", point: [] }
}

/** 04 x y. */
export async function encodePoint(point: Point): Promise<Buffer> {
    const reciprocal = await inverse(zOf(point))
    const squared = await multiplied(reciprocal, reciprocal)
    const x = await fromMontgomery(await multiplied(point[0], squared))
    const y = await fromMontgomery(await multiplied(point[1], await multiplied(squared, reciprocal)))
    const bytes = Buffer.alloc(65)
    bytes[0] = 4
    await spend(BYTES_TENTHS)
    putBigEndian(bytes, 1, x)
    await spend(BYTES_TENTHS)
    putBigEndian(bytes, 33, y)
    return bytes
}

/** digits B, in a sequence of operations and memory accesses that does not depend on the digits; see `added`. */
export async function multiplyBase(digits: Buffer): Promise<Point> {
    let sum: Point = []
    for (let i = COMB_SPACING - 1; i >= 0; i--) {
        sum = await doubled(sum, 1)
        for (let k = 0; k < 2; k++) {
            const teeth = combTeeth(digits, i + COMB_SPACING * k)
            const entry = await selectEntry(P256_BASE, k * TABLE_BYTES, ENTRY_BYTES, combEntry(teeth), spend)
            await spend(ENTRY_TENTHS)
            sum = await added(sum, pointFromEntry(entry, 0, 1), 1 - (teeth >> 3))
        }
    }
    return sum
}

/** digits P, likewise. Four digits ±1 are one odd number between -15 and 15. */
export async function multiplyPoint(digits: Buffer, point: Point): Promise<Point> {
    const multiples = await oddMultiples(point, 8)
    let sum: Point = []
    for (let i = 63; i >= 0; i--) {
        const four = (digits[i >> 1] >> (4 * (i & 1))) & 15
        sum = await doubled(sum, 4)
        const multiple = await selectMultiple(multiples, combEntry(four))
        sum = await added(sum, multiple, 1 - (four >> 3))
    }
    return sum
}

/** P, 3 P, 5 P … */
export async function oddMultiples(point: Point, count: number): Promise<Point[]> {
    const first = [point[0], point[1], ONE]
    const double = await doubled(first, 1)
    const multiples = [first]
    for (let i = 1; i < count; i++) multiples[i] = await added(multiples[i - 1], double, 0)
    return multiples
}

/** One of eight points for a secret index: reads all of them and multiplies all but one by 0. */
async function selectMultiple(multiples: Point[], wanted: number): Promise<Point> {
    const selected: Point = [[], [], []]
    const keep: number[] = []
    for (let k = 7; k >= 0; k--) keep[k] = ((k ^ wanted) - 1) >>> 31
    for (let c = 0; c < 3; c++) {
        await spend(SELECT_TENTHS)
        for (let i = LIMBS - 1; i >= 0; i--) {
            let limb = 0
            for (let k = 0; k < 8; k++) limb += multiples[k][c][i] * keep[k]
            selected[c][i] = limb
        }
    }
    return selected
}

export async function doubled(point: Point, times: number): Promise<Point> {
    await spend(BETWEEN_TENTHS)
    if (point.length === 0) return point
    const sum: Point = [[], [], []]
    loadPoint(point[0], point[1], point[2])
    for (let i = 0; i < times; i++) await doublePoint()
    storePoint(sum[0], sum[1], sum[2])
    return sum
}

/**
 * p plus q, or minus q if `negative` is 1 and not 0 (Jacobian addition of Cohen, Miyaji and Ono, 1998). That q is p or its opposite
 * is noticed and treated by a branch: a chance of 2^-250 for a sum with secret digits.
 */
export async function added(p: Point, q: Point, negative: number): Promise<Point> {
    const direction = 1 - 2 * negative
    if (p.length === 0) return [combined(q[0], 0, ZERO), combined(ZERO, direction, q[1]), zOf(q)]
    const z1 = p[2]
    const z1Squared = await multiplied(z1, z1)
    const u2 = await multiplied(q[0], z1Squared)
    const s2 = await multiplied(q[1], await multiplied(z1, z1Squared))
    let z3 = z1
    let u1 = p[0]
    let s1 = p[1]
    if (q.length === 3) {
        const z2Squared = await multiplied(q[2], q[2])
        u1 = await multiplied(u1, z2Squared)
        s1 = await multiplied(s1, await multiplied(q[2], z2Squared))
        z3 = await multiplied(z1, q[2])
    }
    await spend(BETWEEN_TENTHS)
    const h = minus(u2, u1)
    const slope: number[] = []
    for (let k = LIMBS - 1; k >= 0; k--) slope[k] = direction * s2[k] - s1[k]
    if (await isZero(h)) return (await isZero(slope)) ? await doubled(p, 1) : []
    const h2 = await multiplied(h, h)
    const h3 = await multiplied(h2, h)
    const v = await multiplied(u1, h2)
    await spend(BETWEEN_TENTHS)
    const x3 = combined(minus(await multiplied(slope, slope), h3), -2, v)
    await spend(BETWEEN_TENTHS)
    const y3 = combined(await multiplied(slope, minus(v, x3)), -1, await multiplied(s1, h3))
    z3 = await multiplied(z3, h)
    return [x3, y3, z3]
}

/** 1/x, as x^(p - 2): 255 squarings. */
async function inverse(x: number[]): Promise<number[]> {
    const b2 = await raised(x, 1, x)
    const b4 = await raised(b2, 2, b2)
    const b8 = await raised(b4, 4, b4)
    const b16 = await raised(b8, 8, b8)
    const b24 = await raised(b16, 8, b8)
    const b28 = await raised(b24, 4, b4)
    const b30 = await raised(b28, 2, b2)
    const b32 = await raised(b30, 2, b2)
    const high = await raised(b32, 32, x)
    const middle = await raised(await raised(high, 128, b32), 32, b32)
    return await raised(await raised(middle, 30, b30), 2, x)
}

/** x^(2^times) y */
export async function raised(x: number[], times: number, y: number[]): Promise<number[]> {
    let out = x
    for (let i = 0; i < times; i++) out = await multiplied(out, out)
    return await multiplied(out, y)
}

/** @param stride distance of an entry's bytes: they are interleaved in the table */
export function pointFromEntry(bytes: Buffer, at: number, stride: number): Point {
    return [limbsFromTable(bytes, at, stride), limbsFromTable(bytes, at + 3 * LIMBS * stride, stride)]
}

export const zOf = (point: Point): number[] => (point.length === 3 ? point[2] : ONE)

/** 32 bytes, most significant first. */
export function naturalFromBigEndian(bytes: Buffer, at: number): number[] {
    const reversed = Buffer.alloc(32)
    for (let i = 0; i < 32; i++) reversed[i] = bytes[at + 31 - i]
    return naturalFromBytes(reversed, 0, 32)
}

export function putBigEndian(bytes: Buffer, at: number, x: number[]): void {
    const reversed = bytesFromNatural(x, 32)
    for (let i = 0; i < 32; i++) bytes[at + i] = reversed[31 - i]
}
