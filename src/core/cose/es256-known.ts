import { P256_PUBLIC_KEY_BYTES, P256_SIGNATURE_BYTES } from "../crypto/p256"
import { p256KnownKeyRefusal } from "../crypto/p256-known"
import { COSE_ES256 } from "./algorithms"
import { type KnownKey, verifyByKnownKeys } from "./known-key"
import type { Verifier } from "./verifier"

/**
 * ECDSA on P-256 with SHA-256 under keys that were known when the program was made, in half the time.
 * @param keys with 64 bytes of public key: x and y
 * @param otherwise as for `verifyByKnownKeys`
 */
export function es256Of(keys: KnownKey[], otherwise?: Verifier): Verifier {
    return {
        algorithm: COSE_ES256,
        publicKeyBytes: P256_PUBLIC_KEY_BYTES - 1,
        signatureBytes: P256_SIGNATURE_BYTES,
        verify: verifyByKnownKeys(
            keys,
            async (key, message, signature, pause, digest) =>
                await p256KnownKeyRefusal(key.comb, message, signature, digest, pause),
            otherwise,
        ),
    }
}
