/** The options that are known here. Every other is refused if it is critical, which odd numbers are, and ignored if not (RFC 7252 §5.4.1). */
import { hex } from "../crypto/hex"

export enum CoapOptionNumber {
    UriHost = 3,
    Oscore = 9,
    UriPath = 11,
    ContentFormat = 12,
}

/** A message may have several of it. */
export const REPEATS = 1
/** It goes into the ciphertext: class E of RFC 8613 §4.1, which the others are not. */
export const INNER = 2
/** Bytes of a row of `OPTION_RULES`: its number, the least and the most bytes that its value has, and what of the two above holds for it. */
export const RULE_BYTES = 4

/** RFC 7252 §5.10 and RFC 8613 §4.1, in the order of the numbers. */
export const OPTION_RULES = hex`
    03 01 ff 00
    09 00 ff 00
    0b 00 ff 03
    0c 00 02 02`

/** Whether an option goes into the ciphertext; one that is not known does, RFC 8613 §4.1. */
export function isInner(number: number): boolean {
    return number !== CoapOptionNumber.UriHost && number !== CoapOptionNumber.Oscore
}
