import { ChaCha20Poly1305 } from "../crypto/chacha20poly1305"
import type { AeadSuite } from "./aead-suite"

/** ChaCha20/Poly1305, RFC 9053 §4.3. */
export const CHACHA20_POLY1305: AeadSuite = {
    algorithm: 24,
    keyBytes: 32,
    nonceBytes: 12,
    tagBytes: 16,
    open: async key => new ChaCha20Poly1305(key),
}
