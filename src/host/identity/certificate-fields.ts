/** What every certificate and revocation list of ours says in the same way. */
import { type AlgorithmIdentifier, Time } from "@peculiar/asn1-x509"
import { encodeDer, isDerInteger } from "./der"
import { type KeyAlgorithm, signatureAlgorithmIn } from "./key-algorithm"
import type { RandomBytes } from "./random-bytes"

/** RFC 5280 §4.1.2.5: the certificate has no well-defined end. */
export const NO_EXPIRY = new Date("9999-12-31T23:59:59Z")

/** Serial number of a certificate, not of its unit: 16 bytes in hex, positive, 126 bits of them random. */
export function certificateSerial(random: RandomBytes): string {
    const bytes = Buffer.from(random(16))
    bytes[0] = (bytes[0] & 0x3f) | 0x40
    return bytes.toString("hex")
}

/** Certificates know no milliseconds. */
export function wholeSeconds(time: Date): Date {
    return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

/** RFC 5280 §4.1.2.2. @param content of an INTEGER */
export function isSerialNumber(content: ArrayBuffer): boolean {
    const bytes = new Uint8Array(content)
    const isPositive = bytes[0] < 0x80 && bytes.some(byte => byte !== 0)
    return isPositive && bytes.length <= 20 && isDerInteger(bytes)
}

/** RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime after that, in whole seconds. */
export function isTime(time: Time): boolean {
    return encodeDer(new Time(time.getTime())).equals(encodeDer(time))
}

/** What something is signed with, as it says inside and outside of what is signed. @returns undefined unless both are the same of ours */
export function signatureAlgorithmOf(
    inside: AlgorithmIdentifier,
    outside: AlgorithmIdentifier,
): KeyAlgorithm | undefined {
    const said = encodeDer(inside)
    return said.equals(encodeDer(outside)) ? signatureAlgorithmIn(said) : undefined
}

/** A manufacturer's name, which stands in every certificate. */
export function isManufacturer(name: string): boolean {
    return /^[\p{L}\p{N}][\p{L}\p{N} .,&'-]{0,31}$/u.test(name)
}

/** For messages. */
export const MANUFACTURER_RULE =
    "it has 1 to 32 letters, digits, spaces and any of . , & ' - and begins with a letter or digit"
