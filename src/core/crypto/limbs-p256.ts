import { combine, loadPoint, product, spend } from "./field-p256"
import { hex } from "./hex"
import { modulo, naturalFromBytes, toNumber } from "./natural"

/**
 * Numbers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the prime of P-256 (FIPS 186-4 §D.1.2.3), as arrays of eleven limbs in
 * Montgomery form, the form of field-p256.ts. What is asynchronous here is for a computation that has its turn, and so is `combined`.
 */
export const LIMBS = 11
/** Arrays below are filled from the last limb, or get that first: each then is one allocation, and an allocation is dear. */
const LAST = LIMBS - 1
export const ZERO = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
/** What it takes to give natural limbs their units, or to take them away, in tenths of a millisecond. */
const SCALE_TENTHS = 40
/** What `modulo` takes behind each of its pauses. */
const MODULO_TENTHS = 60
/** 2^24 */
const RADIX = 0x1000000
/** 2^-264, the unit of the lowest limb. */
const LOWEST_UNIT = 3.3735033418337674e-80
/** p / 2^264 */
const PRIME_FRACTION = 0.0039062499990905053

export const PRIME = naturalFromBytes(hex`ffffffffffffffffffffffff00000000000000000000000001000000ffffffff`, 0, 32)
/** 2^528 modulo p: what turns a number into its Montgomery form. */
const MONTGOMERY_SQUARED = limbsFromNatural(
    naturalFromBytes(hex`00000300000000000000fffffffffbfffffffefffffffffffffffdffffff0400`, 0, 32),
)

/** 1 in Montgomery form: 2^264 modulo p. */
export const ONE = limbsFromNatural(
    naturalFromBytes(hex`00010000000000000000000000fffffffffffffffffffffffffeffffff000000`, 0, 32),
)

export async function toMontgomery(x: number[]): Promise<number[]> {
    await spend(SCALE_TENTHS)
    return await multiplied(limbsFromNatural(x), MONTGOMERY_SQUARED)
}

export async function fromMontgomery(x: number[]): Promise<number[]> {
    await spend(SCALE_TENTHS)
    const one = limbsFromNatural([1])
    const limbs = await multiplied(x, one)
    await spend(SCALE_TENTHS)
    const natural: number[] = []
    natural[LAST] = 0
    let scale = 1 / LOWEST_UNIT
    for (let k = 0; k < LIMBS; k++) {
        natural[k] = limbs[k] * scale
        scale /= RADIX
    }
    return await modulo(natural, PRIME, async () => await spend(MODULO_TENTHS))
}

/** A natural number of up to eleven limbs of 24 bits, with their units, but not in Montgomery form. */
export function limbsFromNatural(x: number[]): number[] {
    const limbs: number[] = []
    limbs[LAST] = 0
    let unit = LOWEST_UNIT
    for (let k = 0; k < LIMBS; k++) {
        limbs[k] = k < x.length ? x[k] * unit : 0
        unit *= RADIX
    }
    return limbs
}

/** Limbs of three bytes each, little-endian. @param stride distance from one byte to the next */
export function limbsFromTable(bytes: Buffer, from: number, stride: number): number[] {
    const limbs: number[] = []
    limbs[LAST] = 0
    let unit = LOWEST_UNIT
    let at = from
    for (let k = 0; k < LIMBS; k++) {
        limbs[k] = (bytes[at] | (bytes[at + stride] << 8) | (bytes[at + 2 * stride] << 16)) * unit
        unit *= RADIX
        at += 3 * stride
    }
    return limbs
}

export async function multiplied(x: number[], y: number[]): Promise<number[]> {
    const out: number[] = []
    await product(out, x, y)
    return out
}

/** Forgets what is in the registers. */
export async function wipeRegisters(): Promise<void> {
    loadPoint(ZERO, ZERO, ZERO)
    await product([], ZERO, ZERO)
}

/** x - y, not carried. */
export function minus(x: number[], y: number[]): number[] {
    const out: number[] = []
    for (let k = LAST; k >= 0; k--) out[k] = x[k] - y[k]
    return out
}

/** x + factor y, carried; the factor is at most 3 in magnitude. */
export function combined(x: number[], factor: number, y: number[]): number[] {
    const out: number[] = []
    combine(out, x, factor, y)
    return out
}

/** Whether an operand of a product is a multiple of p. */
export async function isZero(x: number[]): Promise<boolean> {
    let value = 0
    for (let k = 0; k < LIMBS; k++) value += x[k]
    const multiples = value / PRIME_FRACTION
    // Hardly any number comes that near to a multiple of p by chance; the exact test is slow.
    const rest = multiples - (multiples + 0x18000000000000 - 0x18000000000000)
    if (rest > 1e-9 || rest < -1e-9) return false
    return toNumber(await fromMontgomery(x)) === 0
}
