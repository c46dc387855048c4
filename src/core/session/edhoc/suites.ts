/**
 * EDHOC cipher suites, IANA registry "EDHOC Cipher Suites" (RFC 9528 §10.2): those that a device of ours can do. All have SHA-256 and ephemeral keys
 * of 32 bytes on the wire.
 *
 * | suite | AEAD | curve | for |
 * | --- | --- | --- | --- |
 * | 4 | ChaCha20-Poly1305 | X25519 | Class 1, in software |
 * | 5 | ChaCha20-Poly1305 | P-256 | Class 2, by the secure element |
 */
import type { Aead } from "../../crypto/aead"
import { ChaCha20Poly1305 } from "../../crypto/chacha20poly1305"

/** COSE curves, RFC 9053 §7.1. */
export const CURVE_P256 = 1
export const CURVE_X25519 = 4
/** Bytes of an ephemeral public key, and of the secret that is agreed on. */
export const EPHEMERAL_BYTES = 32

/** IANA registry "COSE Algorithms". */
const COSE_CHACHA20_POLY1305 = 24

export interface CipherSuite {
    /** In the registry. */
    readonly number: number
    /** Of the AEAD, in EDHOC. */
    readonly keyBytes: number
    readonly nonceBytes: number
    readonly tagBytes: number
    readonly aead: (key: Buffer) => Aead
    /** Of the ephemeral keys. */
    readonly curve: number
    /** The AEAD of what comes after EDHOC, and the length of its key. */
    readonly applicationAead: number
    readonly applicationKeyBytes: number
}

export const SUITE_4: CipherSuite = {
    number: 4,
    keyBytes: 32,
    nonceBytes: 12,
    tagBytes: 16,
    aead: key => new ChaCha20Poly1305(key),
    curve: CURVE_X25519,
    applicationAead: COSE_CHACHA20_POLY1305,
    applicationKeyBytes: 32,
}

export const SUITE_5: CipherSuite = {
    number: 5,
    keyBytes: 32,
    nonceBytes: 12,
    tagBytes: 16,
    aead: key => new ChaCha20Poly1305(key),
    curve: CURVE_P256,
    applicationAead: COSE_CHACHA20_POLY1305,
    applicationKeyBytes: 32,
}

/** Longest connection identifier in bytes: it becomes a Sender ID (RFC 8613 §3.3). */
export function mostIdentifierBytes(suite: CipherSuite): number {
    return suite.nonceBytes - 6
}
