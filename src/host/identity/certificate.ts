/** The one place that reads certificates from bytes. What any of ours has to be is in `formFault`; each kind adds what it has to say. */
import { X509Certificate as OpenSslCertificate } from "node:crypto"
import { Certificate as CertificateSchema, type Extension, type TBSCertificate, Version } from "@peculiar/asn1-x509"
import type { CertificateFault } from "./certificate-fault"
import { isSerialNumber, isTime, signatureAlgorithmOf } from "./certificate-fields"
import { decodeDer, encodeDer, isDerInteger } from "./der"
import {
    EXTENSION,
    type ExtensionRule,
    hasCriticalBeside,
    hasTwice,
    isSubjectKeyIdentifier,
    obeys,
    obeysIfThere,
} from "./extensions"
import { keyFault, rawPublicKey } from "./key-algorithm"

/** A certificate that is DER. Nothing else is known of it. */
export interface Certificate {
    der: Buffer
    /** In lowercase hex, two digits a byte. */
    serialNumber: string
    /** Names in DER. */
    issuer: Buffer
    subject: Buffer
    notBefore: Date
    notAfter: Date
    /** SubjectPublicKeyInfo in DER. */
    publicKey: Buffer
    extensions: readonly Extension[]
    content: CertificateSchema
}

/** @returns undefined unless it is one certificate in DER, both for us and for OpenSSL, with nothing behind it */
export function readCertificate(der: Uint8Array): Certificate | undefined {
    const content = decodeDer(der, CertificateSchema)
    if (!content || !isForOpenSsl(der)) return undefined
    const { serialNumber, issuer, subject, validity, subjectPublicKeyInfo, extensions } = content.tbsCertificate
    if (!isDerInteger(new Uint8Array(serialNumber))) return undefined
    return {
        der: Buffer.from(der),
        serialNumber: Buffer.from(serialNumber).toString("hex"),
        issuer: encodeDer(issuer),
        subject: encodeDer(subject),
        notBefore: validity.notBefore.getTime(),
        notAfter: validity.notAfter.getTime(),
        publicKey: encodeDer(subjectPublicKeyInfo),
        extensions: extensions ?? [],
        content,
    }
}

/** What a kind of certificate has to say. */
export type Profile = readonly (readonly [CertificateFault, ExtensionRule])[]

/** What of a profile is the same in all: RFC 5280 §4.2.1.2 and, for our purpose, §4.2.1.12. */
export const COMMON_PROFILE: Profile = [
    ["extendedKeyUsage", { type: EXTENSION.extendedKeyUsage, isCritical: false, isValue: undefined }],
    [
        "subjectKeyIdentifier",
        { type: EXTENSION.subjectKeyIdentifier, isCritical: false, isValue: isSubjectKeyIdentifier },
    ],
]

/**
 * @param optional extensions that it may have beside
 * @returns the first fault: of what all certificates have to be, then of their extensions
 */
export function formFault(
    certificate: Certificate,
    profile: Profile,
    optional: Profile = [],
): CertificateFault | undefined {
    const { extensions } = certificate
    const rules = [...profile, ...optional].map(([, rule]) => rule)
    return (
        FORM.find(([, isSo]) => !isSo(certificate))?.[0] ??
        (hasTwice(extensions) ? "extensionTwice" : undefined) ??
        (hasCriticalBeside(extensions, rules) ? "extensionUnknown" : undefined) ??
        profile.find(([, rule]) => !obeys(extensions, rule))?.[0] ??
        optional.find(([, rule]) => !obeysIfThere(extensions, rule))?.[0]
    )
}

/** By OpenSSL. */
export function isSignedBy({ der }: Certificate, authority: Certificate): boolean {
    return new OpenSslCertificate(der).verify(new OpenSslCertificate(authority.der).publicKey)
}

/** What is so in every certificate of ours, in order. */
const FORM: readonly (readonly [CertificateFault, (certificate: Certificate) => boolean])[] = [
    ["version", ({ content }) => content.tbsCertificate.version === Version.v3],
    ["serialNumber", ({ content }) => isSerialNumber(content.tbsCertificate.serialNumber)],
    [
        "signatureAlgorithm",
        ({ content: { tbsCertificate, signatureAlgorithm } }) =>
            signatureAlgorithmOf(tbsCertificate.signature, signatureAlgorithm) !== undefined,
    ],
    ["uniqueIdentifier", ({ content }) => !hasUniqueIdentifier(content.tbsCertificate)],
    [
        "validity",
        ({ content, notBefore, notAfter }) => {
            const { validity } = content.tbsCertificate
            return isTime(validity.notBefore) && isTime(validity.notAfter) && notBefore <= notAfter
        },
    ],
    [
        "key",
        ({ publicKey }) => {
            const key = rawPublicKey(publicKey)
            return key !== undefined && keyFault(key.raw) === undefined
        },
    ],
]

function hasUniqueIdentifier({ issuerUniqueID, subjectUniqueID }: TBSCertificate): boolean {
    return issuerUniqueID !== undefined || subjectUniqueID !== undefined
}

/** Two readers, and each might take what the other does not. */
function isForOpenSsl(der: Uint8Array): boolean {
    try {
        return new OpenSslCertificate(der) !== undefined
    } catch {
        return false
    }
}
