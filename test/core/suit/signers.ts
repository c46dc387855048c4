/** Signers with fixed keys, by libraries that the device's code is not made of. */
import { createHash } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { COSE_EDDSA, COSE_ES256 } from "../../../src/core/cose/algorithms"
import type { TrustedKey } from "../../../src/core/suit/policy"
import type { Signer } from "../../../src/host/package/signer"

export interface TestSigner extends Signer {
    readonly key: TrustedKey
}

export const ALICE = edDsaSigner("alice")
export const BOB = edDsaSigner("bob")
/** In no policy. */
export const MALLORY = edDsaSigner("mallory")
export const CAROL = es256Signer("carol")

function edDsaSigner(name: string): TestSigner {
    const seed = secretOf(name, 32)
    return signer(COSE_EDDSA, name, ed25519.getPublicKey(seed), message => ed25519.sign(message, seed))
}

function es256Signer(name: string): TestSigner {
    const secret = secretOf(name, 32)
    return signer(COSE_ES256, name, p256.getPublicKey(secret, false).subarray(1), message => p256.sign(message, secret))
}

export function signer(
    algorithm: number,
    name: string,
    publicKey: Uint8Array,
    sign: (message: Uint8Array) => Uint8Array,
): TestSigner {
    const keyId = Buffer.from(name)
    return {
        algorithm,
        keyId,
        key: { algorithm, keyId, publicKey: Buffer.from(publicKey) },
        sign: async message => Buffer.from(sign(message)),
    }
}

export function secretOf(name: string, bytes: number): Uint8Array {
    return createHash("sha512").update(name).digest().subarray(0, bytes)
}
