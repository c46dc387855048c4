import { requireBytes } from "./require-bytes"

/**
 * ECDSA signatures of P-256 as ASN.1 DER (RFC 3279 §2.2.3): SEQUENCE { INTEGER r, INTEGER s }, and as 64 bytes r s.
 */
const SEQUENCE = 0x30
const INTEGER = 0x02
const NUMBER_BYTES = 32

/**
 * The 64 bytes of a DER signature, or undefined unless it is the one DER encoding of two numbers below 2^256 that are not negative.
 * @throws TypeError if it is no Buffer
 */
export function signatureFromDer(der: Buffer): Buffer | undefined {
    requireBytes(der, "der")
    // Both numbers together need 70 bytes at most, so lengths are always one byte.
    if (der.length < 2 || der[0] !== SEQUENCE || der[1] !== der.length - 2 || der[1] > 0x7f) return undefined
    const signature = Buffer.alloc(2 * NUMBER_BYTES)
    const afterR = readInteger(der, 2, signature, 0)
    const end = afterR && readInteger(der, afterR, signature, NUMBER_BYTES)
    return end === der.length ? signature : undefined
}

/** The DER encoding of 64 bytes r s. @throws TypeError, RangeError */
export function derFromSignature(signature: Buffer): Buffer {
    requireBytes(signature, "signature", 2 * NUMBER_BYTES)
    const der = Buffer.alloc(2 + 2 * (3 + NUMBER_BYTES))
    const end = writeInteger(der, writeInteger(der, 2, signature, 0), signature, NUMBER_BYTES)
    der[0] = SEQUENCE
    der[1] = end - 2
    return der.slice(0, end)
}

/** @returns the offset behind the integer, or 0 if there is no proper one */
function readInteger(der: Buffer, at: number, out: Buffer, outAt: number): number {
    if (at + 2 > der.length || der[at] !== INTEGER) return 0
    const length = der[at + 1]
    let first = at + 2
    const end = first + length
    if (length === 0 || end > der.length || der[first] > 0x7f) return 0
    // One leading zero is right exactly when the number would read as negative without it.
    if (der[first] === 0 && length > 1) {
        first++
        if (der[first] < 0x80) return 0
    }
    if (end - first > NUMBER_BYTES) return 0
    for (let i = first; i < end; i++) out[outAt + NUMBER_BYTES - (end - i)] = der[i]
    return end
}

/** @returns the offset behind the integer */
function writeInteger(der: Buffer, at: number, numbers: Buffer, from: number): number {
    let first = from
    while (first < from + NUMBER_BYTES - 1 && numbers[first] === 0) first++
    let to = at + 2
    if (numbers[first] > 0x7f) der[to++] = 0
    for (let i = first; i < from + NUMBER_BYTES; i++) der[to++] = numbers[i]
    der[at] = INTEGER
    der[at + 1] = to - at - 2
    return to
}
