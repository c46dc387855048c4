import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto"
import { x25519 as noble } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { x25519, x25519PublicKey } from "../../../src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
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

test.each(SMALL_ORDER)("a public key of small order is refused by all: %s", async (_, u) => {
    expect(await x25519(secretKey, bytes(u), pause)).toBeUndefined()
    expect(byNoble(secretKey, bytes(u))).toBeUndefined()
    expect(byOpenSsl(secretKey, bytes(u))).toBeUndefined()
})

const ODD = [
    ["2, on the twist", 2n],
    ["p + 2, meaning 2", P + 2n],
    ["p + 18, the largest below 2^255", P + 18n],
    ["9 with bit 255, meaning 9", (1n << 255n) + 9n],
    ["all ones", 2n ** 256n - 1n],
    ["p - 2", P - 2n],
] as const

test.each(ODD)("numbers that are not canonical mean what they do elsewhere: %s", async (_, u) => {
    const shared = await x25519(secretKey, bytes(u), pause)
    expect(shared).toEqual(byOpenSsl(secretKey, bytes(u)))
    expect(shared).toEqual(byNoble(secretKey, bytes(u)))
})

describe("secret keys", () => {
    test.each([0, 255, 7, 248, 64, 128])("of one byte throughout, %i, are clamped", async byte => {
        const secret = Buffer.alloc(32, byte)
        expect(await x25519PublicKey(secret, pause)).toEqual(Buffer.from(noble.getPublicKey(secret)))
        expect(secret).toEqual(Buffer.alloc(32, byte))
    })

    test("each bit of both keys matters, or is one that clamping sets", async () => {
        const publicKey = Buffer.from(noble.getPublicKey(rising(32, 90)))
        const shared = await x25519(secretKey, publicKey, pause)
        for (let bit = 0; bit < 256; bit += 5) {
            const other = Buffer.from(secretKey)
            other[bit >> 3] ^= 1 << (bit & 7)
            const changed = await x25519(other, publicKey, pause)
            const clamped = bit < 3 || bit >= 254
            expect(changed?.equals(shared!), `bit ${bit}`).toBe(clamped)
        }
    })

    test("the same Buffer as both keys", async () => {
        const both = rising(32, 3)
        expect(await x25519(both, both, pause)).toEqual(byNoble(both, both))
        expect(both).toEqual(rising(32, 3))
    })
})

test("wrong lengths and types are errors with a name", async () => {
    for (const length of [0, 31, 33, 64]) {
        await expect(x25519(rising(length, 0), secretKey, pause)).rejects.toThrow(
            `secretKey must be 32 bytes long, not ${length}`,
        )
        await expect(x25519(secretKey, rising(length, 0), pause)).rejects.toThrow(
            `publicKey must be 32 bytes long, not ${length}`,
        )
    }
    for (const wrong of [undefined, null, "text", 5, new Uint8Array(32)] as unknown as Buffer[]) {
        await expect(x25519(wrong, secretKey, pause)).rejects.toThrow("secretKey must be a Buffer")
        await expect(x25519(secretKey, wrong, pause)).rejects.toThrow("publicKey must be a Buffer")
        await expect(x25519PublicKey(wrong, pause)).rejects.toThrow("secretKey must be a Buffer")
    }
})

test("two exchanges at once do not disturb each other", async () => {
    const turns = async () => await new Promise<void>(resolve => setImmediate(resolve))
    const keys = [rising(32, 5), rising(32, 50), rising(32, 100)]
    const publics = await Promise.all(keys.map(key => x25519PublicKey(key, turns)))
    expect(publics).toEqual(keys.map(key => Buffer.from(noble.getPublicKey(key))))
})
