import { hex } from "../crypto/hex"
import { SLH_DSA_PUBLIC_KEY_LENGTH, SLH_DSA_SIGNATURE_LENGTH, slhDsaRefusal } from "../crypto/slhdsa"
import { COSE_SLH_DSA_SHA2_128S } from "./algorithms"
import type { Verifier } from "./verifier"

/** SLH-DSA-SHA2-128s (FIPS 205). The signature is read piece by piece, at most 560 bytes at once. */
export const SLH_DSA_SHA2_128S: Verifier = {
    algorithm: COSE_SLH_DSA_SHA2_128S,
    publicKeyBytes: SLH_DSA_PUBLIC_KEY_LENGTH,
    signatureBytes: SLH_DSA_SIGNATURE_LENGTH,
    verify: async (publicKey, message, signature, digest, pause) =>
        (await slhDsaRefusal(publicKey, [message], hex``, signature, digest, pause)) === undefined,
}
