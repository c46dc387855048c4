/** Extensions of certificates and lists, RFC 5280 §4.2 and §5.2. */
import type { Extension } from "@peculiar/asn1-x509"
import { isDerInteger } from "./der"

/** Object identifiers. */
export const EXTENSION = {
    subjectKeyIdentifier: "2.5.29.14",
    keyUsage: "2.5.29.15",
    basicConstraints: "2.5.29.19",
    crlNumber: "2.5.29.20",
    reasonCode: "2.5.29.21",
    deltaCrlIndicator: "2.5.29.27",
    issuingDistributionPoint: "2.5.29.28",
    authorityKeyIdentifier: "2.5.29.35",
    extendedKeyUsage: "2.5.29.37",
    /**
     * Ours: see `TEST_UNIT`. Its arc, 2.999, is the one that X.660 keeps for examples and gives to nobody, which a certificate that is for no
     * real unit may use.
     */
    testUnit: "2.999.27402.1",
} as const

/** What one extension has to be. */
export interface ExtensionRule {
    type: string
    isCritical: boolean
    /** Whether its value, which should be DER, is one of those that are understood; undefined if there may be none of it. */
    isValue: ((der: Buffer) => boolean) | undefined
}

/** @param extensions of which no two have one type */
export function obeys(extensions: readonly Extension[], { type, isCritical, isValue }: ExtensionRule): boolean {
    const found = extensions.find(({ extnID }) => extnID === type)
    if (!found || !isValue) return !found && !isValue
    return found.critical === isCritical && isValue(derOf(found))
}

export function hasTwice(extensions: readonly Extension[]): boolean {
    return new Set(extensions.map(({ extnID }) => extnID)).size < extensions.length
}

/** RFC 5280 §4.2: a critical extension that is not understood means no. */
export function hasCriticalBeside(extensions: readonly Extension[], understood: readonly ExtensionRule[]): boolean {
    return extensions.some(({ critical, extnID }) => critical && !understood.some(({ type }) => type === extnID))
}

/** As `obeys`, of an extension that may be left out. */
export function obeysIfThere(extensions: readonly Extension[], rule: ExtensionRule): boolean {
    return !isThere(extensions, rule) || obeys(extensions, rule)
}

export function isThere(extensions: readonly Extension[], { type }: ExtensionRule): boolean {
    return extensions.some(({ extnID }) => extnID === type)
}

/** A value that has one encoding. @param hex of it */
export function exactly(hex: string): (der: Buffer) => boolean {
    const value = Buffer.from(hex, "hex")
    return der => der.equals(value)
}

/** Of RFC 5280 §4.2.1.2: an OCTET STRING of 20 bytes. */
export function isSubjectKeyIdentifier(der: Buffer): boolean {
    return isKeyIdentifier(der, SUBJECT_KEY_HEAD)
}

/** Of RFC 5280 §4.2.1.1, which identifies a key by the like, and says nothing else. */
export function isAuthorityKeyIdentifier(der: Buffer): boolean {
    return isKeyIdentifier(der, AUTHORITY_KEY_HEAD)
}

/** @returns in lowercase hex; undefined if there is no extension of that type and form */
export function keyIdentifierIn(extensions: readonly Extension[], whose: "subject" | "authority"): string | undefined {
    const [type, isForm] = KEY_IDENTIFIERS[whose]
    const found = extensions.find(({ extnID }) => extnID === type)
    const value = found && derOf(found)
    return value && isForm(value) ? value.subarray(-KEY_IDENTIFIER_BYTES).toString("hex") : undefined
}

/** RFC 5280 §5.2.3: an INTEGER that is not negative, of at most 20 bytes. */
export function isCrlNumber(der: Buffer): boolean {
    const [tag, length, first] = der
    const content = der.subarray(2)
    const isWhole = tag === INTEGER && length === content.length && length <= 20 && isDerInteger(content)
    return isWhole && first < 0x80
}

const INTEGER = 0x02
const KEY_IDENTIFIER_BYTES = 20
const SUBJECT_KEY_HEAD = Buffer.from("0414", "hex")
/** A SEQUENCE of [0] alone. */
const AUTHORITY_KEY_HEAD = Buffer.from("30168014", "hex")

const KEY_IDENTIFIERS = {
    subject: [EXTENSION.subjectKeyIdentifier, isSubjectKeyIdentifier],
    authority: [EXTENSION.authorityKeyIdentifier, isAuthorityKeyIdentifier],
} as const

function isKeyIdentifier(der: Buffer, head: Buffer): boolean {
    return der.length === head.length + KEY_IDENTIFIER_BYTES && der.subarray(0, head.length).equals(head)
}

function derOf({ extnValue }: Extension): Buffer {
    return Buffer.from(extnValue.buffer)
}
