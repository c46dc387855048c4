import type { Pause } from "../ports"
import { BlockHash } from "./block-hash"
import { CUBE_ROOTS, SQUARE_ROOTS } from "./sha2-constants"
import { bigEndian32, putBigEndian32 } from "./words"

/** About 7 ms. */
const ROUNDS_PER_PAUSE = 13

/** SHA-256 (FIPS 180-4) in plain TypeScript. The hash is 32 bytes. */
export class Sha256 extends BlockHash {
    private state: number[] = []
    /** The last sixteen words of the message schedule. */
    private schedule: number[] = []

    constructor() {
        super(64)
        for (let i = 7; i >= 0; i--) this.state[i] = bigEndian32(SQUARE_ROOTS, 8 * i)
        for (let i = 15; i >= 0; i--) this.schedule[i] = 0
    }

    protected output(): Buffer {
        const hash = Buffer.alloc(32)
        for (let i = 0; i < 8; i++) putBigEndian32(hash, 4 * i, this.state[i])
        this.state = []
        this.schedule = []
        return hash
    }

    /**
     * Sums of up to seven 32-bit words leave the int32 range; as doubles they stay exact, and `| 0` brings them back.
     */
    protected async compress(block: Buffer, pause: Pause): Promise<void> {
        const s = this.state
        const w = this.schedule
        let a = s[0]
        let b = s[1]
        let c = s[2]
        let d = s[3]
        let e = s[4]
        let f = s[5]
        let g = s[6]
        let h = s[7]
        for (let t = 0; t < 64; t++) {
            if (t % ROUNDS_PER_PAUSE === 0) await pause()
            const now = t & 15
            let word = 0
            if (t < 16) {
                const p = t << 2
                word = (block[p] << 24) | (block[p + 1] << 16) | (block[p + 2] << 8) | block[p + 3]
            } else {
                // W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16]
                const w2 = w[(t + 14) & 15]
                const w15 = w[(t + 1) & 15]
                word =
                    (((w2 >>> 17) ^ (w2 << 15) ^ (w2 >>> 19) ^ (w2 << 13) ^ (w2 >>> 10)) +
                        w[(t + 9) & 15] +
                        ((w15 >>> 7) ^ (w15 << 25) ^ (w15 >>> 18) ^ (w15 << 14) ^ (w15 >>> 3)) +
                        w[now]) |
                    0
            }
            w[now] = word
            const k = t << 3
            // T1 = h + Σ1(e) + Ch(e, f, g) + K[t] + W[t]
            const t1 =
                h +
                ((e >>> 6) ^ (e << 26) ^ (e >>> 11) ^ (e << 21) ^ (e >>> 25) ^ (e << 7)) +
                (g ^ (e & (f ^ g))) +
                ((CUBE_ROOTS[k] << 24) | (CUBE_ROOTS[k + 1] << 16) | (CUBE_ROOTS[k + 2] << 8) | CUBE_ROOTS[k + 3]) +
                word
            // T2 = Σ0(a) + Maj(a, b, c)
            const t2 =
                ((a >>> 2) ^ (a << 30) ^ (a >>> 13) ^ (a << 19) ^ (a >>> 22) ^ (a << 10)) + ((a & b) | (c & (a | b)))
            h = g
            g = f
            f = e
            e = (d + t1) | 0
            d = c
            c = b
            b = a
            a = (t1 + t2) | 0
        }
        s[0] = (s[0] + a) | 0
        s[1] = (s[1] + b) | 0
        s[2] = (s[2] + c) | 0
        s[3] = (s[3] + d) | 0
        s[4] = (s[4] + e) | 0
        s[5] = (s[5] + f) | 0
        s[6] = (s[6] + g) | 0
        s[7] = (s[7] + h) | 0
        await pause()
    }
}
