import type { Pause } from "../ports"
import { scalarFromBytes } from "./scalar25519"
import { sha512 } from "./sha512"

/** What signing and verification of Ed25519 have in common, in a file of its own: a device that only verifies does not link the table for signing. */

export const ED25519_KEY_BYTES = 32
export const ED25519_SIGNATURE_BYTES = 64

/** SHA-512 of the bytes modulo ℓ. */
export async function hashToScalar(bytes: Buffer, pause: Pause): Promise<number[]> {
    return await scalarFromBytes(await sha512(bytes, pause), pause)
}
