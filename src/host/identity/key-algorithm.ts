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
}

const FORMATS: Readonly<Record<KeyAlgorithm, Format>> = {
    /** RFC 8410. */
    ed25519: {
        webCrypto: { name: "Ed25519" },
        publicKeyBytes: 32,
        spkiPrefix: Buffer.from("302a300506032b6570032100", "hex"),
        pkcs8Prefix: Buffer.from("302e020100300506032b657004220420", "hex"),
        newSecret: random => random(32),
    },
    /** RFC 5480, RFC 5915. The point is not compressed. */
    p256: {
        webCrypto: { name: "ECDSA", namedCurve: "P-256" },
        publicKeyBytes: 64,
        spkiPrefix: Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"),
        pkcs8Prefix: Buffer.from("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", "hex"),
        // FIPS 186-5 A.2.1: with 128 bits more than the order has, the remainder is as good as uniform.
        newSecret: random => p256.utils.randomSecretKey(random(48)),
    },
}
