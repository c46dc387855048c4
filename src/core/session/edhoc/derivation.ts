/** EDHOC_Extract and EDHOC_KDF (RFC 9528 §4) with SHA-256, which all our suites have. */
import { CborWriter } from "../../cbor/writer"
import type { Digest } from "../../crypto/digest"
import { hkdfExpand, hkdfExtract } from "../../crypto/hkdf"
import type { Pause } from "../../ports"

/** Output of SHA-256 in bytes. */
export const HASH_BYTES = 32

/** Heads and numbers of `info`. */
const INFO_FRAME_BYTES = 12

/** What hashes are computed by. */
export interface HashPorts {
    digest: Digest
    pause: Pause
}

/** 32 bytes of pseudorandom key. */
export async function edhocExtract({ digest, pause }: HashPorts, salt: Buffer, inputKey: Buffer): Promise<Buffer> {
    await pause()
    return await hkdfExtract(digest, salt, inputKey, pause)
}

/**
 * Keying material of `length` bytes, 1 to 8,160.
 * @param label as figure 6 of RFC 9528 §4.1.2 numbers them; of the exporter, its own (§4.2)
 */
export async function edhocKdf(
    { digest, pause }: HashPorts,
    key: Buffer,
    label: number,
    context: Buffer,
    length: number,
): Promise<Buffer> {
    await pause()
    const info = new CborWriter(INFO_FRAME_BYTES + context.length).int(label).bytes(context).int(length).finish()
    await pause()
    return await hkdfExpand(digest, key, info, length, pause)
}
