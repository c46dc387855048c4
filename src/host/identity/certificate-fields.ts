/** What every certificate of ours says in the same way. */
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
