import type { Digest } from "../../../../src/core/crypto/digest"
import type { Pause } from "../../../../src/core/ports"

/**
 * Where published vectors are run: on Node by Vitest, and on the device by `test/programs/symmetric-vectors.ts`. The same source does
 * both, so it keeps to what both have.
 */
export interface VectorRun {
    digest: Digest
    pause: Pause
    /** Compares what a primitive gave with what the publication prints. */
    check(name: string, got: Buffer | undefined, published: Buffer | undefined): void
}
