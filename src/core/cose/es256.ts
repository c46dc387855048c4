import { joinBytes } from "../crypto/join-bytes"
import { P256_PUBLIC_KEY_BYTES, P256_SIGNATURE_BYTES } from "../crypto/p256"
import { p256Refusal } from "../crypto/p256-verify"
import { COSE_ES256 } from "./algorithms"
import type { Verifier } from "./verifier"

/** What an uncompressed point begins with (SEC 1 §2.3.3); keys are given without it, as x and y. */
const UNCOMPRESSED = 0x04

/** ECDSA on P-256 with SHA-256. */
export const ES256: Verifier = {
    algorithm: COSE_ES256,
    publicKeyBytes: P256_PUBLIC_KEY_BYTES - 1,
    signatureBytes: P256_SIGNATURE_BYTES,
    verify: async (publicKey, message, signature, digest, pause) => {
        const key = joinBytes([Buffer.from([UNCOMPRESSED]), publicKey])
        return (
            (await p256Refusal(key, message, await signature.read(P256_SIGNATURE_BYTES), digest, pause)) === undefined
        )
    },
}
