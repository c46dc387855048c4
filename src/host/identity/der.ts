/** DER (X.690 §10 and §11). The library reads BER, and what is broken in a way that it can mend: nothing else here may call it. */
import { AsnConvert } from "@peculiar/asn1-schema"

/**
 * Decodes one value of DER with nothing behind it: what was read, encoded again, has to be the same bytes. Of two things the library keeps the
 * encoding as it was, so whoever reads them has to look: whole numbers (`isDerInteger`), and values of any type.
 * @returns undefined for anything else
 */
export function decodeDer<T extends object>(der: Uint8Array, type: new () => T): T | undefined {
    try {
        const value = AsnConvert.parse(Buffer.from(der), type)
        return encodeDer(value).equals(der) ? value : undefined
    } catch {
        return undefined
    }
}

export function encodeDer(value: object): Buffer {
    return Buffer.from(AsnConvert.serialize(value))
}

/** @param content of an INTEGER: two's complement, the highest byte first. Its first nine bits differ, or it could be shorter (§8.3.2) */
export function isDerInteger(content: Uint8Array): boolean {
    if (content.length < 2) return content.length === 1
    const firstNineBits = (content[0] << 1) | (content[1] >> 7)
    return firstNineBits !== 0 && firstNineBits !== 0x1ff
}
