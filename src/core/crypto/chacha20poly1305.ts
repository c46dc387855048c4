import type { Pause } from "../ports"
import type { Aead } from "./aead"
import { ChaCha20 } from "./chacha20"
import { constantTimeEqual } from "./constant-time"
import { copyOf } from "./copy-of"
import { Poly1305 } from "./poly1305"
import { requireBytes } from "./require-bytes"
import { putLittleEndian32 } from "./words"

const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** Bytes authenticated between two pauses: about 6 ms. */
const BYTES_PER_PAUSE = 48

/** ChaCha20-Poly1305 (RFC 8439 §2.8): nonces of 12 bytes, tags of 16. */
export class ChaCha20Poly1305 implements Aead {
    private key: Buffer

    /** @param key 32 bytes */
    constructor(key: Buffer) {
        requireBytes(key, "ChaCha20-Poly1305 key", 32)
        this.key = copyOf(key)
    }

    async seal(nonce: Buffer, associatedData: Buffer, plaintext: Buffer, pause: Pause): Promise<Buffer> {
        requireBytes(nonce, "ChaCha20 nonce", NONCE_LENGTH)
        requireBytes(associatedData, "associated data")
        requireBytes(plaintext, "plaintext")
        const ownNonce = copyOf(nonce)
        const { length } = plaintext
        const sealed = Buffer.alloc(length + TAG_LENGTH)
        sealed.set(plaintext, 0)
        const ownData = copyOf(associatedData)
        await pause()
        const cipher = new ChaCha20(this.key, ownNonce, 0)
        const macKey = await oneTimeKey(cipher, pause)
        await applyKeyStream(cipher, sealed, length, pause)
        sealed.set(await authenticate(macKey, ownData, sealed, length, pause), length)
        return sealed
    }

    async open(nonce: Buffer, associatedData: Buffer, sealed: Buffer, pause: Pause): Promise<Buffer | undefined> {
        requireBytes(nonce, "ChaCha20 nonce", NONCE_LENGTH)
        requireBytes(associatedData, "associated data")
        requireBytes(sealed, "sealed data")
        const ownNonce = copyOf(nonce)
        const length = sealed.length - TAG_LENGTH
        if (length < 0) return undefined
        // Copied before anything waits: what is deciphered has to be what was authenticated.
        const text = copyOf(sealed, length)
        const givenTag = copyOf(sealed.slice(length, sealed.length), TAG_LENGTH)
        const ownData = copyOf(associatedData)
        await pause()
        const cipher = new ChaCha20(this.key, ownNonce, 0)
        const macKey = await oneTimeKey(cipher, pause)
        const tag = await authenticate(macKey, ownData, text, length, pause)
        if (!constantTimeEqual(tag, givenTag)) return undefined
        await applyKeyStream(cipher, text, length, pause)
        return text
    }
}

/** The Poly1305 key is the first half of key stream block 0 (RFC 8439 §2.6); the text uses block 1 and on. */
async function oneTimeKey(cipher: ChaCha20, pause: Pause): Promise<Buffer> {
    const block = Buffer.alloc(64)
    await cipher.xorBlock(block, 0, 64, pause)
    return block.slice(0, 32)
}

/** Combines the first `length` bytes of `data` with the key stream, in place. */
async function applyKeyStream(cipher: ChaCha20, data: Buffer, length: number, pause: Pause): Promise<void> {
    for (let at = 0; at < length; at += 64) await cipher.xorBlock(data, at, Math.min(64, length - at), pause)
    await pause()
}

/** The tag over associated data and the first `length` bytes of `ciphertext`. */
async function authenticate(
    key: Buffer,
    associatedData: Buffer,
    ciphertext: Buffer,
    length: number,
    pause: Pause,
): Promise<Buffer> {
    await pause()
    const mac = new Poly1305(key)
    await absorbPadded(mac, associatedData, associatedData.length, pause)
    await absorbPadded(mac, ciphertext, length, pause)
    const lengths = Buffer.alloc(16)
    putLittleEndian32(lengths, 0, associatedData.length)
    putLittleEndian32(lengths, 8, length)
    await pause()
    mac.absorb(lengths, 0)
    const tag = mac.finish(Buffer.alloc(0))
    await pause()
    return tag
}

/** Absorbs the first `length` bytes of `data`, filled up with zeros to a multiple of 16. */
async function absorbPadded(mac: Poly1305, data: Buffer, length: number, pause: Pause): Promise<void> {
    const whole = length - (length % 16)
    for (let at = 0; at < whole; at += 16) {
        if (at % BYTES_PER_PAUSE === 0) await pause()
        mac.absorb(data, at)
    }
    if (whole < length) {
        const last = Buffer.alloc(16)
        last.set(data.slice(whole, length), 0)
        mac.absorb(last, 0)
    }
}
