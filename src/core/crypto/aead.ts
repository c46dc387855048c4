import type { Pause } from "../ports"

/** Authenticated encryption with associated data (RFC 5116) under one key. A nonce must never be used twice with it. */
export interface Aead {
    /** Returns the ciphertext with the tag behind it, as a new Buffer. */
    seal(nonce: Buffer, associatedData: Buffer, plaintext: Buffer, pause: Pause): Promise<Buffer>

    /** Returns the plaintext as a new Buffer, or undefined if nonce, data, ciphertext or tag is not what was sealed. */
    open(nonce: Buffer, associatedData: Buffer, sealed: Buffer, pause: Pause): Promise<Buffer | undefined>
}
