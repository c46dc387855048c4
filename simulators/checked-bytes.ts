/** Bytes that are kept under a name: what a disk, a person or an interruption has changed, or put in the place of another, is noticed. */
import { createHash } from "node:crypto"

/** Bytes of the check, which stands before the content: the SHA-256 of name and content. */
export const CHECK_BYTES = 32

/** @returns the content as it is kept */
export function withCheck(name: string, content: Uint8Array): Buffer {
    return Buffer.concat([checkOf(name, content), content])
}

/** @returns the content; undefined if what was kept is not what `withCheck` made of this name */
export function checkedContent(name: string, kept: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const content = kept.subarray(CHECK_BYTES)
    return checkOf(name, content).equals(kept.subarray(0, CHECK_BYTES)) ? new Uint8Array(content) : undefined
}

function checkOf(name: string, content: Uint8Array): Buffer {
    return createHash("sha256").update(`${name}\0`).update(content).digest()
}
