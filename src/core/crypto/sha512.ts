import type { Pause } from "../ports"
import { BlockHash } from "./block-hash"
import { CUBE_ROOTS, SQUARE_ROOTS } from "./sha2-constants"
import { putBigEndian32 } from "./words"

/** Brings the carry of a sum of 32-bit words down to the units. */
const WORD_SHIFT = 1 / 0x1_0000_0000

/** About 7 ms. */
const ROUNDS_PER_PAUSE = 6

/** SHA-512 (FIPS 180-4). The hash is 64 bytes. */
export class Sha512 extends BlockHash {
    /** Eight 64-bit words, each as its upper and its lower 32 bits. */
    private state: number[] = []
    /** The last sixteen words of the message schedule, in the same form. */
    private schedule: number[] = []

    constructor() {
        super(128)
        for (let i = 15; i >= 0; i--) {
            const at = 4 * i
            this.state[i] =
                (SQUARE_ROOTS[at] << 24) |
                (SQUARE_ROOTS[at + 1] << 16) |
                (SQUARE_ROOTS[at + 2] << 8) |
                SQUARE_ROOTS[at + 3]
        }
        for (let i = 31; i >= 0; i--) this.schedule[i] = 0
    }

    protected output(): Buffer {
        const hash = Buffer.alloc(64)
        for (let i = 0; i < 16; i++) putBigEndian32(hash, 4 * i, this.state[i])
        this.state = []
        this.schedule = []
        return hash
    }

    /**
     * A 64-bit sum is two: one of the lower halves as unsigned numbers, whose multiples of 2^32 carry into one of the
     * upper halves. Seven terms below 2^32 at most, so both stay exact.
     */
    protected async compress(block: Buffer, pause: Pause): Promise<void> {
        const s = this.state
        const w = this.schedule
        let ah = s[0]
        let al = s[1]
        let bh = s[2]
        let bl = s[3]
        let ch = s[4]
        let cl = s[5]
        let dh = s[6]
        let dl = s[7]
        let eh = s[8]
        let el = s[9]
        let fh = s[10]
        let fl = s[11]
        let gh = s[12]
        let gl = s[13]
        let hh = s[14]
        let hl = s[15]
        for (let t = 0; t < 80; t++) {
            if (t % ROUNDS_PER_PAUSE === 0) await pause()
            const now = (t & 15) << 1
            let wh = 0
            let wl = 0
            if (t < 16) {
                const p = t << 3
                wh = (block[p] << 24) | (block[p + 1] << 16) | (block[p + 2] << 8) | block[p + 3]
                wl = (block[p + 4] << 24) | (block[p + 5] << 16) | (block[p + 6] << 8) | block[p + 7]
            } else {
                // W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16]
                const at2 = (now + 28) & 31
                const at7 = (now + 18) & 31
                const at15 = (now + 2) & 31
                const h2 = w[at2]
                const l2 = w[at2 + 1]
                const h15 = w[at15]
                const l15 = w[at15 + 1]
                const low =
                    (((l2 >>> 19) ^ (h2 << 13) ^ (h2 >>> 29) ^ (l2 << 3) ^ (l2 >>> 6) ^ (h2 << 26)) >>> 0) +
                    (w[at7 + 1] >>> 0) +
                    (((l15 >>> 1) ^ (h15 << 31) ^ (l15 >>> 8) ^ (h15 << 24) ^ (l15 >>> 7) ^ (h15 << 25)) >>> 0) +
                    (w[now + 1] >>> 0)
                wl = low | 0
                wh =
                    (((h2 >>> 19) ^ (l2 << 13) ^ (l2 >>> 29) ^ (h2 << 3) ^ (h2 >>> 6)) +
                        w[at7] +
                        ((h15 >>> 1) ^ (l15 << 31) ^ (h15 >>> 8) ^ (l15 << 24) ^ (h15 >>> 7)) +
                        w[now] +
                        ((low * WORD_SHIFT) | 0)) |
                    0
            }
            w[now] = wh
            w[now + 1] = wl
            // T1 = h + Σ1(e) + Ch(e, f, g) + K[t] + W[t], left without its carry
            const k = t << 3
            const low1 =
                (hl >>> 0) +
                (((el >>> 14) ^ (eh << 18) ^ (el >>> 18) ^ (eh << 14) ^ (eh >>> 9) ^ (el << 23)) >>> 0) +
                ((gl ^ (el & (fl ^ gl))) >>> 0) +
                (((CUBE_ROOTS[k + 4] << 24) |
                    (CUBE_ROOTS[k + 5] << 16) |
                    (CUBE_ROOTS[k + 6] << 8) |
                    CUBE_ROOTS[k + 7]) >>>
                    0) +
                (wl >>> 0)
            const high1 =
                (hh +
                    ((eh >>> 14) ^ (el << 18) ^ (eh >>> 18) ^ (el << 14) ^ (el >>> 9) ^ (eh << 23)) +
                    (gh ^ (eh & (fh ^ gh))) +
                    ((CUBE_ROOTS[k] << 24) | (CUBE_ROOTS[k + 1] << 16) | (CUBE_ROOTS[k + 2] << 8) | CUBE_ROOTS[k + 3]) +
                    wh) |
                0
            // T1 + T2, where T2 = Σ0(a) + Maj(a, b, c)
            const low2 =
                low1 +
                (((al >>> 28) ^ (ah << 4) ^ (ah >>> 2) ^ (al << 30) ^ (ah >>> 7) ^ (al << 25)) >>> 0) +
                (((al & bl) | (cl & (al | bl))) >>> 0)
            const high2 =
                (high1 +
                    ((ah >>> 28) ^ (al << 4) ^ (al >>> 2) ^ (ah << 30) ^ (al >>> 7) ^ (ah << 25)) +
                    ((ah & bh) | (ch & (ah | bh))) +
                    ((low2 * WORD_SHIFT) | 0)) |
                0
            hh = gh
            hl = gl
            gh = fh
            gl = fl
            fh = eh
            fl = el
            const lowE = low1 + (dl >>> 0)
            eh = (dh + high1 + ((lowE * WORD_SHIFT) | 0)) | 0
            el = lowE | 0
            dh = ch
            dl = cl
            ch = bh
            cl = bl
            bh = ah
            bl = al
            ah = high2
            al = low2 | 0
        }
        addTo(s, 0, ah, al)
        addTo(s, 2, bh, bl)
        addTo(s, 4, ch, cl)
        addTo(s, 6, dh, dl)
        addTo(s, 8, eh, el)
        addTo(s, 10, fh, fl)
        addTo(s, 12, gh, gl)
        addTo(s, 14, hh, hl)
        await pause()
    }
}

/** Adds a 64-bit word to the one at `state[at]`. */
function addTo(state: number[], at: number, high: number, low: number): void {
    const sum = (state[at + 1] >>> 0) + (low >>> 0)
    state[at] = (state[at] + high + ((sum * WORD_SHIFT) | 0)) | 0
    state[at + 1] = sum | 0
}
