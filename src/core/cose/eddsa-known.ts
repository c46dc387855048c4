import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES } from "../crypto/ed25519-hash"
import { ed25519KnownKeyRefusal } from "../crypto/ed25519-known"
import { COSE_EDDSA } from "./algorithms"
import { type KnownKey, verifyByKnownKeys } from "./known-key"
import type { Verifier } from "./verifier"

/** Ed25519 under keys that were known when the program was made, in half the time. @param otherwise as for `verifyByKnownKeys` */
export function eddsaOf(keys: KnownKey[], otherwise?: Verifier): Verifier {
    return {
        algorithm: COSE_EDDSA,
        publicKeyBytes: ED25519_KEY_BYTES,
        signatureBytes: ED25519_SIGNATURE_BYTES,
        verify: verifyByKnownKeys(keys, ed25519KnownKeyRefusal, otherwise),
    }
}
