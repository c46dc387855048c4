import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import type { RandomBytes } from "./random-bytes"

export type KeyAlgorithm = "ed25519" | "p256"

export const KEY_ALGORITHMS: readonly KeyAlgorithm[] = ["p256", "ed25519"]

/**
 * A public key as certificates hold it, SubjectPublicKeyInfo in DER.
 * @param raw 32 bytes of Ed25519 (RFC 8032), or 64 of P-256: x and y
 * @throws RangeError if it has neither size
 */
export function spkiOf(raw: Uint8Array): Buffer {
    const format = Object.values(FORMATS).find(({ publicKeyBytes }) => publicKeyBytes === raw.length)
    if (!format) throw new RangeError(`${raw.length} bytes`)
    return Buffer.concat([format.spkiPrefix, raw])
}

/** The inverse of `spkiOf`. @returns undefined for any other kind of key, and for any other encoding of these */
export function rawPublicKey(spki: Uint8Array): { algorithm: KeyAlgorithm; raw: Uint8Array } | undefined {
    const algorithm = KEY_ALGORITHMS.find(name => {
        const { spkiPrefix, publicKeyBytes } = FORMATS[name]
        return spki.length === spkiPrefix.length + publicKeyBytes && spkiPrefix.every((byte, i) => byte === spki[i])
    })
    return algorithm && { algorithm, raw: spki.slice(FORMATS[algorithm].spkiPrefix.length) }
}

/** Why a public key is none that a certificate may be made over, or be about. Each goes on from "its public key". */
export const KEY_FAULTS = {
    size: "has neither the 32 bytes of Ed25519 nor the 64 of P-256",
    notAPoint: "is no point of its curve, or not in its only encoding",
    order: "is not of the order that its curve's keys have: signatures under it prove nothing",
} as const
export type KeyFault = keyof typeof KEY_FAULTS

/**
 * Keys are multiples of a base point of large prime order, and none is the neutral point. Under one of small order anybody can sign.
 * @param raw as in `spkiOf`
 * @returns undefined if it is such a key
 */
export function keyFault(raw: Uint8Array): KeyFault | undefined {
    const format = Object.values(FORMATS).find(({ publicKeyBytes }) => publicKeyBytes === raw.length)
    if (!format) return "size"
    try {
        const point = format.point(raw)
        return !point.is0() && point.isTorsionFree() ? undefined : "order"
    } catch {
        return "notAPoint"
    }
}

/** @param identifier AlgorithmIdentifier in DER @returns the kind of key that signs so, if it is one of ours */
export function signatureAlgorithmIn(identifier: Buffer): KeyAlgorithm | undefined {
    return KEY_ALGORITHMS.find(name => FORMATS[name].signatureAlgorithm.equals(identifier))
}

/** What `verify` of `node:crypto` has to be told: Ed25519 digests itself. */
export function digestOf(algorithm: KeyAlgorithm): "sha256" | null {
    return FORMATS[algorithm].digest
}

/** Makes a private key. @returns it as PKCS #8 in DER (RFC 5958) */
export function newPrivateKey(algorithm: KeyAlgorithm, random: RandomBytes): Buffer {
    const { pkcs8Prefix, newSecret } = FORMATS[algorithm]
    return Buffer.concat([pkcs8Prefix, newSecret(random)])
}

/** To use a private key of this algorithm through WebCrypto. */
export function webCryptoAlgorithm(algorithm: KeyAlgorithm): Algorithm | EcKeyImportParams {
    return FORMATS[algorithm].webCrypto
}

interface Format {
    webCrypto: Algorithm | EcKeyImportParams
    publicKeyBytes: number
    /** What comes before the public key in SubjectPublicKeyInfo. */
    spkiPrefix: Buffer
    /** What comes before the private key in PKCS #8, where the public key is left out. */
    pkcs8Prefix: Buffer
    newSecret(random: RandomBytes): Uint8Array
    /** What says in a certificate that such a key signed it: AlgorithmIdentifier, DER. */
    signatureAlgorithm: Buffer
    digest: "sha256" | null
    /** What a public key is the encoding of. @throws Error if it is of no point, or not its only one */
    point(raw: Uint8Array): { is0(): boolean; isTorsionFree(): boolean }
}

const FORMATS: Readonly<Record<KeyAlgorithm, Format>> = {
    /** RFC 8410. */
    ed25519: {
        webCrypto: { name: "Ed25519" },
        publicKeyBytes: 32,
        spkiPrefix: Buffer.from("302a300506032b6570032100", "hex"),
        pkcs8Prefix: Buffer.from("302e020100300506032b657004220420", "hex"),
        newSecret: random => random(32),
        signatureAlgorithm: Buffer.from("300506032b6570", "hex"),
        digest: null,
        // RFC 8032 §5.1.3: without ZIP 215's leniency.
        point: raw => ed25519.Point.fromBytes(raw, false),
    },
    /** RFC 5480, RFC 5915. The point is not compressed. */
    p256: {
        webCrypto: { name: "ECDSA", namedCurve: "P-256" },
        publicKeyBytes: 64,
        spkiPrefix: Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"),
        pkcs8Prefix: Buffer.from("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", "hex"),
        // FIPS 186-5 A.2.1: with 128 bits more than the order has, the remainder is as good as uniform.
        newSecret: random => p256.utils.randomSecretKey(random(48)),
        /** ECDSA with SHA-256, RFC 5758 §3.2. */
        signatureAlgorithm: Buffer.from("300a06082a8648ce3d040302", "hex"),
        digest: "sha256",
        point: raw => p256.Point.fromBytes(Buffer.concat([Buffer.of(UNCOMPRESSED), raw])),
    },
}

/** SEC 1 §2.3.3. */
const UNCOMPRESSED = 0x04
