import { loadPoint, product, spend } from "./field25519"

/**
 * Numbers modulo p = 2^255 - 19 as arrays of eleven limbs, the form of field25519.ts, and as 32 bytes, little-endian. What is asynchronous here
 * is for a computation that has its turn.
 */
export const LIMBS = 11
/** Arrays below are filled from the last limb, or get that first: each then is one allocation, and an allocation is dear. */
const LAST = LIMBS - 1
/** What carrying digits three times, and then making bytes of them, takes in tenths of a millisecond. */
const CARRY_TENTHS = 50
const PACK_TENTHS = 48

/** Bits between the units of limb k and of the next: 24 for limbs 0 and 5, else 23. Calls being dear, it is written out below. */
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

/** The canonical bytes, below p, of a sum of up to four carried numbers. */
export async function bytesFromLimbs(limbs: number[]): Promise<Buffer> {
    await spend(CARRY_TENTHS)
    const digits: number[] = []
    digits[LAST] = 0
    let unit = 1
    for (let k = 0; k < LIMBS; k++) {
        digits[k] = limbs[k] * unit
        unit /= k === 0 || k === 5 ? 0x1000000 : 0x800000
    }
    // Three times: 19 times a negative overflow can make the digits negative once more, and then the lowest has to be carried.
    for (let i = 0; i < 3; i++) {
        const over = carryDigits(digits)
        digits[0] += 19 * over
    }
    await spend(PACK_TENTHS)
    // Now below 2^255; at least p exactly if adding 19 overflows, and then that sum without the overflow is the remainder.
    const reduced = digits.slice()
    reduced[0] += 19
    const atLeastP = carryDigits(reduced)
    for (let k = 0; k < LIMBS; k++) digits[k] = (digits[k] & (atLeastP - 1)) | (reduced[k] & -atLeastP)
    return packDigits(digits)
}

/** Makes every digit non-negative and less than its width allows. @returns the multiple of 2^255 that is left over */
function carryDigits(digits: number[]): number {
    let over = 0
    for (let k = 0; k < LIMBS; k++) {
        const bits = k === 0 || k === 5 ? 24 : 23
        const digit = digits[k] + over
        over = digit >> bits
        digits[k] = digit - (over << bits)
    }
    return over
}

function packDigits(digits: number[]): Buffer {
    const bytes = Buffer.alloc(32)
    let pending = 0
    let pendingBits = 0
    let next = 0
    for (let k = 0; k < LIMBS; k++) {
        pending |= digits[k] << pendingBits
        pendingBits += k === 0 || k === 5 ? 24 : 23
        while (pendingBits >= 8) {
            bytes[next++] = pending & 255
            pending >>>= 8
            pendingBits -= 8
        }
    }
    bytes[31] = pending
    return bytes
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
