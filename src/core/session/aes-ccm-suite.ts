import { AesCcm } from "../crypto/ccm"
import type { AeadSuite } from "./aead-suite"

/** AES-CCM-16-64-128, RFC 9053 §4.2: what everybody who speaks OSCORE has. In TypeScript it is the slowest. */
export const AES_CCM_16_64_128: AeadSuite = {
    algorithm: 10,
    keyBytes: 16,
    nonceBytes: 13,
    tagBytes: 8,
    open: async key => new AesCcm(key, 8),
}
