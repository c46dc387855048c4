import { add, type Element, element, exchange, invert, multiply, pack, subtract, unpack } from "./field"

const A24: Element = element([0xdb41, 1])

/** X25519 as TweetNaCl's `crypto_scalarmult`, with pauses. */
export async function x25519(secretKey: Buffer, publicKey: Buffer, pause: () => Promise<void>): Promise<Buffer> {
    const z = secretKey.slice(0)
    z[31] = (z[31] & 127) | 64
    z[0] &= 248
    const x = unpack(publicKey)
    const a = element([1])
    const b = element(x)
    const c = element([])
    const d = element([1])
    const e = element([])
    const f = element([])
    for (let i = 254; i >= 0; i--) {
        const bit = (z[i >> 3] >> (i & 7)) & 1
        exchange(a, b, bit)
        exchange(c, d, bit)
        add(e, a, c)
        subtract(a, a, c)
        add(c, b, d)
        subtract(b, b, d)
        multiply(d, e, e)
        multiply(f, a, a)
        multiply(a, c, a)
        multiply(c, b, e)
        await pause()
        add(e, a, c)
        subtract(a, a, c)
        multiply(b, a, a)
        subtract(c, d, f)
        multiply(a, c, A24)
        add(a, a, d)
        multiply(c, c, a)
        await pause()
        multiply(a, d, f)
        multiply(d, b, x)
        multiply(b, e, e)
        exchange(a, b, bit)
        exchange(c, d, bit)
        await pause()
    }
    await invert(c, c, pause)
    multiply(a, a, c)
    return pack(a)
}
