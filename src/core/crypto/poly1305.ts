import { requireBytes } from "./require-bytes"

/** A limb holds 22 bits: a column of six products, five of them times 20, then stays exact in a double (below 2^53). */
const LIMB_MASK = 0x3fffff
const LIMB_SHIFT = 1 / 0x40_0000

/** 2^128 in the top limb: the bit that RFC 8439 §2.5 sets above a whole block. */
const WHOLE_BLOCK = 1 << 18

/** The Poly1305 one-time authenticator (RFC 8439 §2.5). A key must never tag two messages. */
export class Poly1305 {
    /** The accumulator, least limb first: every limb below 2^22 + 2^14. */
    private h: number[] = [0, 0, 0, 0, 0, 0]
    /** The clamped multiplier, least limb first. */
    private r: number[]
    /** What is added to the accumulator at the end: 16 bytes. */
    private addend: Buffer

    /** @param key 32 bytes */
    constructor(key: Buffer) {
        requireBytes(key, "Poly1305 key", 32)
        const clamped = Buffer.alloc(16)
        for (let i = 0; i < 16; i++) clamped[i] = key[i]
        for (let i = 3; i < 16; i += 4) clamped[i] &= 15
        for (let i = 4; i < 16; i += 4) clamped[i] &= 252
        this.r = limbs(clamped, 0)
        this.addend = key.slice(16, 32)
    }

    /** Absorbs the 16 bytes that begin at `data[at]`. About 650 VM opcodes. */
    absorb(data: Buffer, at: number): void {
        const block = limbs(data, at)
        block[5] += WHOLE_BLOCK
        this.multiply(block)
    }

    /**
     * Ends the message with its last, short block, and returns the tag: 16 bytes.
     * @param tail 0 to 15 bytes
     */
    finish(tail: Buffer): Buffer {
        if (tail.length > 0) {
            const block = Buffer.alloc(16)
            block.set(tail, 0)
            block[tail.length] = 1
            this.multiply(limbs(block, 0))
        }
        return this.tag()
    }

    /**
     * h = (h + block) * r mod 2^130 - 5, not fully reduced. What overflows 2^132 comes back times 20, as 4 * 2^130 = 4
     * * 5.
     */
    private multiply(block: number[]): void {
        const h = this.h
        const r = this.r
        const h0 = h[0] + block[0]
        const h1 = h[1] + block[1]
        const h2 = h[2] + block[2]
        const h3 = h[3] + block[3]
        const h4 = h[4] + block[4]
        const h5 = h[5] + block[5]
        const r0 = r[0]
        const r1 = r[1]
        const r2 = r[2]
        const r3 = r[3]
        const r4 = r[4]
        const r5 = r[5]
        const w1 = 20 * r1
        const w2 = 20 * r2
        const w3 = 20 * r3
        const w4 = 20 * r4
        const w5 = 20 * r5
        let column = h0 * r0 + h1 * w5 + h2 * w4 + h3 * w3 + h4 * w2 + h5 * w1
        const low0 = column & LIMB_MASK
        column = ((column * LIMB_SHIFT) | 0) + h0 * r1 + h1 * r0 + h2 * w5 + h3 * w4 + h4 * w3 + h5 * w2
        const low1 = column & LIMB_MASK
        column = ((column * LIMB_SHIFT) | 0) + h0 * r2 + h1 * r1 + h2 * r0 + h3 * w5 + h4 * w4 + h5 * w3
        h[2] = column & LIMB_MASK
        column = ((column * LIMB_SHIFT) | 0) + h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * w5 + h5 * w4
        h[3] = column & LIMB_MASK
        column = ((column * LIMB_SHIFT) | 0) + h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * w5
        h[4] = column & LIMB_MASK
        column = ((column * LIMB_SHIFT) | 0) + h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0
        h[5] = column & LIMB_MASK
        const wrapped = low0 + 20 * ((column * LIMB_SHIFT) | 0)
        h[0] = wrapped & LIMB_MASK
        h[1] = low1 + ((wrapped * LIMB_SHIFT) | 0)
    }

    /** Reduces fully, without a branch on the value, and adds. */
    private tag(): Buffer {
        const h = this.h
        // Two passes bring the value below 2^130; the top limb then holds 20 bits.
        for (let pass = 0; pass < 2; pass++) {
            let carry = 5 * (h[5] >> 20)
            h[5] &= 0xfffff
            for (let i = 0; i < 6; i++) {
                carry += h[i]
                h[i] = carry & LIMB_MASK
                carry >>= 22
            }
        }
        // If h + 5 reaches 2^130, h is at least the prime, and h + 5 - 2^130 is its remainder.
        const reduced: number[] = []
        let carry = 5
        for (let i = 0; i < 6; i++) {
            carry += h[i]
            reduced.push(carry & LIMB_MASK)
            carry >>= 22
        }
        const keep = (reduced[5] >> 20) - 1
        for (let i = 0; i < 6; i++) h[i] = (h[i] & keep) | (reduced[i] & ~keep)
        const tag = Buffer.alloc(16)
        let sum = 0
        let bits = 0
        let bitCount = 0
        let next = 0
        for (let i = 0; i < 16; i++) {
            if (bitCount < 8) {
                bits |= h[next++] << bitCount
                bitCount += 22
            }
            sum += (bits & 255) + this.addend[i]
            tag[i] = sum & 255
            sum >>= 8
            bits >>>= 8
            bitCount -= 8
        }
        return tag
    }
}

/** The 16 bytes at `data[at]`, little-endian, as limbs of 22 bits. */
function limbs(data: Buffer, at: number): number[] {
    const w0 = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24)
    const w1 = data[at + 4] | (data[at + 5] << 8) | (data[at + 6] << 16) | (data[at + 7] << 24)
    const w2 = data[at + 8] | (data[at + 9] << 8) | (data[at + 10] << 16) | (data[at + 11] << 24)
    const w3 = data[at + 12] | (data[at + 13] << 8) | (data[at + 14] << 16) | (data[at + 15] << 24)
    return [
        w0 & LIMB_MASK,
        ((w0 >>> 22) | (w1 << 10)) & LIMB_MASK,
        ((w1 >>> 12) | (w2 << 20)) & LIMB_MASK,
        (w2 >>> 2) & LIMB_MASK,
        ((w2 >>> 24) | (w3 << 8)) & LIMB_MASK,
        w3 >>> 14,
    ]
}
