import { loadPoint, product, spend } from "./field25519"
import { hex } from "./hex"
import { bytesFromNatural, modulo, naturalFromBytes } from "./natural"

/**
 * Numbers modulo p = 2^255 - 19 as arrays of eleven limbs, the form of field25519.ts, and as 32 bytes, little-endian. What is asynchronous here
 * is for a computation that has its turn.
 */
export const LIMBS = 11
/** Arrays below are filled from the last limb, or get that first: each then is one allocation, and an allocation is dear. */
const LAST = LIMBS - 1
/** What it takes to make columns of limbs, to come from one pause of `modulo` to the next, and to make bytes, in tenths of a millisecond. */
const COLUMNS_TENTHS = 20
const REDUCE_TENTHS = 50
const PACK_TENTHS = 48
/** 2^255 - 19 */
const PRIME = naturalFromBytes(hex`edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f`, 0, 32)

/** Bit 255 is ignored. @param at offset of the first of 32 bytes */
export function limbsFromBytes(bytes: Buffer, at: number): number[] {
    const limbs: number[] = []
    limbs[LAST] = 0
    let unit = 1
    let pending = 0
    let pendingBits = 0
    let over = 0
    let next = at
    for (let k = 0; k < LIMBS; k++) {
        const bits = k === 0 || k === 5 ? 24 : 23
        while (pendingBits < bits) {
            pending |= bytes[next++] << pendingBits
            pendingBits += 8
        }
        const digit = (pending & ((1 << bits) - 1)) + over
        pending >>>= bits
        pendingBits -= bits
        over = (digit + (1 << (bits - 1))) >> bits
        limbs[k] = (digit - (over << bits)) * unit
        unit *= 1 << bits
    }
    limbs[0] += 19 * over
    return limbs
}

/** The canonical bytes, below p, of a sum of up to four carried numbers. The sequence of operations is always the same. */
export async function bytesFromLimbs(limbs: number[]): Promise<Buffer> {
    await spend(COLUMNS_TENTHS)
    const columns: number[] = []
    columns[LAST] = 0
    // Limbs 0 and 1 begin where those of a natural number do, and each of the others below the natural limb of its own number.
    let unit = 1
    for (let k = 0; k < LAST; k++) {
        columns[k] = limbs[k < 2 ? k : k + 1] * unit
        if (k === 1) columns[k] += limbs[2] * unit
        unit /= 0x1000000
    }
    const reduced = await modulo(columns, PRIME, spendReducing)
    await spend(PACK_TENTHS)
    return bytesFromNatural(reduced, 32)
}

async function spendReducing(): Promise<void> {
    await spend(REDUCE_TENTHS)
}

/** A number below 2^22. */
export function limbsFromNumber(value: number): number[] {
    return [value, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

/** Numbers one after another in one array, as points are kept. */
export function joined(numbers: number[][]): number[] {
    const all: number[] = []
    for (let i = numbers.length - 1; i >= 0; i--) for (let k = LAST; k >= 0; k--) all[i * LIMBS + k] = numbers[i][k]
    return all
}

export async function multiplied(x: number[], y: number[]): Promise<number[]> {
    const out: number[] = []
    await product(out, x, y)
    return out
}

/** Forgets what is in the registers of points and products. */
export async function wipeRegisters(): Promise<void> {
    const zeros: number[] = []
    for (let i = 4 * LIMBS - 1; i >= 0; i--) zeros[i] = 0
    loadPoint(zeros)
    await wipeProducts()
}

/** Forgets what is in the registers of products, for who uses no others. */
export async function wipeProducts(): Promise<void> {
    const zero = limbsFromNumber(0)
    await product([], zero, zero)
}

/** out = x + factor y, for arrays of limbs */
export function combine(out: number[], x: number[], factor: number, y: number[]): void {
    for (let k = 0; k < LIMBS; k++) out[k] = x[k] + factor * y[k]
}

export function plus(x: number[], y: number[]): number[] {
    const out: number[] = []
    for (let k = LAST; k >= 0; k--) out[k] = x[k] + y[k]
    return out
}

export function minus(x: number[], y: number[]): number[] {
    const out: number[] = []
    for (let k = LAST; k >= 0; k--) out[k] = x[k] - y[k]
    return out
}

export async function isZero(x: number[]): Promise<boolean> {
    const bytes = await bytesFromLimbs(x)
    let bits = 0
    for (let i = 0; i < 32; i++) bits |= bytes[i]
    return bits === 0
}

/** Whether 32 bytes, bit 255 aside, are a number below p. */
export function isCanonical(bytes: Buffer, at: number): boolean {
    if ((bytes[at + 31] & 127) !== 127 || bytes[at] < 0xed) return true
    for (let i = 1; i < 31; i++) if (bytes[at + i] !== 0xff) return true
    return false
}
