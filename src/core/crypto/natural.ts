import type { Pause } from "../ports"

/**
 * Natural numbers as arrays of limbs, least significant first, 24 bits each. Products of two limbs, and sums of 16 such products,
 * are exact in a double.
 */
const LIMB_BITS = 24
const RADIX = 0x1000000
/** 2^-24 */
const INVERSE_RADIX = 1 / 0x1000000
/** 1.5 * 2^52: added and taken away again, it rounds a double below 2^51 to the nearest integer. */
const ROUND = 0x18000000000000
/** Columns of a product and limbs of a quotient between two pauses: 6 ms. */
const COLUMNS_PER_PAUSE = 5
const LIMBS_PER_PAUSE = 5

/** @param bytes little-endian */
export function naturalFromBytes(bytes: Buffer, at: number, length: number): number[] {
    // Filled from the last limb, or with that first, an array is one allocation, and an allocation is dear.
    const limbs: number[] = []
    limbs[((length - 1) / 3) | 0] = 0
    let limb = 0
    let shift = 0
    let k = 0
    for (let i = 0; i < length; i++) {
        limb |= bytes[at + i] << shift
        shift += 8
        if (shift === LIMB_BITS || i === length - 1) {
            limbs[k++] = limb
            limb = 0
            shift = 0
        }
    }
    return limbs
}

/** Little-endian, cut off or filled up to `length` bytes. */
export function bytesFromNatural(limbs: number[], length: number): Buffer {
    const bytes = Buffer.alloc(length)
    let shift = LIMB_BITS
    let limb = 0
    let k = 0
    for (let i = 0; i < length; i++) {
        if (shift === LIMB_BITS) {
            limb = k < limbs.length ? limbs[k++] : 0
            shift = 0
        }
        bytes[i] = (limb >> shift) & 255
        shift += 8
    }
    return bytes
}

/** x y + z, for up to 16 limbs each. Pauses before it begins, and as often as the numbers of limbs say. */
export async function multiplyAdd(x: number[], y: number[], z: number[], pause: Pause): Promise<number[]> {
    const out: number[] = []
    out[x.length + y.length - 1] = 0
    for (let k = 0; k < x.length + y.length; k++) {
        if (k % COLUMNS_PER_PAUSE === 0) await pause()
        let column = k < z.length ? z[k] : 0
        const end = Math.min(k + 1, x.length)
        for (let i = Math.max(0, k - y.length + 1); i < end; i++) column += x[i] * y[k - i]
        out[k] = column
    }
    carry(out)
    return out
}

/** The same number in limbs of 24 bits. @returns the sign: 0, or -1 if the topmost limb went below 0 and the number with it */
function carry(limbs: number[]): number {
    let over = 0
    for (let k = 0; k < limbs.length; k++) {
        const limb = limbs[k] + over
        // Rounded down by rounding to the nearest what lies almost a half lower, and never exactly between two integers.
        over = (limb + 0.5) * INVERSE_RADIX - 0.5 + ROUND - ROUND
        limbs[k] = limb - over * RADIX
    }
    return over
}

/**
 * x modulo m, for an m whose topmost limb is at least 8 bits long, and an x of up to 12 limbs more. The sequence of operations
 * depends on the numbers of limbs only; it pauses before it begins, and as often as they say. An x of as many limbs as m may have any integers for
 * limbs, up to 2^50 either way, if it is not more than 2^20 m.
 */
export async function modulo(x: number[], m: number[], pause: Pause): Promise<number[]> {
    const n = m.length
    const rest = x.slice()
    for (let i = x.length; i < n; i++) rest[i] = 0
    const reciprocal = 1 / ((m[n - 1] * RADIX + m[n - 2]) * RADIX + m[n - 3])
    for (let top = rest.length - 1; top >= n - 1; top--) {
        if ((rest.length - 1 - top) % LIMBS_PER_PAUSE === 0) await pause()
        // What is left of the limb above is part of this one: quotients are rounded to the nearest, so it is small or negative.
        const head = (rest[top] * RADIX + rest[top - 1]) * RADIX + rest[top - 2]
        const quotient = head * reciprocal + ROUND - ROUND
        for (let i = 0; i < n; i++) rest[top - n + 1 + i] -= quotient * m[i]
        if (top > n - 1) rest[top - 1] += rest[top] * RADIX
    }
    await pause()
    const out = rest.slice(0, n)
    // Rounding to the nearest leaves a rest between -m/2 and m/2.
    const sign = carry(out)
    for (let i = 0; i < n; i++) out[i] -= sign * m[i]
    carry(out)
    return out
}

/** x y + z modulo m, for numbers as `multiplyAdd` and `modulo` take them. */
export async function multiplyAddModulo(
    x: number[],
    y: number[],
    z: number[],
    m: number[],
    pause: Pause,
): Promise<number[]> {
    const rest = await modulo(await multiplyAdd(x, y, z, pause), m, pause)
    await pause()
    return rest
}

/** Length in bits. */
export function bitLength(x: number[]): number {
    let top = x.length - 1
    while (top > 0 && x[top] === 0) top--
    let bits = 24 * top
    for (let limb = x[top]; limb > 0; limb >>= 1) bits++
    return bits
}

/** Without leading zeros; the same array if it has none. */
export function trim(x: number[]): number[] {
    let length = x.length
    while (length > 1 && x[length - 1] === 0) length--
    return length < x.length ? x.slice(0, length) : x
}

/** Negative, zero or positive, as x is below, equal to or above y, for naturals without leading zeros or of equal length. */
export function compare(x: number[], y: number[]): number {
    if (x.length !== y.length) return x.length - y.length
    for (let i = x.length - 1; i >= 0; i--) if (x[i] !== y[i]) return x[i] - y[i]
    return 0
}

/** Rounded to a double. */
export function toNumber(x: number[]): number {
    let value = 0
    for (let i = x.length - 1; i >= 0; i--) value = value * RADIX + x[i]
    return value
}

/** x - y, for x ≥ y. */
export function subtract(x: number[], y: number[]): number[] {
    const out = x.slice()
    addMultiple(out, -1, y, 0)
    return out
}

/** Adds factor y 2^(24 shift) to x, which grows as needed. |factor| < 2^24, and the sum must not be negative. */
export function addMultiple(x: number[], factor: number, y: number[], shift: number): void {
    for (let i = x.length; i < y.length + shift; i++) x[i] = 0
    let over = 0
    for (let i = shift; i < x.length; i++) {
        const limb = x[i] + over + (i - shift < y.length ? factor * y[i - shift] : 0)
        over = (limb + 0.5) * INVERSE_RADIX - 0.5 + ROUND - ROUND
        x[i] = limb - over * RADIX
    }
    if (over > 0) x[x.length] = over
}

/** a x + b y without leading zeros, for |a|, |b| < 2^24 and a sum that is not negative. */
export function weightedSum(a: number, x: number[], b: number, y: number[]): number[] {
    const last = Math.max(x.length, y.length)
    const sum: number[] = []
    sum[last] = 0
    let over = 0
    for (let k = 0; k <= last; k++) {
        // Beyond the end of an array lies undefined, whose bits are 0.
        const limb = a * (x[k] | 0) + b * (y[k] | 0) + over
        over = (limb + 0.5) * INVERSE_RADIX - 0.5 + ROUND - ROUND
        sum[k] = limb - over * RADIX
    }
    return trim(sum)
}
