import type { Pause } from "../ports"
import { BlockHash } from "./block-hash"
import { requireBytes } from "./require-bytes"
import { CUBE_ROOTS, SQUARE_ROOTS } from "./sha2-constants"
import { bigEndian32, putBigEndian32 } from "./words"

/** Brings the carry of a sum of 32-bit words down to the units. */
const WORD_SHIFT = 1 / 0x1_0000_0000

/** About 7 ms. */
const ROUNDS_PER_PAUSE = 6

/** In bytes. */
const BLOCK_BYTES = 128
/** What ends the last block: a bit that is set, and the length in bits. */
const PADDING_BYTES = 1 + 16

/**
 * SHA-512 (FIPS 180-4) of bytes that are all there, which have to stay as they are until it is done: 64 bytes. Half the code of `Sha512`.
 * @throws TypeError if `data` is no Buffer
 */
export async function sha512(data: Buffer, pause: Pause): Promise<Buffer> {
    requireBytes(data, "data")
    await pause()
    const { length } = data
    const blocks = Buffer.alloc((length + PADDING_BYTES + BLOCK_BYTES - 1) & -BLOCK_BYTES)
    blocks.set(data, 0)
    blocks[length] = 0x80
    putBigEndian32(blocks, blocks.length - 8, length >>> 29)
    putBigEndian32(blocks, blocks.length - 4, length << 3)
    const state = initialState()
    const schedule = emptySchedule()
    for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
        await compress(state, schedule, blocks, at, pause)
        // All of them at once would take as long as a stretch may.
        for (let i = at; i < at + BLOCK_BYTES; i++) blocks[i] = 0
    }
    const hash = hashOf(state)
    await pause()
    return hash
}

/** SHA-512, incremental. The hash is 64 bytes. */
export class Sha512 extends BlockHash {
    private state = initialState()
    private schedule = emptySchedule()

    constructor() {
        super(BLOCK_BYTES)
    }

    protected output(): Buffer {
        const hash = hashOf(this.state)
        this.state = []
        this.schedule = []
        return hash
    }

    protected async compress(block: Buffer, pause: Pause): Promise<void> {
        await compress(this.state, this.schedule, block, 0, pause)
    }
}

/** Eight 64-bit words, each as its upper and its lower 32 bits. */
function initialState(): number[] {
    const state: number[] = []
    for (let i = 15; i >= 0; i--) state[i] = bigEndian32(SQUARE_ROOTS, 4 * i)
    return state
}

/** Room for the last sixteen words of the message schedule, in the same form. */
function emptySchedule(): number[] {
    const schedule: number[] = []
    for (let i = 31; i >= 0; i--) schedule[i] = 0
    return schedule
}

function hashOf(state: number[]): Buffer {
    const hash = Buffer.alloc(64)
    for (let i = 0; i < 16; i++) putBigEndian32(hash, 4 * i, state[i])
    return hash
}

/**
 * Compresses the block at an offset, pausing before and after. A 64-bit sum is two: one of the lower halves as unsigned numbers, whose multiples of
 * 2^32 carry into one of the upper halves. Seven terms below 2^32 at most, so both stay exact.
 */
async function compress(s: number[], w: number[], block: Buffer, at: number, pause: Pause): Promise<void> {
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
            const p = at + (t << 3)
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
            (((CUBE_ROOTS[k + 4] << 24) | (CUBE_ROOTS[k + 5] << 16) | (CUBE_ROOTS[k + 6] << 8) | CUBE_ROOTS[k + 7]) >>>
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
    const sums = [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl]
    for (let i = 0; i < 8; i++) addTo(s, i << 1, sums[i << 1], sums[(i << 1) + 1])
    await pause()
}

/** Adds a 64-bit word to the one at `state[at]`. */
function addTo(state: number[], at: number, high: number, low: number): void {
    const sum = (state[at + 1] >>> 0) + (low >>> 0)
    state[at] = (state[at] + high + ((sum * WORD_SHIFT) | 0)) | 0
    state[at + 1] = sum | 0
}
