import type { Digest } from "../crypto/digest"
import type { SignatureReader } from "../crypto/slhdsa"
import type { Pause } from "../ports"

/**
 * Port: one signature algorithm. Each has a module of its own beside this one, so that a firmware links those that it is given and no
 * others.
 */
export interface Verifier {
    /** Number in the IANA registry, see `algorithms.ts`. */
    readonly algorithm: number
    /** Sizes in bytes. */
    readonly publicKeyBytes: number
    readonly signatureBytes: number
    /** Whether the signature is one of the message by the key. Both have their sizes. */
    verify(
        publicKey: Buffer,
        message: Buffer,
        signature: SignatureReader,
        digest: Digest,
        pause: Pause,
    ): Promise<boolean>
}
