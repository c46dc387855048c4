import type { Pause } from "../ports"
import { addMultiple, compare, subtract, toNumber, trim, weightedSum } from "./natural"

const RADIX = 0x1000000
/** 2^-16, far more than a quotient below 2^24 of two rounded numbers can be wrong. */
const ESTIMATE_ERROR = 1 / 0x10000

/**
 * Euclid's algorithm on m and x < m. Every remainder is a multiple of x modulo m: `remainder` = `sign` `factor` x, and the one
 * before it, `previous` = -`sign` `previousFactor` x. Variable time.
 */
interface Division {
    previous: number[]
    previousFactor: number[]
    remainder: number[]
    factor: number[]
    sign: number
}

const begin = (m: number[], x: number[]): Division => ({
    previous: trim(m.slice()),
    previousFactor: [0],
    remainder: trim(x.slice()),
    factor: [1],
    sign: 1,
})

/** Divides the previous remainder by the newest, which must not be 0. A limb of the quotient takes 4 ms; most quotients have one. */
async function divide(d: Division, pause: Pause): Promise<void> {
    let rest = d.previous
    const divisor = d.remainder
    const size = toNumber(divisor)
    while (compare(rest, divisor) >= 0) {
        await pause()
        // The topmost limb of the quotient, never too large; `shift` limbs are still to come.
        let quotient = toNumber(rest) / size
        let shift = 0
        while (quotient >= 0x1000000) {
            quotient /= 0x1000000
            shift++
        }
        quotient = (quotient - ESTIMATE_ERROR) | 0
        if (quotient === 0) {
            quotient = shift === 0 ? 1 : 0xffffff
            if (shift > 0) shift--
        }
        addMultiple(rest, -quotient, divisor, shift)
        addMultiple(d.previousFactor, quotient, d.factor, shift)
        rest = trim(rest)
    }
    const factor = d.previousFactor
    d.previous = divisor
    d.previousFactor = d.factor
    d.remainder = rest
    d.factor = factor
    d.sign = -d.sign
}

/**
 * Several divisions at once, as many as the leading digits of both remainders decide, some thirteen: a quotient is right if it is the same for
 * the largest and the smallest numbers that begin so (Lehmer, 1938; Knuth, "The Art of Computer Programming" 2, §4.5.2, algorithm L). If they
 * decide none, one division of the whole numbers.
 * @param floor no remainder but the last becomes less
 */
async function divideOften(d: Division, floor: number, pause: Pause): Promise<void> {
    await pause()
    const { previous, remainder, previousFactor, factor } = d
    const top = Math.max(previous.length, 3) - 1
    let shift = 0
    for (let limb = previous[top] | 0; limb > 0; limb >>= 1) shift++
    let x = leading(previous, top, shift)
    let y = leading(remainder, top, shift)
    const least = (floor * x) / toNumber(previous)
    // What the new remainders are: a previous + b remainder, and c previous + e remainder.
    let a = 1
    let b = 0
    let c = 0
    let e = 1
    while (y + c > 0 && y + e > 0 && x + a < (y + c) * RADIX) {
        const quotient = ((x + a) / (y + c)) | 0
        const rest = x + b - quotient * (y + e)
        const next = b - quotient * e
        if (rest < 0 || rest >= y + e || next >= RADIX || next <= -RADIX || x - quotient * y < least) break
        b = e
        e = next
        const under = a - quotient * c
        a = c
        c = under
        const below = x - quotient * y
        x = y
        y = below
    }
    if (b === 0) return await divide(d, pause)
    await pause()
    d.previous = weightedSum(a, previous, b, remainder)
    d.remainder = weightedSum(c, previous, e, remainder)
    await pause()
    // The signs of the factors alternate, and so do those of a and c, and of b and e.
    d.previousFactor = weightedSum(Math.abs(a), previousFactor, Math.abs(b), factor)
    d.factor = weightedSum(Math.abs(c), previousFactor, Math.abs(e), factor)
    if (e < 0) d.sign = -d.sign
}

/** The 48 bits of x from bit 24 (top + 1) + shift - 24 down: an x of more bits has to be less than 2^(24 top + shift). */
function leading(x: number[], top: number, shift: number): number {
    return ((x[top] | 0) * RADIX + (x[top - 1] | 0)) * (RADIX >> shift) + ((x[top - 2] | 0) >> shift)
}

/** 1/x modulo a prime m, for 0 < x < m. */
export async function invert(x: number[], m: number[], pause: Pause): Promise<number[]> {
    const d = begin(m, x)
    while (toNumber(d.remainder) !== 1) await divideOften(d, 1, pause)
    await pause()
    return d.sign > 0 ? d.factor : subtract(m, d.factor)
}

/** A fraction u/v. */
export interface Fraction {
    /** Its magnitude. */
    u: number[]
    uNegative: boolean
    v: number[]
}

/** 2^128 and 2^252. */
const HALF = 3.402823669209385e38
const WHOLE = 7.237005577332262e75

/**
 * Writes x as a fraction u/v modulo m, for m of about 256 bits: u and v have about half as many, and v is odd (after Antipa et al.,
 * "Accelerated Verification of ECDSA Signatures", 2005). Of two successive factors in Euclid's algorithm at least one is odd. Should the
 * only such v have 252 bits or more, the fraction is x/1: so v has no factor in common with a prime above 2^252.
 */
export async function halfSizeFraction(x: number[], m: number[], pause: Pause): Promise<Fraction> {
    const d = begin(m, x)
    while (toNumber(d.remainder) >= HALF) await divideOften(d, HALF, pause)
    while ((d.factor[0] & 1) === 0) await divide(d, pause)
    await pause()
    if (toNumber(d.factor) >= WHOLE) return { u: x, uNegative: false, v: [1] }
    return { u: d.remainder, uNegative: d.sign < 0, v: d.factor }
}
