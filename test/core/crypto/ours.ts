import { AesCcm } from "../../../src/core/crypto/ccm"
import { ChaCha20Poly1305 } from "../../../src/core/crypto/chacha20poly1305"
import type { Digest } from "../../../src/core/crypto/digest"
import { hkdfExpand, hkdfExtract } from "../../../src/core/crypto/hkdf"
import { Sha256 } from "../../../src/core/crypto/sha256"
import { Sha512 } from "../../../src/core/crypto/sha512"
import type { Pause } from "../../../src/core/ports"
import type { Symmetric } from "./random-run"

/** The primitives under test. */
export class Ours implements Symmetric {
    private digest: Digest
    private pause: Pause

    constructor(digest: Digest, pause: Pause) {
        this.digest = digest
        this.pause = pause
    }

    async sha256(data: Buffer): Promise<Buffer> {
        const hash = new Sha256()
        await hash.update(data, this.pause)
        return await hash.digest(this.pause)
    }

    async sha512(data: Buffer): Promise<Buffer> {
        const hash = new Sha512()
        await hash.update(data, this.pause)
        return await hash.digest(this.pause)
    }

    async hmacSha256(key: Buffer, data: Buffer): Promise<Buffer> {
        return await this.digest.hmacSha256(key, [data], this.pause)
    }

    async hkdf(salt: Buffer, inputKey: Buffer, info: Buffer, length: number): Promise<Buffer> {
        const key = await hkdfExtract(this.digest, salt, inputKey, this.pause)
        return await hkdfExpand(this.digest, key, info, length, this.pause)
    }

    async chachaSeal(key: Buffer, nonce: Buffer, data: Buffer, text: Buffer): Promise<Buffer> {
        return await new ChaCha20Poly1305(key).seal(nonce, data, text, this.pause)
    }

    async chachaOpen(key: Buffer, nonce: Buffer, data: Buffer, sealed: Buffer): Promise<Buffer | undefined> {
        return await new ChaCha20Poly1305(key).open(nonce, data, sealed, this.pause)
    }

    async ccmSeal(key: Buffer, tagLength: number, nonce: Buffer, data: Buffer, text: Buffer): Promise<Buffer> {
        return await new AesCcm(key, tagLength).seal(nonce, data, text, this.pause)
    }

    async ccmOpen(
        key: Buffer,
        tagLength: number,
        nonce: Buffer,
        data: Buffer,
        sealed: Buffer,
    ): Promise<Buffer | undefined> {
        return await new AesCcm(key, tagLength).open(nonce, data, sealed, this.pause)
    }
}
