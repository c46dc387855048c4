import { createPrivateKey, createPublicKey } from "node:crypto"
import { yearsAfter } from "../clock"
import { InputError } from "../input-error"
import { AUTHORITY_COMMON_NAME, requireAuthority } from "./authority-certificate"
import { certificateSerial, isManufacturer, MANUFACTURER_RULE, NO_EXPIRY, wholeSeconds } from "./certificate-fields"
import { type KeyAlgorithm, newPrivateKey, rawPublicKey, webCryptoAlgorithm } from "./key-algorithm"
import type { RandomBytes } from "./random-bytes"
import {
    BasicConstraintsExtension,
    KeyUsageFlags,
    KeyUsagesExtension,
    Name,
    PublicKey,
    SubjectKeyIdentifierExtension,
    X509Certificate,
    X509CertificateGenerator,
} from "./x509"

/** A manufacturer's authority, ready to sign. */
export interface CertificateAuthority {
    readonly certificate: X509Certificate
    readonly privateKey: CryptoKey
}

/** What is kept of an authority. */
export interface AuthorityRecord {
    /** X.509, DER. */
    certificate: Uint8Array
    /** PKCS #8, DER. */
    privateKey: Uint8Array
}

export interface AuthorityOptions {
    /** The manufacturer's. */
    name: string
    algorithm: KeyAlgorithm
    /** How long its certificate is valid. The default is as long as its devices' certificates are: for ever. */
    years?: number
    now: Date
    random: RandomBytes
}

/**
 * Makes an authority that signs devices' certificates itself. With an Ed25519 key, equal options give equal bytes.
 * @throws InputError if the name cannot stand in a certificate
 */
export async function createAuthority(options: AuthorityOptions): Promise<AuthorityRecord> {
    const { name, algorithm, years, random } = options
    if (!isManufacturer(name)) throw new InputError(`name ${JSON.stringify(name)} cannot be used: ${MANUFACTURER_RULE}`)
    const privateKey = newPrivateKey(algorithm, random)
    const publicKey = publicKeyOf(privateKey)
    const subject = new Name([{ O: [{ utf8String: name }] }, { CN: [{ utf8String: AUTHORITY_COMMON_NAME }] }])
    const notBefore = wholeSeconds(options.now)
    const certificate = await X509CertificateGenerator.create({
        serialNumber: certificateSerial(random),
        subject,
        issuer: subject,
        notBefore,
        notAfter: years === undefined ? NO_EXPIRY : endAfter(notBefore, years),
        publicKey,
        signingKey: await signingKey(algorithm, privateKey),
        extensions: [
            new BasicConstraintsExtension(true, 0, true),
            new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
            await SubjectKeyIdentifierExtension.create(publicKey),
        ],
    })
    return { certificate: new Uint8Array(certificate.rawData), privateKey }
}

/** @throws InputError if the certificate is no authority's */
export async function openAuthority(record: AuthorityRecord): Promise<CertificateAuthority> {
    const { content } = requireAuthority(record.certificate, "the CA", "make a new one")
    const certificate = new X509Certificate(content)
    return { certificate, privateKey: await signingKey(algorithmOf(certificate), record.privateKey) }
}

/** @throws InputError if the certificate is for another kind of key */
export function algorithmOf({ publicKey, subject }: X509Certificate): KeyAlgorithm {
    const key = rawPublicKey(new Uint8Array(publicKey.rawData))
    if (!key) throw new InputError(`certificate of "${subject}": its key is neither P-256 nor Ed25519; make a new CA`)
    return key.algorithm
}

function publicKeyOf(pkcs8: Uint8Array): PublicKey {
    const key = createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }))
    return new PublicKey(key.export({ format: "der", type: "spki" }))
}

function signingKey(algorithm: KeyAlgorithm, pkcs8: Uint8Array): Promise<CryptoKey> {
    return crypto.subtle.importKey("pkcs8", Buffer.from(pkcs8), webCryptoAlgorithm(algorithm), false, ["sign"])
}

function endAfter(start: Date, years: number): Date {
    const end = yearsAfter(start, years)
    return end < NO_EXPIRY ? end : NO_EXPIRY
}
