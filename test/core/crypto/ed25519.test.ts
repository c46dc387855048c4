import { createHash, createPublicKey, verify } from "node:crypto"
import { ed25519 as noble } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { ed25519Key, ed25519Sign } from "../../../src/core/crypto/ed25519"
import { ed25519KnownKeyRefusal } from "../../../src/core/crypto/ed25519-known"
import { ed25519Refusal } from "../../../src/core/crypto/ed25519-verify"
import { naturalFromBytes } from "../../../src/core/crypto/natural"
import { keyFault } from "../../../src/host/identity/key-algorithm"
import { knownKeyComb } from "../../../src/host/package/known-key"
import { refuseFlippedBits } from "./flipped-bits"
import { rising } from "./vectors/bytes"

const { Point } = noble
const { p: P, n: L } = Point.CURVE()
const pause = async () => {}
const seed = rising(32, 1)
const message = Buffer.from("a message")
const key = await ed25519Key(seed, pause)
const signature = await ed25519Sign(key, message, pause)

const modulo = (x: bigint, m: bigint) => ((x % m) + m) % m
const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`)
const bytes = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex").reverse()
const withSign = (y: bigint) => bytes(y | (1n << 255n))

/** A point of order 8: a random point has its prime-order part removed. */
const TORSION = (() => {
    for (let y = 2n; ; y++)
        try {
            const point = Point.fromBytes(bytes(y))
                .multiplyUnsafe(L - 1n)
                .add(Point.fromBytes(bytes(y)))
            if (!point.multiplyUnsafe(4n).is0()) return point
        } catch {}
})()
const torsion = (k: number) => (k === 0 ? Point.ZERO : TORSION.multiplyUnsafe(BigInt(k)))

interface Attempt {
    publicKey: Buffer
    signature: Buffer
    message: Buffer
}

const A = number(createHash("sha512").update("a").digest()) % L
const R = number(createHash("sha512").update("r").digest()) % L
const encode = (point: InstanceType<typeof Point>) => Buffer.from(point.toBytes())

/** Signs with a key and an R that have small-order parts, for the first message whose challenge is `wanted`. */
function attempt(
    publicKey: Buffer,
    r: Buffer,
    a: bigint,
    nonce: bigint,
    wanted: (challenge: bigint) => boolean,
): Attempt {
    for (let i = 0; ; i++) {
        const text = Buffer.from(`message ${i}`)
        const challenge = number(createHash("sha512").update(r).update(publicKey).update(text).digest()) % L
        if (!wanted(challenge)) continue
        const s = modulo(nonce + challenge * a, L)
        return { publicKey, message: text, signature: Buffer.concat([r, bytes(s)]) }
    }
}

const B = Point.BASE
const any = () => true
const mixedKey = encode(B.multiply(A).add(torsion(1)))
const plainKey = encode(B.multiply(A))
const plainR = encode(B.multiply(R))
const s = number(signature.subarray(32))
const withS = (value: bigint): Attempt => ({
    publicKey: key.publicKey,
    message,
    signature: Buffer.concat([signature.subarray(0, 32), bytes(value)]),
})
const withR = (r: Buffer): Attempt => ({
    publicKey: key.publicKey,
    message,
    signature: Buffer.concat([r, signature.subarray(32)]),
})
const withKey = (publicKey: Buffer): Attempt => ({ publicKey, message, signature })
const NOT_ON_CURVE = bytes(2n)

type Verdicts = [name: string, attempt: Attempt, ours: string, noble: boolean, nobleStrict: boolean, openSsl: boolean]

/** The same table as in docs/crypto-curves.md. "Strict" is noble's `zip215: false`. */
const EDGES: Verdicts[] = [
    ["a valid signature", withS(s), "valid", true, true, true],
    ["s + ℓ", withS(s + L), "sOutOfRange", false, false, false],
    ["s = ℓ", withS(L), "sOutOfRange", false, false, false],
    ["s = 0", withS(0n), "mismatch", false, false, false],
    ["s = 2^256 - 1", withS(2n ** 256n - 1n), "sOutOfRange", false, false, false],
    ["key y = p + 1, not canonical", attempt(bytes(P + 1n), plainR, 0n, R, any), "keyNotCanonical", true, false, true],
    ["key y = 1 with the sign bit", attempt(withSign(1n), plainR, 0n, R, any), "keyNotCanonical", true, false, true],
    ["key y = 2^255 - 1", withKey(bytes(2n ** 255n - 1n)), "keyNotCanonical", false, false, false],
    ["key off the curve", withKey(NOT_ON_CURVE), "keyNotOnCurve", false, false, false],
    ["key of order 1", attempt(bytes(1n), plainR, 0n, R, any), "keySmallOrder", true, false, true],
    ["key of order 2", attempt(bytes(P - 1n), plainR, 0n, R, k => k % 2n === 0n), "keySmallOrder", true, false, true],
    ["key of order 4", attempt(bytes(0n), plainR, 0n, R, k => k % 4n === 0n), "keySmallOrder", true, false, true],
    [
        "key of order 8",
        attempt(encode(torsion(1)), plainR, 0n, R, k => k % 8n === 0n),
        "keySmallOrder",
        true,
        false,
        true,
    ],
    ["R of order 1", attempt(plainKey, bytes(1n), A, 0n, any), "rSmallOrder", true, true, true],
    ["R of order 8", attempt(plainKey, encode(torsion(3)), A, 0n, any), "rSmallOrder", true, true, false],
    ["R = p + 1, not canonical", attempt(plainKey, bytes(P + 1n), A, 0n, any), "rNotCanonical", true, false, false],
    ["R = 1 with the sign bit", attempt(plainKey, withSign(1n), A, 0n, any), "rNotCanonical", true, false, false],
    ["R off the curve", withR(NOT_ON_CURVE), "rNotOnCurve", false, false, false],
    [
        "mixed-order key, k a multiple of 8",
        attempt(mixedKey, plainR, A, R, k => k % 8n === 0n),
        "valid",
        true,
        true,
        true,
    ],
    [
        "mixed-order key, any other k",
        attempt(mixedKey, plainR, A, R, k => k % 8n !== 0n),
        "mismatch",
        true,
        true,
        false,
    ],
    [
        "mixed-order key and R, small parts cancelling",
        attempt(mixedKey, encode(B.multiply(R).add(torsion(7))), A, R, k => k % 8n === 1n),
        "valid",
        true,
        true,
        true,
    ],
    [
        "mixed-order R",
        attempt(plainKey, encode(B.multiply(R).add(torsion(1))), A, R, any),
        "mismatch",
        true,
        true,
        false,
    ],
    [
        "all zeros",
        { publicKey: Buffer.alloc(32), message, signature: Buffer.alloc(64) },
        "keySmallOrder",
        true,
        false,
        false,
    ],
    [
        "all ones",
        { publicKey: Buffer.alloc(32, 255), message, signature: Buffer.alloc(64, 255) },
        "sOutOfRange",
        false,
        false,
        false,
    ],
]

const verdict = async ({ publicKey, message, signature }: Attempt) =>
    (await ed25519Refusal(publicKey, message, signature, pause)) ?? "valid"

function byNoble({ publicKey, message, signature }: Attempt, zip215: boolean): boolean {
    try {
        return noble.verify(signature, message, publicKey, { zip215 })
    } catch {
        return false
    }
}

function byOpenSsl({ publicKey, message, signature }: Attempt): boolean {
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey])
    return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature)
}

describe("edges: ours, beside noble and OpenSSL", () => {
    test.each(EDGES)("%s", async (_, attempt, ours, nobles, nobleStrict, openSsl) => {
        expect({
            ours: await verdict(attempt),
            noble: byNoble(attempt, true),
            nobleStrict: byNoble(attempt, false),
            openSsl: byOpenSsl(attempt),
        }).toEqual({ ours, noble: nobles, nobleStrict, openSsl })
    })

    test("what we accept, every other verifier accepts", () => {
        for (const [name, , ours, ...others] of EDGES)
            if (ours === "valid") expect(others, name).toEqual([true, true, true])
    })
})

/** Edges whose key has a comb: those of prime order. */
const SOUND_KEY_EDGES = EDGES.filter(([, { publicKey }]) => keyFault(publicKey) === undefined)

describe("a key that is known beforehand", () => {
    const known = (publicKey: Buffer) => ({ publicKey, comb: knownKeyComb("EdDSA", publicKey) })
    const verdictOfKnown = async ({ publicKey, message, signature }: Attempt) =>
        (await ed25519KnownKeyRefusal(known(publicKey), message, signature, pause)) ?? "valid"

    test.each(SOUND_KEY_EDGES)("%s: the same verdict", async (_, attempt, ours) => {
        expect(await verdictOfKnown(attempt)).toBe(ours)
    })

    test("the edges with such a key are those of s and R", () => {
        expect(SOUND_KEY_EDGES.length).toBeGreaterThanOrEqual(11)
        expect(new Set(SOUND_KEY_EDGES.map(([, , ours]) => ours))).toEqual(
            new Set(["valid", "sOutOfRange", "mismatch", "rSmallOrder", "rNotCanonical", "rNotOnCurve"]),
        )
    })

    test("R of every small order, that fits and that does not", async () => {
        for (let k = 0; k < 8; k++)
            for (const challenge of [A, 0n]) {
                const forged = attempt(plainKey, encode(torsion(k)), challenge, 0n, any)
                expect(await verdictOfKnown(forged), `${k} times a point of order 8`).toBe("rSmallOrder")
                expect(await verdict(forged)).toBe("rSmallOrder")
            }
    })

    test("every flipped bit of signature and message is refused as by the other", async () => {
        const parts = { publicKey: key.publicKey, message: Buffer.from(message), signature: Buffer.from(signature) }
        await refuseFlippedBits(parts, verdictOfKnown, verdict)
    })

    test("the table is the key's: with another's, nothing it signed is accepted", async () => {
        const other = await ed25519Key(rising(32, 2), pause)
        const mixed = { publicKey: key.publicKey, comb: knownKeyComb("EdDSA", other.publicKey) }
        expect(await ed25519KnownKeyRefusal(mixed, message, signature, pause)).toBe("mismatch")
    })

    test("scalars at the edges of the order, as key and as nonce", async () => {
        for (const scalar of [1n, 2n, 8n, L - 1n])
            for (const nonce of [1n, L - 1n, R]) {
                const made = attempt(encode(B.multiply(scalar)), encode(B.multiply(nonce)), scalar, nonce, any)
                expect(await verdictOfKnown(made)).toBe("valid")
            }
    })

    test("there is no table of a key that is not sound, and none is used of another size", async () => {
        for (const wrong of [bytes(1n), mixedKey, NOT_ON_CURVE, bytes(P + 1n), Buffer.alloc(31)])
            expect(() => knownKeyComb("EdDSA", wrong)).toThrow("the key")
        const { publicKey, comb } = known(key.publicKey)
        for (const [short, name] of [
            [{ publicKey, comb: comb.subarray(1) }, "comb must be 3168 bytes long, not 3167"],
            [{ publicKey: publicKey.subarray(1), comb }, "publicKey must be 32 bytes long, not 31"],
            [{ publicKey, comb: undefined as unknown as Buffer }, "comb must be a Buffer"],
        ] as const)
            await expect(ed25519KnownKeyRefusal(short, message, signature, pause)).rejects.toThrow(name)
        expect(await ed25519KnownKeyRefusal({ publicKey, comb }, message, rising(63, 0), pause)).toBe("signatureLength")
    })
})

test("every flipped bit of key, signature and message is refused", async () => {
    const parts = {
        publicKey: Buffer.from(key.publicKey),
        message: Buffer.from(message),
        signature: Buffer.from(signature),
    }
    expect(await verdict(parts)).toBe("valid")
    for (const part of Object.values(parts))
        for (let i = 0; i < part.length; i++) {
            const bit = 1 << (i & 7)
            part[i] ^= bit
            expect(await verdict(parts), `byte ${i}`).not.toBe("valid")
            part[i] ^= bit
        }
})

test("every other length is refused by its name", async () => {
    for (let length = 0; length <= 66; length++) {
        if (length !== 64)
            expect(await ed25519Refusal(key.publicKey, message, rising(length, 0), pause)).toBe("signatureLength")
        if (length !== 32) expect(await ed25519Refusal(rising(length, 0), message, signature, pause)).toBe("keyLength")
    }
    for (const length of [0, 31, 33])
        await expect(ed25519Key(rising(length, 0), pause)).rejects.toThrow(`seed must be 32 bytes long, not ${length}`)
})

test("what is no Buffer is an error with a name", async () => {
    for (const wrong of [undefined, null, "text", 5, [1, 2], {}, new Uint8Array(32)] as unknown as Buffer[]) {
        await expect(ed25519Refusal(wrong, message, signature, pause)).rejects.toThrow("publicKey must be a Buffer")
        await expect(ed25519Refusal(key.publicKey, wrong, signature, pause)).rejects.toThrow("message must be a Buffer")
        await expect(ed25519Refusal(key.publicKey, message, wrong, pause)).rejects.toThrow("signature must be a Buffer")
        await expect(ed25519Key(wrong, pause)).rejects.toThrow("seed must be a Buffer")
        await expect(ed25519Sign(key, wrong, pause)).rejects.toThrow("message must be a Buffer")
    }
})

test("one Buffer in several roles", async () => {
    const all = Buffer.concat([key.publicKey, signature])
    const [publicKey, signed] = [all.subarray(0, 32), all.subarray(32)]
    expect(await verdict({ publicKey, message, signature: signed })).toBe("valid")
    expect(await verdict({ publicKey, message: publicKey, signature: signed })).toBe("mismatch")
    const own = await ed25519Sign(key, key.publicKey, pause)
    expect(await verdict({ publicKey: key.publicKey, message: key.publicKey, signature: own })).toBe("valid")
    expect(key.publicKey).toEqual(Buffer.from(noble.getPublicKey(seed)))
})

test("two verifications at once do not disturb each other", async () => {
    const turns = async () => await new Promise<void>(resolve => setImmediate(resolve))
    const results = await Promise.all(
        [signature, Buffer.alloc(64), signature].map(each => ed25519Refusal(key.publicKey, message, each, turns)),
    )
    expect(results).toEqual([undefined, "rSmallOrder", undefined])
})

test("scalars at the edges of the order", async () => {
    for (const scalar of [1n, 2n, 8n, L - 1n]) {
        const limbs = naturalFromBytes(bytes(scalar), 0, 32)
        const publicKey = encode(B.multiply(scalar))
        const signed = await ed25519Sign({ publicKey, scalar: limbs, prefix: rising(32, 0) }, message, pause)
        expect(await verdict({ publicKey, message, signature: signed })).toBe("valid")
    }
})
