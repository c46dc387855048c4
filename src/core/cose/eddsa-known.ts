import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES } from "../crypto/ed25519"
import { type Ed25519KnownKey, ed25519KnownKeyRefusal } from "../crypto/ed25519-known"
import { COSE_EDDSA } from "./algorithms"
import { knownKey } from "./known-key"
import type { Verifier } from "./verifier"

/**
 * Ed25519 under keys that were known when the program was made, in half the time.
 * @param otherwise verifies under all other keys; without it they are refused, and the code for them is not linked. A policy that brings a new
 * key then cannot be followed by this program
 */
export function eddsaOf(keys: Ed25519KnownKey[], otherwise?: Verifier): Verifier {
    return {
        algorithm: COSE_EDDSA,
        publicKeyBytes: ED25519_KEY_BYTES,
        signatureBytes: ED25519_SIGNATURE_BYTES,
        verify: async (publicKey, message, signature, digest, pause) => {
            const key = knownKey(keys, publicKey)
            if (key) {
                const bytes = await signature.read(ED25519_SIGNATURE_BYTES)
                return (await ed25519KnownKeyRefusal(key, message, bytes, pause)) === undefined
            }
            return otherwise ? await otherwise.verify(publicKey, message, signature, digest, pause) : false
        },
    }
}
