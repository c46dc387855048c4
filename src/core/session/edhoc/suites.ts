/**
 * EDHOC cipher suites (RFC 9528 §3.6). All that a device of ours can do have SHA-256, ephemeral keys of 32 bytes on the wire, and one AEAD both for EDHOC
 * and for what comes after it. Each has a module of its own beside this one, so that a firmware links those that it names.
 *
 * | suite | module | AEAD | curve | for |
 * | ---: | --- | --- | --- | --- |
 * | 4 | suite-4.ts | ChaCha20-Poly1305 | X25519 | Class 1, in software |
 * | 5 | suite-5.ts | ChaCha20-Poly1305 | P-256 | Class 2, by the secure element |
 * | -21 | suite-minus-21.ts | AES-256-CTR + HMAC-SHA-256-128 | X25519 | Class 1, where ChaCha20 does not fit |
 * | -22 | suite-minus-22.ts | AES-256-CTR + HMAC-SHA-256-128 | P-256 | Class 2, where ChaCha20 does not fit |
 *
 * The first two are IANA's (registry "EDHOC Cipher Suites", §10.2), the others of private use: nobody else has them.
 */
import type { AeadSuite } from "../aead-suite"

/** COSE curves, RFC 9053 §7.1. */
export const CURVE_P256 = 1
export const CURVE_X25519 = 4
/** Bytes of an ephemeral public key, and of the secret that is agreed on. */
export const EPHEMERAL_BYTES = 32
/** A connection identifier becomes a Sender ID: by so many bytes it is shorter than a nonce at least (RFC 8613 §3.3). */
export const LESS_THAN_NONCE = 6

export interface CipherSuite {
    /** In the registry. */
    readonly number: number
    /** Of the ephemeral keys. */
    readonly curve: number
    /** In EDHOC, and after it. */
    readonly aead: AeadSuite
}
