import type { Pause } from "../ports"
import type { Digest } from "./digest"

/** SHA-256 of one byte string: 32 bytes. */
export async function sha256Of(digest: Digest, bytes: Buffer, pause: Pause): Promise<Buffer> {
    return await digest.sha256([bytes], pause)
}
