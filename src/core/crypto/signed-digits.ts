import type { Spend } from "./turn"

/** Added to the digits, which are stored as bytes. */
export const DIGIT_OFFSET = 64
/** So many digits, a power of 2, are made in so many tenths of a millisecond. */
const DIGITS_PER_SPEND = 32
const SPEND_TENTHS = 42

/**
 * A natural number in digits 0 and odd ones of a magnitude below 2^(width - 1), one a bit, with at least width - 1 zeros after each that is not 0
 * (non-adjacent form): a byte for each, plus `DIGIT_OFFSET`. Variable time.
 * @param length at least the number's length in bits, plus 1
 * @param width at most 7
 */
export async function signedDigits(x: number[], length: number, width: number, spend: Spend): Promise<Buffer> {
    const half = 1 << (width - 1)
    const digits = Buffer.alloc(length)
    let pending = 0
    let pendingBits = 0
    let next = 0
    for (let i = 0; i < length; i++) {
        if ((i & (DIGITS_PER_SPEND - 1)) === 0) await spend(SPEND_TENTHS)
        if (pendingBits < width && next < x.length) {
            pending += x[next++] << pendingBits
            pendingBits += 24
        }
        let digit = 0
        if ((pending & 1) === 1) {
            digit = ((pending & (2 * half - 1)) ^ half) - half
            pending -= digit
        }
        digits[i] = digit + DIGIT_OFFSET
        pending >>= 1
        pendingBits--
    }
    return digits
}
