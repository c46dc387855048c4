/** Good randomness is further off than so many standard deviations once in 500 million runs. */
export const LIMIT = 6

/** Frequency (monobit) test, NIST SP 800-22 §2.1. @returns how many standard deviations ones and zeros differ */
export function monobit(bytes: Uint8Array): number {
    let ones = 0
    for (const byte of bytes) for (let bit = 0; bit < 8; bit++) ones += (byte >> bit) & 1
    const bits = 8 * bytes.length
    return Math.abs(2 * ones - bits) / Math.sqrt(bits)
}

/** Pearson's test over the values of bytes. @returns how many standard deviations the sum is off its mean of 255 */
export function chiSquare(bytes: Uint8Array): number {
    const counts = new Array(256).fill(0)
    for (const byte of bytes) counts[byte]++
    const expected = bytes.length / 256
    const sum = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    return (sum - 255) / Math.sqrt(2 * 255)
}
