import type { Name } from "@peculiar/asn1-x509"

/** Types of attributes, X.520. */
export const ATTRIBUTE = {
    organization: "2.5.4.10",
    organizationalUnit: "2.5.4.11",
    commonName: "2.5.4.3",
    serialNumber: "2.5.4.5",
} as const

/**
 * The texts of a name. Each part is one attribute, a UTF8String or PrintableString (RFC 5280 §4.1.2.4); a serial number is a PrintableString.
 * @param types that it has to have, in order
 * @returns undefined if it is of any other form
 */
export function textsIn(name: Name, types: readonly string[]): string[] | undefined {
    const texts = name.flatMap((part, i) => {
        const [{ type, value }] = part
        const text = value.printableString ?? (type === ATTRIBUTE.serialNumber ? undefined : value.utf8String)
        return part.length === 1 && type === types[i] && text !== undefined ? [text] : []
    })
    return texts.length === name.length && texts.length === types.length ? texts : undefined
}
