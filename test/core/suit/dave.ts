import { slh_dsa_sha2_128s } from "@noble/post-quantum/slh-dsa.js"
import { COSE_SLH_DSA_SHA2_128S } from "../../../src/core/cose/algorithms"
import { secretOf, signer } from "./signers"

const { publicKey, secretKey } = slh_dsa_sha2_128s.keygen(secretOf("dave", 48))

/** Signs with SLH-DSA-SHA2-128s, which takes some seconds. */
export const DAVE = signer(COSE_SLH_DSA_SHA2_128S, "dave", publicKey, message =>
    slh_dsa_sha2_128s.sign(message, secretKey, { extraEntropy: false }),
)
