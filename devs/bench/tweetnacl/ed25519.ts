import { Sha512 } from "devicescript-domovoi/src/core/crypto/sha512"
import { add, type Element, element, exchange, invert, multiply, pack, power2523, subtract, unpack } from "./field"

type Pause = () => Promise<void>
/** Extended coordinates x, y, z, t. */
type Point = Element[]

const D = [
    0x78a3, 0x1359, 0x4dca, 0x75eb, 0xd8ab, 0x4141, 0x0a4d, 0x0070, 0xe898, 0x7779, 0x4079, 0x8cc7, 0xfe73, 0x2b6f,
    0x6cee, 0x5203,
]
const TWO_D = [
    0xf159, 0x26b2, 0x9b94, 0xebd6, 0xb156, 0x8283, 0x149a, 0x00e0, 0xd130, 0xeef3, 0x80f2, 0x198e, 0xfce7, 0x56df,
    0xd9dc, 0x2406,
]
const BASE_X = [
    0xd51a, 0x8f25, 0x2d60, 0xc956, 0xa7b2, 0x9525, 0xc760, 0x692c, 0xdc5c, 0xfdd6, 0xe231, 0xc0a4, 0x53fe, 0xcd6e,
    0x36d3, 0x2169,
]
const BASE_Y = [
    0x6658, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666,
    0x6666, 0x6666,
]
/** sqrt(-1) */
const ROOT = [
    0xa0b0, 0x4a0e, 0x1b27, 0xc4ee, 0xe478, 0xad2f, 0x1806, 0x2f43, 0xd7a7, 0x3dfb, 0x0099, 0x2b4d, 0xdf0b, 0x4fc1,
    0x2480, 0x2b83,
]
const ORDER = hex`edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010`

/** Ed25519 as TweetNaCl's `crypto_sign_open`, with pauses; the hash is this SDK's. */
export async function verify(publicKey: Buffer, message: Buffer, signature: Buffer, pause: Pause): Promise<boolean> {
    const q = await unpackNegated(publicKey, pause)
    if (!q) return false
    const hash = new Sha512()
    await hash.update(signature.slice(0, 32), pause)
    await hash.update(publicKey, pause)
    await hash.update(message, pause)
    const h = reduceScalar(await hash.digest(pause))
    await pause()
    const p = await multiplyPoint(q, h, pause)
    const base = [element(BASE_X), element(BASE_Y), element([1]), element([])]
    multiply(base[3], base[0], base[1])
    await addPoint(p, await multiplyPoint(base, signature.slice(32, 64), pause), pause)
    const r = await packPoint(p, pause)
    return r.toString("hex") === signature.slice(0, 32).toString("hex")
}

async function addPoint(p: Point, q: Point, pause: Pause): Promise<void> {
    const a = element([])
    const b = element([])
    const c = element([])
    const d = element([])
    const e = element([])
    const f = element([])
    const g = element([])
    const h = element([])
    const t = element([])
    subtract(a, p[1], p[0])
    subtract(t, q[1], q[0])
    multiply(a, a, t)
    add(b, p[0], p[1])
    add(t, q[0], q[1])
    multiply(b, b, t)
    multiply(c, p[3], q[3])
    multiply(c, c, TWO_D)
    await pause()
    multiply(d, p[2], q[2])
    add(d, d, d)
    subtract(e, b, a)
    subtract(f, d, c)
    add(g, d, c)
    add(h, b, a)
    multiply(p[0], e, f)
    multiply(p[1], h, g)
    await pause()
    multiply(p[2], g, f)
    multiply(p[3], e, h)
}

function exchangePoints(p: Point, q: Point, swap: number): void {
    for (let i = 0; i < 4; i++) exchange(p[i], q[i], swap)
}

async function multiplyPoint(point: Point, scalar: Buffer, pause: Pause): Promise<Point> {
    const p = [element([]), element([1]), element([1]), element([])]
    const q = [element(point[0]), element(point[1]), element(point[2]), element(point[3])]
    for (let i = 255; i >= 0; i--) {
        const bit = (scalar[i >> 3] >> (i & 7)) & 1
        exchangePoints(p, q, bit)
        await addPoint(q, p, pause)
        await addPoint(p, p, pause)
        exchangePoints(p, q, bit)
    }
    return p
}

async function packPoint(p: Point, pause: Pause): Promise<Buffer> {
    const x = element([])
    const y = element([])
    const z = element([])
    await invert(z, p[2], pause)
    multiply(x, p[0], z)
    multiply(y, p[1], z)
    const bytes = pack(y)
    bytes[31] ^= (pack(x)[0] & 1) << 7
    return bytes
}

async function unpackNegated(bytes: Buffer, pause: Pause): Promise<Point | undefined> {
    const one = element([1])
    const y = unpack(bytes)
    const x = element([])
    const numerator = element([])
    const denominator = element([])
    const power2 = element([])
    const power4 = element([])
    const power6 = element([])
    const t = element([])
    multiply(numerator, y, y)
    multiply(denominator, numerator, D)
    subtract(numerator, numerator, one)
    add(denominator, one, denominator)
    multiply(power2, denominator, denominator)
    multiply(power4, power2, power2)
    await pause()
    multiply(power6, power4, power2)
    multiply(t, power6, numerator)
    multiply(t, t, denominator)
    await power2523(t, t, pause)
    multiply(t, t, numerator)
    await pause()
    multiply(t, t, denominator)
    multiply(t, t, denominator)
    multiply(x, t, denominator)
    await pause()
    if (!(await isRoot(x, numerator, denominator, pause))) multiply(x, x, ROOT)
    if (!(await isRoot(x, numerator, denominator, pause))) return undefined
    if ((pack(x)[0] & 1) === bytes[31] >> 7) subtract(x, element([]), x)
    multiply(t, x, y)
    return [x, y, one, t]
}

/** Whether x² times the denominator is the numerator. */
async function isRoot(x: Element, numerator: Element, denominator: Element, pause: Pause): Promise<boolean> {
    const check = element([])
    multiply(check, x, x)
    multiply(check, check, denominator)
    await pause()
    return pack(check).toString("hex") === pack(numerator).toString("hex")
}

/** The 64 bytes of a hash modulo the order of the base point. */
function reduceScalar(hash: Buffer): Buffer {
    const x: number[] = []
    for (let i = 0; i < 64; i++) x.push(hash[i])
    for (let i = 63; i >= 32; i--) {
        let carry = 0
        for (let j = i - 32; j < i - 12; j++) {
            x[j] += carry - 16 * x[i] * ORDER[j - (i - 32)]
            carry = Math.floor((x[j] + 128) / 256)
            x[j] -= carry * 256
        }
        x[i - 12] += carry
        x[i] = 0
    }
    let carry = 0
    for (let j = 0; j < 32; j++) {
        x[j] += carry - (x[31] >> 4) * ORDER[j]
        carry = x[j] >> 8
        x[j] &= 255
    }
    for (let j = 0; j < 32; j++) x[j] -= carry * ORDER[j]
    const scalar = Buffer.alloc(32)
    for (let i = 0; i < 32; i++) {
        x[i + 1] += x[i] >> 8
        scalar[i] = x[i] & 255
    }
    return scalar
}
