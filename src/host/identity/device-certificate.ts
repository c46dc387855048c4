import { createPublicKey } from "node:crypto"
import { InputError } from "../input-error"
import type { CertificateAuthority } from "./certificate-authority"
import { certificateSerial, NO_EXPIRY, wholeSeconds } from "./certificate-fields"
import { type KeyAlgorithm, rawPublicKey, spkiOf } from "./key-algorithm"
import type { RandomBytes } from "./random-bytes"
import { requireUnit, type Unit } from "./unit"
import {
    AuthorityKeyIdentifierExtension,
    BasicConstraintsExtension,
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
    /** 32 bytes of Ed25519, or 64 of P-256: x and y. That the unit has the private key is for the caller to see. */
    publicKey: Uint8Array
    now: Date
    random: RandomBytes
}

/** What a device's certificate says. */
export interface CertifiedUnit extends Unit {
    manufacturer: string
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
    const { ca, unit, publicKey, now, random } = request
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
        ],
    })
    return new Uint8Array(certificate.rawData)
}

/** @returns undefined if subject and key are not as in the certificates that are issued here */
export function certifiedUnit(certificate: X509Certificate): CertifiedUnit | undefined {
    const key = rawPublicKey(new Uint8Array(certificate.publicKey.rawData))
    const subject = certificate.subjectName.toJSON().flatMap(attribute => Object.entries(attribute))
    if (!key || subject.map(([type]) => type).join() !== SUBJECT_TYPES.join()) return undefined
    const [manufacturer, board, className, model, serial] = subject.map(([, [value]]) => value)
    const securityClass = ([1, 2] as const).find(number => className === classUnit(number))
    if (!securityClass) return undefined
    return {
        serial,
        model,
        board,
        securityClass,
        manufacturer,
        algorithm: key.algorithm,
        publicKey: key.raw,
        certificateSerial: certificate.serialNumber,
    }
}

/** Whether the certificate allows what a device does with its key, and nothing more: to sign data. */
export function isForDevice(certificate: X509Certificate): boolean {
    const constraints = certificate.getExtension(BasicConstraintsExtension)
    const usage = certificate.getExtension(KeyUsagesExtension)
    // RFC 5280 §4.2: a critical extension that is not understood means no.
    const understood = certificate.extensions.every(({ critical, type }) => !critical || UNDERSTOOD.includes(type))
    return understood && constraints?.ca === false && usage?.usages === KeyUsageFlags.digitalSignature
}

/** Basic constraints and key usage. */
const UNDERSTOOD = ["2.5.29.19", "2.5.29.15"]

/** Types of the subject's attributes, in order: manufacturer, board, class, model, serial number (2.5.4.5, IEEE 802.1AR). */
const SUBJECT_TYPES = ["O", "OU", "OU", "CN", "2.5.4.5"]

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
            `the CA is valid from ${notBefore.toISOString()} until ${notAfter.toISOString()}, which is not now: set the clock, or make a new CA`,
        )
}

function checkedKey(raw: Uint8Array, { serial }: Unit): PublicKey {
    try {
        const key = createPublicKey({ key: Buffer.from(spkiOf(raw)), format: "der", type: "spki" })
        return new PublicKey(key.export({ format: "der", type: "spki" }))
    } catch (error) {
        throw new InputError(
            `unit ${serial}: its public key is no key of P-256 or Ed25519: ${(error as Error).message}`,
        )
    }
}
