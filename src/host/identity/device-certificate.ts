import { clockReads } from "../clock"
import { InputError } from "../input-error"
import { type Certificate, COMMON_PROFILE, formFault, type Profile } from "./certificate"
import type { CertificateAuthority } from "./certificate-authority"
import type { CertificateFault } from "./certificate-fault"
import { certificateSerial, isManufacturer, NO_EXPIRY, wholeSeconds } from "./certificate-fields"
import { EXTENSION, type ExtensionRule, exactly, isAuthorityKeyIdentifier, isThere } from "./extensions"
import { KEY_FAULTS, type KeyAlgorithm, keyFault, rawPublicKey, spkiOf } from "./key-algorithm"
import { ATTRIBUTE, textsIn } from "./name"
import type { RandomBytes } from "./random-bytes"
import { isUnit, requireUnit, type Unit } from "./unit"
import {
    AuthorityKeyIdentifierExtension,
    BasicConstraintsExtension,
    Extension,
    KeyUsageFlags,
    KeyUsagesExtension,
    Name,
    PublicKey,
    SubjectKeyIdentifierExtension,
    type X509Certificate,
    X509CertificateGenerator,
} from "./x509"

export interface CertificateRequest {
    ca: CertificateAuthority
    unit: Unit
    /**
     * Whether it is no real one: its key lies in a file, or can be computed. Its certificate says so in a critical extension, so that no
     * verifier takes it for a real one, one that has never heard of test units least of all (RFC 5280 §4.2).
     */
    isTestUnit: boolean
    /**
     * 32 bytes of Ed25519, or 64 of P-256: x and y. A certificate is made over any sound key. That the unit has the private key, it proves
     * by its first attestation (`attest`), which nobody may leave out who hands the unit on.
     */
    publicKey: Uint8Array
    now: Date
    random: RandomBytes
}

/** What a device's certificate says. */
export interface CertifiedUnit extends Unit {
    manufacturer: string
    /** As in `CertificateRequest`. */
    isTestUnit: boolean
    algorithm: KeyAlgorithm
    /** As in `CertificateRequest`. */
    publicKey: Uint8Array
    /** The certificate's own serial number, in hex. */
    certificateSerial: string
}

/**
 * Makes the certificate that a unit is born with, an IDevID of IEEE 802.1AR: it never expires. If the authority's key is Ed25519, equal
 * requests give equal bytes.
 * @returns X.509 v3 in DER, at most 820 bytes; about 500 with names of usual length
 * @throws InputError if a field of the unit cannot stand in a certificate, the key is none, or the authority's certificate is not valid now
 */
export async function issueDeviceCertificate(request: CertificateRequest): Promise<Uint8Array> {
    const { ca, unit, isTestUnit, publicKey, now, random } = request
    requireUnit(unit)
    requireValid(ca.certificate, now)
    const key = checkedKey(publicKey, unit)
    const certificate = await X509CertificateGenerator.create({
        serialNumber: certificateSerial(random),
        subject: subjectOf(unit, ca.certificate),
        issuer: ca.certificate.subjectName,
        notBefore: wholeSeconds(now),
        notAfter: NO_EXPIRY,
        publicKey: key,
        signingKey: ca.privateKey,
        extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            await SubjectKeyIdentifierExtension.create(key),
            await AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
            ...(isTestUnit ? [new Extension(TEST_UNIT.type, TEST_UNIT.isCritical, TEST_UNIT_VALUE)] : []),
        ],
    })
    return new Uint8Array(certificate.rawData)
}

/**
 * What a certificate says of a device.
 * @param certificate of a signature that was found good
 * @returns the fault if it is not as those that are issued here
 */
export function certifiedUnit(certificate: Certificate): { unit: CertifiedUnit } | { fault: CertificateFault } {
    const { extensions } = certificate
    const fault = formFault(certificate, DEVICE_PROFILE, [["testUnit", TEST_UNIT]])
    if (fault) return { fault }
    const { algorithm, raw } = rawPublicKey(certificate.publicKey)!
    const subject = subjectIn(certificate)
    if (!subject) return { fault: "subject" }
    const publicKey = new Uint8Array(raw)
    const { serialNumber: certificateSerial } = certificate
    return { unit: { ...subject, isTestUnit: isThere(extensions, TEST_UNIT), algorithm, publicKey, certificateSerial } }
}

/** It allows what a device does with its key, and nothing more: to sign data. */
const DEVICE_PROFILE: Profile = [
    ["basicConstraints", { type: EXTENSION.basicConstraints, isCritical: true, isValue: exactly("3000") }],
    ["keyUsage", { type: EXTENSION.keyUsage, isCritical: true, isValue: exactly("03020780") }],
    ...COMMON_PROFILE,
    [
        "authorityKeyIdentifier",
        { type: EXTENSION.authorityKeyIdentifier, isCritical: false, isValue: isAuthorityKeyIdentifier },
    ],
]

/** The UTF8String "test unit": a person who has the certificate shown reads it. */
const TEST_UNIT_VALUE = Buffer.from("0c097465737420756e6974", "hex")
const TEST_UNIT: ExtensionRule = {
    type: EXTENSION.testUnit,
    isCritical: true,
    isValue: der => der.equals(TEST_UNIT_VALUE),
}

/** Manufacturer, board, class, model, serial number (IEEE 802.1AR). */
const SUBJECT_TYPES = [
    ATTRIBUTE.organization,
    ATTRIBUTE.organizationalUnit,
    ATTRIBUTE.organizationalUnit,
    ATTRIBUTE.commonName,
    ATTRIBUTE.serialNumber,
]

function subjectIn({ content }: Certificate): (Unit & { manufacturer: string }) | undefined {
    const texts = textsIn(content.tbsCertificate.subject, SUBJECT_TYPES)
    if (!texts) return undefined
    const [manufacturer, board, className, model, serial] = texts
    const securityClass = ([1, 2] as const).find(number => className === classUnit(number))
    if (!securityClass) return undefined
    const unit = { serial, model, board, securityClass }
    return isManufacturer(manufacturer) && isUnit(unit) ? { ...unit, manufacturer } : undefined
}

function subjectOf({ serial, model, board, securityClass }: Unit, ca: X509Certificate): Name {
    const [manufacturer] = ca.subjectName.getField("O")
    return new Name([
        { O: [{ utf8String: manufacturer }] },
        { OU: [{ utf8String: board }] },
        { OU: [{ utf8String: classUnit(securityClass) }] },
        { CN: [{ utf8String: model }] },
        { "2.5.4.5": [{ printableString: serial }] },
    ])
}

function classUnit(securityClass: Unit["securityClass"]): string {
    return `Class ${securityClass}`
}

function requireValid({ notBefore, notAfter }: X509Certificate, now: Date): void {
    if (now < notBefore || now > notAfter)
        throw new InputError(
            `the CA is valid from ${notBefore.toISOString()} until ${notAfter.toISOString()}, and ${clockReads(now)}: set the clock, or make a new CA`,
        )
}

function checkedKey(raw: Uint8Array, { serial }: Unit): PublicKey {
    const fault = keyFault(raw)
    if (fault)
        throw new InputError(
            `unit ${serial}: its public key ${KEY_FAULTS[fault]}; let the unit make another, or replace the unit`,
        )
    return new PublicKey(Buffer.from(spkiOf(raw)))
}
