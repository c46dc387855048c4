/**
 * For comparison: arithmetic modulo 2^255 - 19 as in TweetNaCl (Bernstein, van Gastel, Janssen, Lange, Schwabe, Schweizer; public domain),
 * ported as it stands: sixteen limbs of 16 bits in arrays, products in nested loops.
 */

export type Element = number[]

export function element(limbs: number[]): Element {
    const o: Element = []
    for (let i = 0; i < 16; i++) o.push(i < limbs.length ? limbs[i] : 0)
    return o
}

export function add(o: Element, a: Element, b: Element): void {
    for (let i = 0; i < 16; i++) o[i] = a[i] + b[i]
}

export function subtract(o: Element, a: Element, b: Element): void {
    for (let i = 0; i < 16; i++) o[i] = a[i] - b[i]
}

export function multiply(o: Element, a: Element, b: Element): void {
    const t: number[] = []
    for (let i = 0; i < 31; i++) t.push(0)
    for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) t[i + j] += a[i] * b[j]
    for (let i = 0; i < 15; i++) t[i] += 38 * t[i + 16]
    for (let i = 0; i < 16; i++) o[i] = t[i]
    carry(o)
    carry(o)
}

function carry(o: Element): void {
    for (let i = 0; i < 16; i++) {
        o[i] += 65536
        const c = Math.floor(o[i] / 65536)
        if (i < 15) o[i + 1] += c - 1
        else o[0] += 38 * (c - 1)
        o[i] -= c * 65536
    }
}

/** Exchanges p and q if `swap` is 1. */
export function exchange(p: Element, q: Element, swap: number): void {
    const mask = ~(swap - 1)
    for (let i = 0; i < 16; i++) {
        const t = mask & (p[i] ^ q[i])
        p[i] ^= t
        q[i] ^= t
    }
}

export function pack(n: Element): Buffer {
    const m = element([])
    const t = element(n)
    carry(t)
    carry(t)
    carry(t)
    for (let j = 0; j < 2; j++) {
        m[0] = t[0] - 0xffed
        for (let i = 1; i < 15; i++) {
            m[i] = t[i] - 0xffff - ((m[i - 1] >> 16) & 1)
            m[i - 1] &= 0xffff
        }
        m[15] = t[15] - 0x7fff - ((m[14] >> 16) & 1)
        const borrow = (m[15] >> 16) & 1
        m[14] &= 0xffff
        exchange(t, m, 1 - borrow)
    }
    const o = Buffer.alloc(32)
    for (let i = 0; i < 16; i++) {
        o[2 * i] = t[i] & 255
        o[2 * i + 1] = t[i] >> 8
    }
    return o
}

export function unpack(n: Buffer): Element {
    const o = element([])
    for (let i = 0; i < 16; i++) o[i] = n[2 * i] + (n[2 * i + 1] << 8)
    o[15] &= 0x7fff
    return o
}

/** a^(2^255 - 21) = 1/a */
export async function invert(o: Element, a: Element, pause: () => Promise<void>): Promise<void> {
    const c = element(a)
    for (let i = 253; i >= 0; i--) {
        multiply(c, c, c)
        if (i !== 2 && i !== 4) multiply(c, c, a)
        await pause()
    }
    for (let i = 0; i < 16; i++) o[i] = c[i]
}

/** a^(2^252 - 3) */
export async function power2523(o: Element, a: Element, pause: () => Promise<void>): Promise<void> {
    const c = element(a)
    for (let i = 250; i >= 0; i--) {
        multiply(c, c, c)
        if (i !== 1) multiply(c, c, a)
        await pause()
    }
    for (let i = 0; i < 16; i++) o[i] = c[i]
}
