import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto"
import { x25519 as noble } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { x25519, x25519PublicKey } from "../../../src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
import { LADDER_STEP, X25519_BASE_POINT, x25519Compact } from "../../../src/core/crypto/x25519-compact"
import type { Pause } from "../../../src/core/ports"
import { Draws } from "./random-run"
import { rising } from "./vectors/bytes"

const P = 2n ** 255n - 19n
const pause = async () => {}
const bytes = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex").reverse()
const secretKey = rising(32, 1)

function byOpenSsl(secret: Buffer, publicKey: Buffer): Buffer | undefined {
    const der = (prefix: string, key: Buffer) => Buffer.concat([Buffer.from(prefix, "hex"), key])
    try {
        return diffieHellman({
            privateKey: createPrivateKey({
                key: der("302e020100300506032b656e04220420", secret),
                format: "der",
                type: "pkcs8",
            }),
            publicKey: createPublicKey({
                key: der("302a300506032b656e032100", publicKey),
                format: "der",
                type: "spki",
            }),
        })
    } catch {
        return undefined
    }
}

function byNoble(secret: Buffer, publicKey: Buffer): Buffer | undefined {
    try {
        return Buffer.from(noble.getSharedSecret(secret, publicKey))
    } catch {
        return undefined
    }
}

/** The u of a point of order 8, and the u of the other class of such points (RFC 7748 §6.1 and Bernstein's list). */
const ORDER_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504n
const OTHER_ORDER_8 = 39382357235489614581723060781553021112529911719440698176882885853963445705823n

/** The same table as in docs/crypto-curves.md. */
const SMALL_ORDER = [
    ["0", 0n],
    ["1", 1n],
    ["order 8", ORDER_8],
    ["the other of order 8", OTHER_ORDER_8],
    ["p - 1", P - 1n],
    ["p, meaning 0", P],
    ["p + 1, meaning 1", P + 1n],
    ["0 with bit 255", 1n << 255n],
    ["1 with bit 255", (1n << 255n) + 1n],
] as const

test("a public key by the comb is the one by the ladder, and noble's, for keys with every bit", async () => {
    const keys = [Buffer.alloc(32), Buffer.alloc(32, 255), rising(32, 1)]
    for (let bit = 0; bit < 256; bit++) {
        const key = Buffer.alloc(32)
        key[bit >> 3] = 1 << (bit & 7)
        keys.push(key)
    }
    // 4 ℓ, 5 ℓ … are multiples of the order, but no keys: clamped they are others.
    const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
    for (let k = 4n; k < 8n; k++) keys.push(bytes(k * ORDER), bytes(k * ORDER + 8n))
    for (const [i, key] of keys.entries()) {
        const given = Buffer.from(key)
        const made = await x25519PublicKeyByComb(given, pause)
        expect(given).toEqual(key)
        expect(made, `key ${i}`).toEqual(Buffer.from(noble.getPublicKey(key)))
        if (i % 16 === 0) expect(made).toEqual(await x25519PublicKey(key, pause))
    }
})

const ODD = [
    ["2, on the twist", 2n],
    ["p + 2, meaning 2", P + 2n],
    ["p + 18, the largest below 2^255", P + 18n],
    ["9 with bit 255, meaning 9", (1n << 255n) + 9n],
    ["all ones", 2n ** 256n - 1n],
    ["p - 2", P - 2n],
] as const

const compactPublicKey = async (secret: Buffer, pause: Pause) =>
    (await x25519Compact(secret, X25519_BASE_POINT, pause))!

describe.each([
    ["by the fast ladder", x25519, x25519PublicKey],
    ["by the compact ladder", x25519Compact, compactPublicKey],
])("%s", (_, agree, publicKeyOf) => {
    test.each(SMALL_ORDER)("a public key of small order is refused by all: %s", async (_, u) => {
        expect(await agree(secretKey, bytes(u), pause)).toBeUndefined()
        expect(byNoble(secretKey, bytes(u))).toBeUndefined()
        expect(byOpenSsl(secretKey, bytes(u))).toBeUndefined()
    })

    test.each(ODD)("numbers that are not canonical mean what they do elsewhere: %s", async (_, u) => {
        const shared = await agree(secretKey, bytes(u), pause)
        expect(shared).toEqual(byOpenSsl(secretKey, bytes(u)))
        expect(shared).toEqual(byNoble(secretKey, bytes(u)))
    })

    describe("secret keys", () => {
        test.each([0, 255, 7, 248, 64, 128])("of one byte throughout, %i, are clamped", async byte => {
            const secret = Buffer.alloc(32, byte)
            expect(await publicKeyOf(secret, pause)).toEqual(Buffer.from(noble.getPublicKey(secret)))
            expect(secret).toEqual(Buffer.alloc(32, byte))
        })

        test("each bit of both keys matters, or is one that clamping sets", async () => {
            const publicKey = Buffer.from(noble.getPublicKey(rising(32, 90)))
            const shared = await agree(secretKey, publicKey, pause)
            for (let bit = 0; bit < 256; bit += 5) {
                const other = Buffer.from(secretKey)
                other[bit >> 3] ^= 1 << (bit & 7)
                const changed = await agree(other, publicKey, pause)
                const clamped = bit < 3 || bit >= 254
                expect(changed?.equals(shared!), `bit ${bit}`).toBe(clamped)
            }
        })

        test("the same Buffer as both keys", async () => {
            const both = rising(32, 3)
            expect(await agree(both, both, pause)).toEqual(byNoble(both, both))
            expect(both).toEqual(rising(32, 3))
        })
    })

    test("wrong lengths and types are errors with a name", async () => {
        for (const length of [0, 31, 33, 64]) {
            await expect(agree(rising(length, 0), secretKey, pause)).rejects.toThrow(
                `secretKey must be 32 bytes long, not ${length}`,
            )
            await expect(agree(secretKey, rising(length, 0), pause)).rejects.toThrow(
                `publicKey must be 32 bytes long, not ${length}`,
            )
        }
        for (const wrong of [undefined, null, "text", 5, new Uint8Array(32)] as unknown as Buffer[]) {
            await expect(agree(wrong, secretKey, pause)).rejects.toThrow("secretKey must be a Buffer")
            await expect(agree(secretKey, wrong, pause)).rejects.toThrow("publicKey must be a Buffer")
            await expect(publicKeyOf(wrong, pause)).rejects.toThrow("secretKey must be a Buffer")
        }
    })

    test("two exchanges at once do not disturb each other", async () => {
        const turns = async () => await new Promise<void>(resolve => setImmediate(resolve))
        const keys = [rising(32, 5), rising(32, 50), rising(32, 100)]
        const publics = await Promise.all(keys.map(key => publicKeyOf(key, turns)))
        expect(publics).toEqual(keys.map(key => Buffer.from(noble.getPublicKey(key))))
    })
})

test("the compact ladder gives what noble and the fast one give, at random", async () => {
    const draws = new Draws(20_261_130)
    for (let i = 0; i < 200; i++) {
        const [secret, theirs] = [draws.bytes(32), draws.bytes(32)]
        const shared = await x25519Compact(secret, theirs, pause)
        expect(shared, `case ${i}`).toEqual(byNoble(secret, theirs))
        if (i % 20 === 0) expect(shared).toEqual(await x25519(secret, theirs, pause))
    }
})

describe("a step of the compact ladder", () => {
    /** What rows make of u, x3, z3, x2, z2 and a24: sums of products, and how many times each is in it. */
    type Sum = Map<string, number>
    const sumOf = (x: Sum, factor: number, y: Sum): Sum => {
        const sum = new Map(x)
        for (const [name, times] of y) sum.set(name, (sum.get(name) ?? 0) + factor * times)
        return new Map([...sum].filter(([, times]) => times !== 0))
    }
    /** Limbs of what is read from bytes are up to twice those of a product: u, and x3 in front of the first step. */
    const SIZES: Record<string, number> = { u: 2, x3: 2 }
    const sizeOf = (x: Sum) => [...x].reduce((size, [name, times]) => size + Math.abs(times) * (SIZES[name] ?? 1), 0)

    test.each([0, 1])("multiplies no more than products take, and leaves four products: swap %i", swap => {
        const numbers = ["u", "x3", "z3", "x2", "z2", "a24", "0", "1"].map(name => new Map([[name, 1]]))
        const factors = [0, 1, -1, swap, -swap]
        let products = 0
        for (let at = 0; at < LADDER_STEP.length; at += 4) {
            const [out, x, y, how] = LADDER_STEP.subarray(at, at + 4)
            if (how > 0) numbers[out] = sumOf(numbers[x], factors[how], numbers[y])
            else {
                // One factor a sum of up to three products, the other of up to four: src/host/kernels/field25519.ts.
                const sizes = [sizeOf(numbers[x]), sizeOf(numbers[y])].sort()
                expect(sizes[0], `row ${at / 4}`).toBeLessThanOrEqual(3)
                expect(sizes[1], `row ${at / 4}`).toBeLessThanOrEqual(4)
                numbers[out] = new Map([[`product ${products++}`, 1]])
            }
        }
        expect(products).toBe(10)
        for (const number of numbers.slice(1, 5)) expect(sizeOf(number)).toBe(1)
        expect(numbers[0]).toEqual(new Map([["u", 1]]))
        expect(numbers[5]).toEqual(new Map([["a24", 1]]))
    })
})
