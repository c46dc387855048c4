import { createHash } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { combTeeth, signDigits } from "../../../src/core/crypto/comb"
import { GROUP_ORDER } from "../../../src/core/crypto/ed25519-verify"
import { halfSizeFraction, invert } from "../../../src/core/crypto/euclid"
import * as natural from "../../../src/core/crypto/natural"
import { publicColumn, publicDigits } from "../../../src/core/crypto/public-comb"
import { ORDER, scalarFromBytes } from "../../../src/core/crypto/scalar25519"
import { DIGIT_OFFSET, signedDigits } from "../../../src/core/crypto/signed-digits"

const pause = async () => {}
const toBig = (limbs: number[]) => limbs.reduce((sum, limb, k) => sum + (BigInt(limb) << BigInt(24 * k)), 0n)
const fromBig = (x: bigint, length: number) => {
    const bytes = Buffer.from(x.toString(16).padStart(2 * length, "0"), "hex").reverse()
    return natural.naturalFromBytes(bytes, 0, length)
}
const modulo = (x: bigint, m: bigint) => ((x % m) + m) % m

const ELL = toBig(ORDER)
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const EDGES = [ELL, 8n * ELL, N].flatMap(m => [0n, 1n, m - 1n, m, m + 1n, 2n * m - 1n]).filter(x => x < 2n ** 256n)
const below256 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.constantFrom(...EDGES))
const modulus = fc.constantFrom(ELL, 8n * ELL, N)

test("bytes come and go", () => {
    fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), bytes => {
            const limbs = natural.naturalFromBytes(Buffer.from(bytes), 0, bytes.length)
            expect(natural.bytesFromNatural(limbs, bytes.length)).toEqual(Buffer.from(bytes))
            expect(natural.bytesFromNatural(limbs, bytes.length + 5)).toEqual(
                Buffer.concat([Buffer.from(bytes), Buffer.alloc(5)]),
            )
        }),
    )
})

test("products, sums and remainders, with as many pauses whatever the numbers are", async () => {
    await fc.assert(
        fc.asyncProperty(below256, below256, below256, modulus, async (x, y, z, m) => {
            let pauses = 0
            const counting = async () => void pauses++
            const sum = await natural.multiplyAdd(fromBig(x, 32), fromBig(y, 32), fromBig(z, 32), counting)
            expect(toBig(sum)).toBe(x * y + z)
            expect(toBig(await natural.modulo(sum, fromBig(m, 32), counting))).toBe((x * y + z) % m)
            expect(toBig(await natural.modulo(fromBig(x, 32), fromBig(m, 32), counting))).toBe(x % m)
            expect(pauses).toBe(5 + 4 + 2)
            const [a, b, c] = [x, y, z].map(number => fromBig(number, 32))
            const rest = await natural.multiplyAddModulo(a, b, c, fromBig(m, 32), counting)
            expect(toBig(rest)).toBe((x * y + z) % m)
            expect(pauses).toBe(11 + 5 + 4 + 1)
            expect(natural.toNumber(fromBig(x, 32)) / (Number(x) || 1)).toBeCloseTo(x === 0n ? 0 : 1, 12)
            expect(natural.bitLength(fromBig(x, 32))).toBe(x === 0n ? 0 : x.toString(2).length)
            expect(Math.sign(natural.compare(fromBig(x, 32), fromBig(y, 32)))).toBe(x < y ? -1 : x > y ? 1 : 0)
        }),
        { numRuns: 1000 },
    )
})

test("inverses", async () => {
    await fc.assert(
        fc.asyncProperty(below256, fc.constantFrom(ELL, N), async (x, m) => {
            if (x % m === 0n) return
            const inverse = toBig(await invert(fromBig(x % m, 32), fromBig(m, 32), pause))
            expect(inverse).toBeLessThan(m)
            expect((inverse * (x % m)) % m).toBe(1n)
        }),
        { numRuns: 300 },
    )
})

test("half-size fractions: short, odd below, and equal to the whole", async () => {
    const order = toBig(GROUP_ORDER)
    expect(order).toBe(8n * ELL)
    await fc.assert(
        fc.asyncProperty(fc.bigInt({ min: 0n, max: ELL - 1n }), async h => {
            const { u, uNegative, v } = await halfSizeFraction(fromBig(h, 32), GROUP_ORDER, pause)
            expect(toBig(v) & 1n).toBe(1n)
            expect(toBig(v)).toBeLessThan(2n ** 252n)
            expect(toBig(u)).toBeLessThan(toBig(v) === 1n ? 2n ** 256n : 2n ** 128n)
            expect(modulo(toBig(v) * h - (uNegative ? -toBig(u) : toBig(u)), order)).toBe(0n)
        }),
        { numRuns: 300 },
    )
})

/** Euclid's algorithm on integers, to the first remainder below 2^128 with an odd factor. */
function plainFraction(h: bigint, m: bigint) {
    let [previous, rest, previousFactor, factor] = [m, h, 0n, 1n]
    while (rest >= 2n ** 128n || factor % 2n === 0n) {
        const quotient = previous / rest
        const next = previous - quotient * rest
        const nextFactor = previousFactor - quotient * factor
        previous = rest
        rest = next
        previousFactor = factor
        factor = nextFactor
    }
    return factor < 0n ? { u: -rest, v: -factor } : { u: rest, v: factor }
}

test("the fraction is the one of the plain algorithm, quotient by quotient, in a third of its pauses", async () => {
    let pauses = 0
    const counting = async () => void pauses++
    for (let i = 0; i < 300; i++) {
        const h = toBig(fromBig(BigInt(`0x${createHash("sha256").update(`${i}`).digest("hex")}`), 32)) % ELL
        const { u, uNegative, v } = await halfSizeFraction(fromBig(h, 32), GROUP_ORDER, counting)
        expect({ u: uNegative ? -toBig(u) : toBig(u), v: toBig(v) }).toEqual(plainFraction(h, 8n * ELL))
    }
    // Some 73 divisions each.
    expect(pauses / 300).toBeLessThan(24)
})

test("large quotients and remainders that end early", async () => {
    for (const m of [ELL, N])
        for (let bits = 1n; bits < 250n; bits++)
            for (const x of [1n << bits, (1n << bits) + 1n, m / ((1n << bits) + 1n), m - (1n << bits)]) {
                const inverse = toBig(await invert(fromBig(x, 32), fromBig(m, 32), pause))
                expect((inverse * x) % m).toBe(1n)
            }
})

test("the fraction of a hash is short", async () => {
    for (let i = 0; i < 300; i++) {
        const hash = createHash("sha512").update(`${i}`).digest()
        const h = toBig(await scalarFromBytes(hash, pause))
        expect(h).toBe(BigInt(`0x${Buffer.from(hash).reverse().toString("hex")}`) % ELL)
        const { v } = await halfSizeFraction(fromBig(h, 32), GROUP_ORDER, pause)
        expect(natural.bitLength(v)).toBeLessThan(145)
    }
})

test.each(EDGES)("a half-size fraction of the edge %s", async edge => {
    const h = edge % ELL
    const { u, uNegative, v } = await halfSizeFraction(fromBig(h, 32), GROUP_ORDER, pause)
    expect(modulo(toBig(v) * h - (uNegative ? -toBig(u) : toBig(u)), 8n * ELL)).toBe(0n)
    expect(toBig(v) & 1n).toBe(1n)
    expect(toBig(v)).toBeLessThan(2n ** 252n)
})

test("digits of a scalar: ±1 for the comb, sparse ones for the rest", async () => {
    await fc.assert(
        fc.asyncProperty(below256, modulus, async (x, m) => {
            if (m % 2n === 0n) return
            const k = x % m
            const digits = await signDigits(fromBig(k, 32), fromBig(m, 32), pause)
            let sum = 0n
            for (let i = 0; i < 64; i++)
                for (let tooth = 0; tooth < 4; tooth++)
                    sum += ((combTeeth(digits, i) >> tooth) & 1 ? 1n : -1n) << BigInt(i + 64 * tooth)
            expect(modulo(sum, m)).toBe(k)

            for (const width of [4, 7]) {
                const digits = [...(await signedDigits(fromBig(x, 32), 257, width, pause))].map(d => d - DIGIT_OFFSET)
                expect(digits.reduce((total, digit, i) => total + (BigInt(digit) << BigInt(i)), 0n)).toBe(x)
                for (const [i, digit] of digits.entries())
                    if (digit !== 0) {
                        expect(Math.abs(digit) % 2 === 1 && Math.abs(digit) < 2 ** (width - 1)).toBe(true)
                        expect(digits.slice(i + 1, i + width).every(next => next === 0)).toBe(true)
                    }
            }

            const columns = await publicDigits(fromBig(k, 32), fromBig(m, 32), pause)
            let total = 0n
            for (let i = 0; i < 43; i++) {
                const { entry, negative } = publicColumn(columns, i)
                let column = 1n << BigInt(i + 215)
                for (let tooth = 0; tooth < 5; tooth++)
                    column += ((entry >> tooth) & 1 ? 1n : -1n) << BigInt(i + 43 * tooth)
                total += negative ? -column : column
            }
            expect(modulo(total, m)).toBe(k)
        }),
        { numRuns: 500 },
    )
})
