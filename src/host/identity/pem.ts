/** PEM of certificates (RFC 7468 §5). */

/** @returns with a newline behind the last line */
export function pemOf(certificate: Uint8Array): string {
    const lines =
        Buffer.from(certificate)
            .toString("base64")
            .match(/.{1,64}/g) ?? []
    return [BEGIN, ...lines, END, ""].join("\n")
}

/**
 * A certificate in a file. What begins as a SEQUENCE does is DER, all of it. Anything else has to be one certificate in PEM and nothing beside
 * it, in the form of RFC 7468's generators: lines of 64 characters. They may end as on Windows, and the last may have no end.
 * @returns what should be DER, which is not checked here; undefined if the file is neither
 */
export function certificateInFile(content: Buffer): Uint8Array | undefined {
    if (content[0] === SEQUENCE) return content
    const text = content.toString("latin1").replaceAll("\r\n", "\n")
    const certificate = Buffer.from(text.slice(BEGIN.length, text.lastIndexOf(END)), "base64")
    return [pemOf(certificate), pemOf(certificate).trimEnd()].includes(text) ? certificate : undefined
}

const SEQUENCE = 0x30
const BEGIN = "-----BEGIN CERTIFICATE-----"
const END = "-----END CERTIFICATE-----"
