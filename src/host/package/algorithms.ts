/** The signature algorithms of packages: how the host makes keys and signs, and the device's own code to check with. */
import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { slh_dsa_sha2_128s } from "@noble/post-quantum/slh-dsa.js"
import { EDDSA } from "../../core/cose/eddsa"
import { ES256 } from "../../core/cose/es256"
import { SLH_DSA_SHA2_128S } from "../../core/cose/slhdsa"
import type { Verifier } from "../../core/cose/verifier"
import type { RandomBytes } from "../identity/random-bytes"

export type SignatureAlgorithm = "EdDSA" | "ES256" | "SLH-DSA-SHA2-128s"

export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = ["EdDSA", "ES256", "SLH-DSA-SHA2-128s"]

export interface KeyPair {
    privateKey: Uint8Array
    /** As a trust policy has it: 32 bytes, or x and y of P-256. */
    publicKey: Uint8Array
}

interface Implementation {
    verifier: Verifier
    makeKey(random: RandomBytes): KeyPair
    /** @param random hedges a signature that can be (FIPS 205 §3.4); without it, equal messages have equal signatures */
    sign(message: Uint8Array, privateKey: Uint8Array, random?: RandomBytes): Uint8Array
}

export const IMPLEMENTATIONS: Readonly<Record<SignatureAlgorithm, Implementation>> = {
    EdDSA: {
        verifier: EDDSA,
        makeKey: random => {
            const privateKey = random(32)
            return { privateKey, publicKey: ed25519.getPublicKey(privateKey) }
        },
        sign: (message, privateKey) => ed25519.sign(message, privateKey),
    },
    ES256: {
        verifier: ES256,
        makeKey: random => {
            // FIPS 186-5 A.2.1: with 128 bits more than the order has, the remainder is as good as uniform.
            const privateKey = p256.utils.randomSecretKey(random(48))
            return { privateKey, publicKey: p256.getPublicKey(privateKey, false).subarray(1) }
        },
        sign: (message, privateKey) => p256.sign(message, privateKey),
    },
    "SLH-DSA-SHA2-128s": {
        verifier: SLH_DSA_SHA2_128S,
        makeKey: random => {
            const { secretKey, publicKey } = slh_dsa_sha2_128s.keygen(random(48))
            return { privateKey: secretKey, publicKey }
        },
        sign: (message, privateKey, random) =>
            slh_dsa_sha2_128s.sign(message, privateKey, { extraEntropy: random?.(16) ?? false }),
    },
}

/** What checks them all. */
export const VERIFIERS: readonly Verifier[] = SIGNATURE_ALGORITHMS.map(name => IMPLEMENTATIONS[name].verifier)

/** @param number as COSE has it */
export function algorithmOf(number: number): SignatureAlgorithm | undefined {
    return SIGNATURE_ALGORITHMS.find(name => IMPLEMENTATIONS[name].verifier.algorithm === number)
}
