import type { Pause } from "../ports"
import { addMultiple, compare, subtract, toNumber, trim } from "./natural"

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

/** 1/x modulo a prime m, for 0 < x < m. */
export async function invert(x: number[], m: number[], pause: Pause): Promise<number[]> {
    const d = begin(m, x)
    while (toNumber(d.remainder) !== 1) await divide(d, pause)
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
    while (toNumber(d.remainder) >= HALF || (d.factor[0] & 1) === 0) await divide(d, pause)
    await pause()
    if (toNumber(d.factor) >= WHOLE) return { u: x, uNegative: false, v: [1] }
    return { u: d.remainder, uNegative: d.sign < 0, v: d.factor }
}
