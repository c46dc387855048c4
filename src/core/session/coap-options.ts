/** The options that are known here. Every other is refused if it is critical, which odd numbers are, and ignored if not (RFC 7252 §5.4.1). */

export enum CoapOptionNumber {
    UriHost = 3,
    Oscore = 9,
    UriPath = 11,
    ContentFormat = 12,
    Echo = 252,
}

export interface OptionRule {
    readonly number: CoapOptionNumber
    /** Length of its value in bytes. */
    readonly least: number
    readonly most: number
    /** Whether a message may have more than one. */
    readonly repeats: boolean
    /** Whether it goes into the ciphertext: class E of RFC 8613 §4.1, which the others are not. */
    readonly inner: boolean
}

/** RFC 7252 §5.10, RFC 8613 §4.1 and RFC 9175 §2.2.1, in the order of the numbers. */
export const OPTION_RULES: OptionRule[] = [
    { number: CoapOptionNumber.UriHost, least: 1, most: 255, repeats: false, inner: false },
    { number: CoapOptionNumber.Oscore, least: 0, most: 255, repeats: false, inner: false },
    { number: CoapOptionNumber.UriPath, least: 0, most: 255, repeats: true, inner: true },
    { number: CoapOptionNumber.ContentFormat, least: 0, most: 2, repeats: false, inner: true },
    { number: CoapOptionNumber.Echo, least: 1, most: 40, repeats: false, inner: true },
]

/** Whether an option goes into the ciphertext; one that is not known does, RFC 8613 §4.1. */
export function isInner(number: number): boolean {
    for (const rule of OPTION_RULES) if (rule.number === number) return rule.inner
    return true
}
