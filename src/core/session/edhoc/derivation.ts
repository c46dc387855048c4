/** EDHOC_Extract, EDHOC_KDF and EDHOC_Exporter (RFC 9528 §4) with SHA-256, which all our suites have. */
import { CborWriter } from "../../cbor/writer"
import type { Digest } from "../../crypto/digest"
import { hex } from "../../crypto/hex"
import { hkdfExpand, hkdfExtract } from "../../crypto/hkdf"
import type { Pause } from "../../ports"

/** Output of SHA-256 in bytes. */
export const HASH_BYTES = 32

/** Heads and numbers of `info`. */
const INFO_FRAME_BYTES = 12

/** 32 bytes of pseudorandom key. */
export async function edhocExtract(digest: Digest, salt: Buffer, inputKey: Buffer, pause: Pause): Promise<Buffer> {
    await pause()
    return await hkdfExtract(digest, salt, inputKey, pause)
}

/**
 * Keying material of `length` bytes, 1 to 8,160.
 * @param label as figure 6 of RFC 9528 §4.1.2 numbers them; of the exporter, its own (§4.2)
 */
export async function edhocKdf(
    digest: Digest,
    key: Buffer,
    label: number,
    context: Buffer,
    length: number,
    pause: Pause,
): Promise<Buffer> {
    await pause()
    const info = new CborWriter(INFO_FRAME_BYTES + context.length).int(label).bytes(context).int(length).finish()
    await pause()
    return await hkdfExpand(digest, key, info, length, pause)
}

/** Labels of figure 6. */
const PRK_EXPORTER = 10

/** PRK_exporter, from which `edhocKdf` derives keys of applications. @param prkOut PRK_out, 32 bytes */
export async function exporterKey(digest: Digest, prkOut: Buffer, pause: Pause): Promise<Buffer> {
    return await edhocKdf(digest, prkOut, PRK_EXPORTER, hex``, HASH_BYTES, pause)
}

/** A byte string as CBOR: what transcript hashes are made over. */
export function byteString(bytes: Buffer): Buffer {
    return new CborWriter(5 + bytes.length).bytes(bytes).finish()
}
