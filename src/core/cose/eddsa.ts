import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES } from "../crypto/ed25519-hash"
import { ed25519Refusal } from "../crypto/ed25519-verify"
import { COSE_EDDSA } from "./algorithms"
import type { Verifier } from "./verifier"

/** Ed25519 (RFC 8032). */
export const EDDSA: Verifier = {
    algorithm: COSE_EDDSA,
    publicKeyBytes: ED25519_KEY_BYTES,
    signatureBytes: ED25519_SIGNATURE_BYTES,
    verify: async (publicKey, message, signature, _digest, pause) =>
        (await ed25519Refusal(publicKey, message, await signature.read(ED25519_SIGNATURE_BYTES), pause)) === undefined,
}
