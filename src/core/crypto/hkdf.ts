import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import type { Digest } from "./digest"
import { hex } from "./hex"
import { wipe } from "./wipe"

/** HKDF-Extract with SHA-256 (RFC 5869 §2.2): 32 bytes of pseudorandom key. An empty salt stands for 32 zeros. */
export async function hkdfExtract(digest: Digest, salt: Buffer, inputKey: Buffer, pause: Pause): Promise<Buffer> {
    return await digest.hmacSha256(salt, [inputKey], pause)
}

/**
 * HKDF-Expand with SHA-256 (RFC 5869 §2.3).
 * @param length bytes wanted, a whole number from 1 to 8,160
 * @throws RangeError for any other length
 */
export async function hkdfExpand(
    digest: Digest,
    pseudorandomKey: Buffer,
    info: Buffer,
    length: number,
    pause: Pause,
): Promise<Buffer> {
    if ((length | 0) !== length || length < 1 || length > 8160)
        throw new RangeError(`HKDF makes 1 to 8160 bytes, not ${length}`)
    // One block: the digest takes its input in at once, and nothing has to be kept.
    if (length <= 32) return (await digest.hmacSha256(pseudorandomKey, [info, hex`01`], pause)).slice(0, length)
    const key = copyOf(pseudorandomKey)
    const ownInfo = copyOf(info)
    const output = Buffer.alloc(length)
    const counter = Buffer.alloc(1)
    let block: Buffer = Buffer.alloc(0)
    for (let at = 0; at < length; at += 32) {
        counter[0]++
        block = await digest.hmacSha256(key, [block, ownInfo, counter], pause)
        output.set(block.slice(0, Math.min(32, length - at)), at)
    }
    wipe(key)
    return output
}
