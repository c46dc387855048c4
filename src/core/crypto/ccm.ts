import type { Pause } from "../ports"
import type { Aead } from "./aead"
import { Aes } from "./aes"
import { constantTimeEqual } from "./constant-time"
import { copyOf } from "./copy-of"
import { requireBytes } from "./require-bytes"
import { wipe } from "./wipe"

/**
 * AES-CCM (RFC 3610, NIST SP 800-38C) with AES-128 or AES-256. Nonces have 7 to 13 bytes; with n bytes of nonce a
 * plaintext has less than 256^(15 - n) bytes. Associated data has less than 65,280 bytes.
 */
export class AesCcm implements Aead {
    private readonly aes: Aes
    private readonly tagLength: number

    /**
     * @param key 16 or 32 bytes
     * @param tagLength 4, 6, 8, 10, 12, 14 or 16 bytes
     */
    constructor(key: Buffer, tagLength: number) {
        if (!(tagLength >= 4 && tagLength <= 16 && tagLength % 2 === 0))
            throw new RangeError(`a CCM tag must be 4, 6, 8, 10, 12, 14 or 16 bytes long, not ${tagLength}`)
        this.aes = new Aes(key)
        this.tagLength = tagLength
    }

    async seal(nonce: Buffer, associatedData: Buffer, plaintext: Buffer, pause: Pause): Promise<Buffer> {
        requireBytes(nonce, "CCM nonce")
        requireBytes(associatedData, "associated data")
        requireBytes(plaintext, "plaintext")
        const [ownNonce, ownData] = [copyOf(nonce), copyOf(associatedData)]
        const { length } = plaintext
        const sealed = Buffer.alloc(length + this.tagLength)
        sealed.set(plaintext, 0)
        await pause()
        const pass = new CcmPass(this.aes, this.tagLength, pause)
        await pass.begin(ownNonce, ownData, length)
        sealed.set(await pass.cipher(sealed, length, false), length)
        return sealed
    }

    async open(nonce: Buffer, associatedData: Buffer, sealed: Buffer, pause: Pause): Promise<Buffer | undefined> {
        requireBytes(nonce, "CCM nonce")
        requireBytes(associatedData, "associated data")
        requireBytes(sealed, "sealed data")
        const [ownNonce, ownData] = [copyOf(nonce), copyOf(associatedData)]
        const length = sealed.length - this.tagLength
        if (length < 0) return undefined
        const plaintext = copyOf(sealed, length)
        const givenTag = copyOf(sealed.slice(length, sealed.length), this.tagLength)
        await pause()
        const pass = new CcmPass(this.aes, this.tagLength, pause)
        await pass.begin(ownNonce, ownData, length)
        const tag = await pass.cipher(plaintext, length, true)
        if (constantTimeEqual(tag, givenTag)) return plaintext
        wipe(plaintext)
        return undefined
    }
}

/**
 * One message. The cipher takes two blocks at once, so each step encrypts the MAC (CBC-MAC) beside the counter block
 * whose key stream comes next: counter 1 while the MAC takes in the header, then one ahead of the text, and 0, for the
 * tag, at the end.
 */
class CcmPass {
    private aes: Aes
    private tagLength: number
    private pause: Pause
    /** Bytes 0 to 15: the MAC. Bytes 16 to 31: the key stream of the last step. */
    private pair: Buffer = Buffer.alloc(32)
    /** Flags, nonce, and zeros in place of the counter (RFC 3610 §2.3). */
    private counterBlock: Buffer = Buffer.alloc(16)
    private blocks = 0

    constructor(aes: Aes, tagLength: number, pause: Pause) {
        this.aes = aes
        this.tagLength = tagLength
        this.pause = pause
    }

    /** Authenticates the first block (RFC 3610 §2.2) and the associated data. */
    async begin(nonce: Buffer, associatedData: Buffer, length: number): Promise<void> {
        if (nonce.length < 7 || nonce.length > 13)
            throw new RangeError(`a CCM nonce must be 7 to 13 bytes long, not ${nonce.length}`)
        const lengthBytes = 15 - nonce.length
        if (lengthBytes < 4 && length >= 1 << (8 * lengthBytes))
            throw new RangeError(`${length} bytes of text are too many for a CCM nonce of ${nonce.length} bytes`)
        if (associatedData.length >= 0xff00)
            throw new RangeError(`${associatedData.length} bytes of associated data are too many`)
        this.blocks = (length + 15) >> 4
        this.counterBlock[0] = lengthBytes - 1
        this.counterBlock.set(nonce, 1)
        const mac = this.pair
        mac.set(this.counterBlock, 0)
        mac[0] |= 4 * (this.tagLength - 2)
        putCount(mac, 16, length)
        if (associatedData.length > 0) {
            mac[0] |= 0x40
            await this.step(1)
            mac[0] ^= associatedData.length >> 8
            mac[1] ^= associatedData.length & 255
            let at = 2
            for (let i = 0; i < associatedData.length; i++) {
                if (at === 16) {
                    await this.step(1)
                    at = 0
                }
                mac[at++] ^= associatedData[i]
            }
        }
        await this.step(1)
    }

    /** Enciphers or deciphers the first `length` bytes of `text` in place, and returns the tag. */
    async cipher(text: Buffer, length: number, decipher: boolean): Promise<Buffer> {
        const pair = this.pair
        for (let block = 1; block <= this.blocks; block++) {
            const start = 16 * (block - 1)
            const end = Math.min(start + 16, length)
            for (let i = start; i < end; i++) {
                const given = text[i]
                const made = given ^ pair[16 + i - start]
                pair[i - start] ^= decipher ? made : given
                text[i] = made
            }
            await this.step(block + 1)
        }
        const tag = Buffer.alloc(this.tagLength)
        for (let i = 0; i < this.tagLength; i++) tag[i] = pair[i] ^ pair[16 + i]
        return tag
    }

    /** Encrypts the MAC, and the counter block of the given number, or number 0 when the text needs no more. */
    private async step(counter: number): Promise<void> {
        this.pair.set(this.counterBlock, 16)
        putCount(this.pair, 32, counter <= this.blocks ? counter : 0)
        await this.aes.encryptPair(this.pair, this.pause)
    }
}

/** Writes `count` big-endian into the last bytes before `end`. What lies above it is zero already. */
function putCount(block: Buffer, end: number, count: number): void {
    let at = end
    for (let rest = count; rest > 0; rest >>>= 8) block[--at] = rest & 255
}
