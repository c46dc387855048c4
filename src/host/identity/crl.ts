/** The one place that reads revocation lists from bytes: X.509 CRL v2 in DER, RFC 5280 §5, complete and direct. */
import { createPublicKey, verify } from "node:crypto"
import { CertificateList, type RevokedCertificate, type TBSCertList, type Time, Version } from "@peculiar/asn1-x509"
import { CLOCK_TOLERANCE_MS } from "../clock"
import type { AuthorityCertificate } from "./authority-certificate"
import { isSerialNumber, isTime, signatureAlgorithmOf } from "./certificate-fields"
import { decodeDer, encodeDer } from "./der"
import {
    EXTENSION,
    type ExtensionRule,
    hasCriticalBeside,
    hasTwice,
    isAuthorityKeyIdentifier,
    isCrlNumber,
    keyIdentifierIn,
    obeys,
} from "./extensions"
import { digestOf, rawPublicKey } from "./key-algorithm"

/** What can be wrong with a revocation list. Each goes on from "this list". */
export const CRL_FAULTS = {
    notDer: "is no X.509 CRL in DER with nothing behind it",
    version: "is not of version 2",
    issuer: "is another authority's",
    authorityKeyIdentifier: "is not by this CA's key, or does not say by whose",
    signatureAlgorithm:
        "is not signed with Ed25519, or ECDSA with SHA-256, as this CA signs, said twice in the same way",
    signature: "is not signed by this CA",
    extensionTwice: "has an extension twice",
    delta: "says only what changed since another list",
    partial: "says itself which revocations it leaves out",
    extensionUnknown: "has a critical extension that is not known",
    crlNumber: "has no number, or one of another form",
    dates: "has dates that RFC 5280 does not allow, or that end before they begin, or no end",
    entrySerial: "has an entry whose serial number is not positive, or longer than 20 bytes",
    entryTwice: "has two entries of one serial number",
    entryDate: "has an entry with a date that RFC 5280 does not allow",
    entryExtension: "has an entry with a reason or another extension that is not understood",
    notYetValid: "begins later than now",
    outOfDate: "is out of date",
} as const

export type CrlFault = keyof typeof CRL_FAULTS

/**
 * Reads a revocation list.
 * @param der anything
 * @param ca whose list it has to be
 * @returns serial numbers of certificates, in hex as in `CertifiedUnit`; or the first fault in the order of `CRL_FAULTS`. An older list passes
 * for the newest as long as it is not out of date
 */
export function revokedIn(
    der: Uint8Array,
    ca: AuthorityCertificate,
    now: Date,
): { revoked: ReadonlySet<string> } | { fault: CrlFault; dates?: CrlDates } {
    const content = decodeDer(der, CertificateList)
    if (!content) return { fault: "notDer" }
    const list = content.tbsCertList
    const evidence = {
        content,
        list,
        entries: list.revokedCertificates ?? [],
        extensions: list.crlExtensions ?? [],
        ca,
        now,
    }
    const fault = CHECKS.find(([, isSo]) => !isSo(evidence))?.[0]
    if (!fault) return { revoked: new Set(evidence.entries.map(serialOf)) }
    const isGenuine = fault === "notYetValid" || fault === "outOfDate"
    return isGenuine ? { fault, dates: datesOf(list) } : { fault }
}

/** Of a list that is its authority's. */
export interface CrlDates {
    thisUpdate: Date
    nextUpdate: Date
}

function datesOf({ thisUpdate, nextUpdate }: TBSCertList): CrlDates {
    return { thisUpdate: thisUpdate.getTime(), nextUpdate: nextUpdate!.getTime() }
}

interface Evidence {
    content: CertificateList
    list: TBSCertList
    entries: RevokedCertificate[]
    extensions: NonNullable<TBSCertList["crlExtensions"]>
    ca: AuthorityCertificate
    now: Date
}

/** Understood, as there may be none of them: whoever does not see them takes a part for the whole. */
const DELTA: ExtensionRule = { type: EXTENSION.deltaCrlIndicator, isCritical: true, isValue: undefined }
const PARTIAL: ExtensionRule = { type: EXTENSION.issuingDistributionPoint, isCritical: true, isValue: undefined }
const NUMBER: ExtensionRule = { type: EXTENSION.crlNumber, isCritical: false, isValue: isCrlNumber }
const AUTHORITY_KEY: ExtensionRule = {
    type: EXTENSION.authorityKeyIdentifier,
    isCritical: false,
    isValue: isAuthorityKeyIdentifier,
}
const REASON: ExtensionRule = {
    type: EXTENSION.reasonCode,
    isCritical: false,
    isValue: der => REASONS.some(code => der.equals(Buffer.of(ENUMERATED, 1, code))),
}
const ENUMERATED = 0x0a
/** RFC 5280 §5.3.1. removeFromCRL, 8, belongs into a list of changes only. */
const REASONS = [0, 1, 2, 3, 4, 5, 6, 9, 10]

/** What is so in every list that is believed, in order. */
const CHECKS: readonly (readonly [CrlFault, (evidence: Evidence) => boolean])[] = [
    ["version", ({ list }) => list.version === Version.v2],
    ["issuer", ({ list, ca }) => encodeDer(list.issuer).equals(ca.subject)],
    [
        "authorityKeyIdentifier",
        ({ extensions, ca }) =>
            obeys(extensions, AUTHORITY_KEY) && keyIdentifierIn(extensions, "authority") === ca.keyIdentifier,
    ],
    [
        "signatureAlgorithm",
        ({ list, content, ca }) =>
            signatureAlgorithmOf(list.signature, content.signatureAlgorithm) === rawPublicKey(ca.publicKey)?.algorithm,
    ],
    ["signature", isSigned],
    ["extensionTwice", ({ extensions }) => !hasTwice(extensions)],
    ["delta", ({ extensions }) => obeys(extensions, DELTA)],
    ["partial", ({ extensions }) => obeys(extensions, PARTIAL)],
    ["extensionUnknown", ({ extensions }) => !hasCriticalBeside(extensions, [])],
    ["crlNumber", ({ extensions }) => obeys(extensions, NUMBER)],
    ["dates", ({ list }) => areInOrder(list.thisUpdate, list.nextUpdate)],
    ["entrySerial", ({ entries }) => entries.every(({ userCertificate }) => isSerialNumber(userCertificate))],
    ["entryTwice", ({ entries }) => new Set(entries.map(serialOf)).size === entries.length],
    ["entryDate", ({ entries }) => entries.every(({ revocationDate }) => isTime(revocationDate))],
    ["entryExtension", ({ entries }) => entries.every(isUnderstood)],
    ["notYetValid", ({ list, now }) => list.thisUpdate.getTime().getTime() <= now.getTime() + CLOCK_TOLERANCE_MS],
    ["outOfDate", ({ list, now }) => list.nextUpdate!.getTime() >= now],
]

/** @param evidence of a list in DER, which therefore encodes to what was signed */
function isSigned({ content, list, ca }: Evidence): boolean {
    const digest = digestOf(rawPublicKey(ca.publicKey)!.algorithm)
    const key = createPublicKey({ key: ca.publicKey, format: "der", type: "spki" })
    return verify(digest, encodeDer(list), key, Buffer.from(content.signature))
}

/** What is compared with a certificate's: as `Certificate` has it. */
function serialOf({ userCertificate }: RevokedCertificate): string {
    return Buffer.from(userCertificate).toString("hex")
}

/** RFC 5280 §5.1.2.5 wants an end, though ASN.1 does not. */
function areInOrder(thisUpdate: Time, nextUpdate: Time | undefined): boolean {
    return (
        nextUpdate !== undefined &&
        isTime(thisUpdate) &&
        isTime(nextUpdate) &&
        thisUpdate.getTime() < nextUpdate.getTime()
    )
}

/** Whether it says why at most once, and nothing that would change what the entry means. */
function isUnderstood({ crlEntryExtensions }: RevokedCertificate): boolean {
    if (!crlEntryExtensions) return true
    const saysWhy = crlEntryExtensions.some(({ extnID }) => extnID === REASON.type)
    return (
        !hasTwice(crlEntryExtensions) &&
        !hasCriticalBeside(crlEntryExtensions, []) &&
        (!saysWhy || obeys(crlEntryExtensions, REASON))
    )
}
