import type { Aead } from "../crypto/aead"
import { constantTimeEqual } from "../crypto/constant-time"
import { copyOf } from "../crypto/copy-of"
import type { Digest } from "../crypto/digest"
import { hkdfExpand } from "../crypto/hkdf"
import { requireBytes } from "../crypto/require-bytes"
import { putBigEndian32 } from "../crypto/words"
import type { Pause } from "../ports"
import type { AeadSuite } from "./aead-suite"

/**
 * Port: AES-256 in counter mode. Combines `data` with the blocks AES(key, 0x01 || nonce || i), where i counts from 1 in two bytes, most significant
 * first: the key stream of CCM for a nonce of 13 bytes (RFC 3610 §2.3), which the runtime has natively.
 */
export type CounterMode = (key: Buffer, nonce: Buffer, data: Buffer) => Buffer

/** Private use. No registry knows it: who speaks it has the table of docs/session.md. */
export const AES_256_CTR_HMAC_256_128 = -65_537

const NONCE_BYTES = 13
const TAG_BYTES = 16
const CIPHER_LABEL = "domovoi AES-256-CTR"
const MAC_LABEL = "domovoi HMAC-SHA-256"

/** AES-256-CTR, then HMAC-SHA-256 over what it made: docs/session.md has the definition and the argument. */
export function aesCtrHmacSuite(counterMode: CounterMode): AeadSuite {
    return {
        algorithm: AES_256_CTR_HMAC_256_128,
        keyBytes: 32,
        nonceBytes: NONCE_BYTES,
        tagBytes: TAG_BYTES,
        open: async (key, digest, pause) => {
            const own = copyOf(key)
            const cipherKey = await hkdfExpand(digest, own, Buffer.from(CIPHER_LABEL), 32, pause)
            const macKey = await hkdfExpand(digest, own, Buffer.from(MAC_LABEL), 32, pause)
            return new AesCtrHmac(cipherKey, macKey, counterMode, digest)
        },
    }
}

class AesCtrHmac implements Aead {
    private readonly cipherKey: Buffer
    private readonly macKey: Buffer
    private readonly counterMode: CounterMode
    private readonly digest: Digest

    constructor(cipherKey: Buffer, macKey: Buffer, counterMode: CounterMode, digest: Digest) {
        this.cipherKey = cipherKey
        this.macKey = macKey
        this.counterMode = counterMode
        this.digest = digest
    }

    async seal(nonce: Buffer, associatedData: Buffer, plaintext: Buffer, pause: Pause): Promise<Buffer> {
        requireBytes(nonce, "nonce", NONCE_BYTES)
        const ownNonce = copyOf(nonce)
        const ownData = copyOf(associatedData)
        const text = copyOf(plaintext)
        await pause()
        const ciphertext = this.counterMode(this.cipherKey, ownNonce, text)
        const sealed = Buffer.alloc(ciphertext.length + TAG_BYTES)
        sealed.set(ciphertext, 0)
        await pause()
        sealed.set(await this.tag(ownNonce, ownData, ciphertext, pause), ciphertext.length)
        await pause()
        return sealed
    }

    async open(nonce: Buffer, associatedData: Buffer, sealed: Buffer, pause: Pause): Promise<Buffer | undefined> {
        requireBytes(nonce, "nonce", NONCE_BYTES)
        const length = sealed.length - TAG_BYTES
        if (length < 0) return undefined
        const ownNonce = copyOf(nonce)
        const ownData = copyOf(associatedData)
        const ciphertext = copyOf(sealed, length)
        const givenTag = copyOf(sealed.slice(length))
        await pause()
        const tag = await this.tag(ownNonce, ownData, ciphertext, pause)
        if (!constantTimeEqual(tag, givenTag)) return undefined
        await pause()
        const plaintext = this.counterMode(this.cipherKey, ownNonce, ciphertext)
        await pause()
        return plaintext
    }

    /** Both lengths stand in front, so no two triples of nonce, data and ciphertext give the same bytes. */
    private async tag(nonce: Buffer, associatedData: Buffer, ciphertext: Buffer, pause: Pause): Promise<Buffer> {
        const lengths = Buffer.alloc(8)
        putBigEndian32(lengths, 0, associatedData.length)
        putBigEndian32(lengths, 4, ciphertext.length)
        const parts = [nonce, lengths, associatedData, ciphertext]
        const mac = await this.digest.hmacSha256(this.macKey, parts, pause)
        return mac.slice(0, TAG_BYTES)
    }
}
