/** Numbers in the code: one byte up to 247, otherwise a head that has sign and length, and up to 4 bytes, the highest first. */

/** `first_multibyte_int` */
export const FIRST_LONG_NUMBER = 0xf8
const NEGATIVE = 4

/** @returns the number and where the code goes on; undefined if it ends before */
export function readNumber(code: Uint8Array, at: number): { value: number; end: number } | undefined {
    const head = code[at]
    if (head === undefined) return undefined
    if (head < FIRST_LONG_NUMBER) return { value: head, end: at + 1 }
    const end = at + 2 + (head & 3)
    if (end > code.length) return undefined
    let value = 0
    for (let i = at + 1; i < end; i++) value = (value << 8) | code[i]
    return { value: head & NEGATIVE ? -value | 0 : value, end }
}

/** @param value 32 bits, signed */
export function numberBytes(value: number): number {
    return value >= 0 && value < FIRST_LONG_NUMBER ? 1 : 1 + magnitudeBytes(Math.abs(value))
}

/** @param atLeast length that it is brought to with zeros */
export function writeNumber(out: number[], value: number, atLeast = 1): void {
    if (value >= 0 && value < FIRST_LONG_NUMBER && atLeast === 1) {
        out.push(value)
        return
    }
    const magnitude = Math.abs(value)
    const bytes = Math.max(magnitudeBytes(magnitude), atLeast - 1)
    out.push(FIRST_LONG_NUMBER | (value < 0 ? NEGATIVE : 0) | (bytes - 1))
    for (let i = bytes - 1; i >= 0; i--) out.push(Math.floor(magnitude / 256 ** i) & 0xff)
}

function magnitudeBytes(magnitude: number): number {
    let bytes = 1
    while (bytes < 4 && magnitude >= 256 ** bytes) bytes++
    return bytes
}
