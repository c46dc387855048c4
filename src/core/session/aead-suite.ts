import type { Aead } from "../crypto/aead"
import type { Digest } from "../crypto/digest"
import type { Pause } from "../ports"

/** Port: one AEAD algorithm as OSCORE uses it. Each has a module of its own beside this one, so that a firmware links those that it is given. */
export interface AeadSuite {
    /** Number in the IANA registry "COSE Algorithms", or below -65536, where private ones are. */
    readonly algorithm: number
    /** Sizes in bytes. A nonce has 12 or 13. */
    readonly keyBytes: number
    readonly nonceBytes: number
    readonly tagBytes: number
    /** @param key of `keyBytes`; it is copied */
    open(key: Buffer, digest: Digest, pause: Pause): Promise<Aead>
}
