import type { Pause } from "../ports"
import { requireBytes } from "./require-bytes"
import { littleEndian32 } from "./words"

/** About 7 ms. */
const DOUBLE_ROUNDS_PER_PAUSE = 5

/** The ChaCha20 stream cipher (RFC 8439 §2.3 and §2.4), 64 bytes a block. One key and one nonce make one key stream. */
export class ChaCha20 {
    /** Constants, key, block counter, nonce: sixteen 32-bit words. */
    private input: number[] = []
    private output: number[] = []

    /**
     * @param key 32 bytes
     * @param nonce 12 bytes
     * @param counter number of the first block
     */
    constructor(key: Buffer, nonce: Buffer, counter: number) {
        requireBytes(key, "ChaCha20 key", 32)
        requireBytes(nonce, "ChaCha20 nonce", 12)
        const words = this.input
        // From the last word, so that the array grows once.
        putWords(words, 13, nonce)
        words[12] = counter | 0
        putWords(words, 4, key)
        // "expand 32-byte k"
        words[3] = 0x6b206574
        words[2] = 0x79622d32
        words[1] = 0x3320646e
        words[0] = 0x61707865
        for (let i = 15; i >= 0; i--) this.output[i] = 0
    }

    /**
     * Combines the next block of the key stream with the `length` bytes at `data[at]`, 1 to 64, in place: in three stretches, each behind a
     * pause.
     */
    async xorBlock(data: Buffer, at: number, length: number, pause: Pause): Promise<void> {
        await this.nextBlock(pause)
        const words = this.output
        const end = at + length
        let p = at
        for (let i = 0; p + 4 <= end; i++) {
            const word = words[i]
            data[p] ^= word & 255
            data[p + 1] ^= (word >>> 8) & 255
            data[p + 2] ^= (word >>> 16) & 255
            data[p + 3] ^= word >>> 24
            p += 4
        }
        for (let shift = 0; p < end; shift += 8) data[p++] ^= (words[length >> 2] >>> shift) & 255
    }

    /** RFC 8439 §2.3.1. Each sum may leave the int32 range as an exact double; `| 0` brings it back. */
    private async nextBlock(pause: Pause): Promise<void> {
        const input = this.input
        let v0 = input[0]
        let v1 = input[1]
        let v2 = input[2]
        let v3 = input[3]
        let v4 = input[4]
        let v5 = input[5]
        let v6 = input[6]
        let v7 = input[7]
        let v8 = input[8]
        let v9 = input[9]
        let v10 = input[10]
        let v11 = input[11]
        let v12 = input[12]
        let v13 = input[13]
        let v14 = input[14]
        let v15 = input[15]
        for (let round = 0; round < 10; round++) {
            if (round % DOUBLE_ROUNDS_PER_PAUSE === 0) await pause()
            v0 = (v0 + v4) | 0
            v12 ^= v0
            v12 = (v12 << 16) | (v12 >>> 16)
            v8 = (v8 + v12) | 0
            v4 ^= v8
            v4 = (v4 << 12) | (v4 >>> 20)
            v0 = (v0 + v4) | 0
            v12 ^= v0
            v12 = (v12 << 8) | (v12 >>> 24)
            v8 = (v8 + v12) | 0
            v4 ^= v8
            v4 = (v4 << 7) | (v4 >>> 25)
            v1 = (v1 + v5) | 0
            v13 ^= v1
            v13 = (v13 << 16) | (v13 >>> 16)
            v9 = (v9 + v13) | 0
            v5 ^= v9
            v5 = (v5 << 12) | (v5 >>> 20)
            v1 = (v1 + v5) | 0
            v13 ^= v1
            v13 = (v13 << 8) | (v13 >>> 24)
            v9 = (v9 + v13) | 0
            v5 ^= v9
            v5 = (v5 << 7) | (v5 >>> 25)
            v2 = (v2 + v6) | 0
            v14 ^= v2
            v14 = (v14 << 16) | (v14 >>> 16)
            v10 = (v10 + v14) | 0
            v6 ^= v10
            v6 = (v6 << 12) | (v6 >>> 20)
            v2 = (v2 + v6) | 0
            v14 ^= v2
            v14 = (v14 << 8) | (v14 >>> 24)
            v10 = (v10 + v14) | 0
            v6 ^= v10
            v6 = (v6 << 7) | (v6 >>> 25)
            v3 = (v3 + v7) | 0
            v15 ^= v3
            v15 = (v15 << 16) | (v15 >>> 16)
            v11 = (v11 + v15) | 0
            v7 ^= v11
            v7 = (v7 << 12) | (v7 >>> 20)
            v3 = (v3 + v7) | 0
            v15 ^= v3
            v15 = (v15 << 8) | (v15 >>> 24)
            v11 = (v11 + v15) | 0
            v7 ^= v11
            v7 = (v7 << 7) | (v7 >>> 25)
            v0 = (v0 + v5) | 0
            v15 ^= v0
            v15 = (v15 << 16) | (v15 >>> 16)
            v10 = (v10 + v15) | 0
            v5 ^= v10
            v5 = (v5 << 12) | (v5 >>> 20)
            v0 = (v0 + v5) | 0
            v15 ^= v0
            v15 = (v15 << 8) | (v15 >>> 24)
            v10 = (v10 + v15) | 0
            v5 ^= v10
            v5 = (v5 << 7) | (v5 >>> 25)
            v1 = (v1 + v6) | 0
            v12 ^= v1
            v12 = (v12 << 16) | (v12 >>> 16)
            v11 = (v11 + v12) | 0
            v6 ^= v11
            v6 = (v6 << 12) | (v6 >>> 20)
            v1 = (v1 + v6) | 0
            v12 ^= v1
            v12 = (v12 << 8) | (v12 >>> 24)
            v11 = (v11 + v12) | 0
            v6 ^= v11
            v6 = (v6 << 7) | (v6 >>> 25)
            v2 = (v2 + v7) | 0
            v13 ^= v2
            v13 = (v13 << 16) | (v13 >>> 16)
            v8 = (v8 + v13) | 0
            v7 ^= v8
            v7 = (v7 << 12) | (v7 >>> 20)
            v2 = (v2 + v7) | 0
            v13 ^= v2
            v13 = (v13 << 8) | (v13 >>> 24)
            v8 = (v8 + v13) | 0
            v7 ^= v8
            v7 = (v7 << 7) | (v7 >>> 25)
            v3 = (v3 + v4) | 0
            v14 ^= v3
            v14 = (v14 << 16) | (v14 >>> 16)
            v9 = (v9 + v14) | 0
            v4 ^= v9
            v4 = (v4 << 12) | (v4 >>> 20)
            v3 = (v3 + v4) | 0
            v14 ^= v3
            v14 = (v14 << 8) | (v14 >>> 24)
            v9 = (v9 + v14) | 0
            v4 ^= v9
            v4 = (v4 << 7) | (v4 >>> 25)
        }
        await pause()
        const output = this.output
        output[0] = (v0 + input[0]) | 0
        output[1] = (v1 + input[1]) | 0
        output[2] = (v2 + input[2]) | 0
        output[3] = (v3 + input[3]) | 0
        output[4] = (v4 + input[4]) | 0
        output[5] = (v5 + input[5]) | 0
        output[6] = (v6 + input[6]) | 0
        output[7] = (v7 + input[7]) | 0
        output[8] = (v8 + input[8]) | 0
        output[9] = (v9 + input[9]) | 0
        output[10] = (v10 + input[10]) | 0
        output[11] = (v11 + input[11]) | 0
        output[12] = (v12 + input[12]) | 0
        output[13] = (v13 + input[13]) | 0
        output[14] = (v14 + input[14]) | 0
        output[15] = (v15 + input[15]) | 0
        input[12] = (input[12] + 1) | 0
    }
}

/** Puts the little-endian 32-bit words of `bytes` at `words[at]`, the last one first. */
function putWords(words: number[], at: number, bytes: Buffer): void {
    for (let i = bytes.length - 4; i >= 0; i -= 4) words[at + (i >> 2)] = littleEndian32(bytes, i)
}
