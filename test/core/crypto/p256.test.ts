import { createHash, createPublicKey, verify } from "node:crypto"
import { p256 as noble } from "@noble/curves/nist.js"
import { beforeAll, describe, expect, test } from "vitest"
import { derFromSignature, signatureFromDer } from "../../../src/core/crypto/der"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { p256Agree, p256PublicKey, p256Sign } from "../../../src/core/crypto/p256"
import { p256KnownKeyRefusal } from "../../../src/core/crypto/p256-known"
import { p256Refusal } from "../../../src/core/crypto/p256-verify"
import { keyFault } from "../../../src/host/identity/key-algorithm"
import { knownKeyComb } from "../../../src/host/package/known-key"
import { refuseFlippedBits } from "./flipped-bits"
import { rising } from "./vectors/bytes"

const { Point } = noble
const { p: P, n: N } = Point.CURVE()
const pause = async () => {}
let digest: Digest
beforeAll(async () => {
    digest = await openDigest(undefined, pause)
})

const modulo = (x: bigint, m: bigint) => ((x % m) + m) % m
const bytes = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex")
const number = (from: Uint8Array) => BigInt(`0x${Buffer.from(from).toString("hex")}`)
const encode = (point: InstanceType<typeof Point>) => Buffer.from(point.toBytes(false))
function inverse(x: bigint): bigint {
    let result = 1n
    for (let [base, e] = [modulo(x, N), N - 2n]; e > 0n; e >>= 1n, base = (base * base) % N)
        if (e & 1n) result = (result * base) % N
    return result
}

interface Attempt {
    publicKey: Buffer
    signature: Buffer
    message: Buffer
}

const message = Buffer.from("a message")
const z = number(createHash("sha256").update(message).digest())
const D = number(createHash("sha256").update("d").digest())
const K = number(createHash("sha256").update("k").digest())
const publicKey = encode(Point.BASE.multiply(D))

/** A signature by a chosen nonce. */
function signed(d: bigint, k: bigint): Attempt {
    const r = modulo(Point.BASE.multiply(k).toAffine().x, N)
    const s = modulo(inverse(k) * (z + r * d), N)
    return { publicKey: encode(Point.BASE.multiply(d)), message, signature: Buffer.concat([bytes(r), bytes(s)]) }
}

const good = signed(D, K)
const r = number(good.signature.subarray(0, 32))
const s = number(good.signature.subarray(32))
const withRS = (r: bigint, s: bigint): Attempt => ({ ...good, signature: Buffer.concat([bytes(r), bytes(s)]) })
const withKey = (publicKey: Buffer): Attempt => ({ ...good, publicKey })
const key04 = (x: bigint, y: bigint) => Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)])

/** A signature whose R has an x from n to p - 1: its key is made to fit. */
function wrapped(): Attempt {
    for (let x = N; ; x++)
        try {
            const point = Point.fromHex(`02${bytes(x).toString("hex")}`)
            const small = x - N
            if (small === 0n) continue
            const q = point
                .multiply(5n)
                .subtract(Point.BASE.multiply(z % N))
                .multiply(inverse(small))
            return { publicKey: encode(q), message, signature: Buffer.concat([bytes(small), bytes(5n)]) }
        } catch {}
}

/** A key by which both halves of the sum are the same point, so that the last addition is a doubling. */
function doubling(): Attempt {
    const x = modulo(Point.BASE.multiply(K).toAffine().x, N)
    return signed(modulo(z * inverse(x), N), K)
}

const { x: baseX, y: baseY } = Point.BASE.toAffine()
/** The point with x = 0. */
const zeroX = Point.fromHex(`02${"00".repeat(32)}`).toAffine()

type Verdicts = [name: string, attempt: Attempt, ours: string, others: boolean]

/** The same table as in docs/crypto-curves.md; noble (`lowS: false`) and OpenSSL agree on all of it. */
const EDGES: Verdicts[] = [
    ["a valid signature", good, "valid", true],
    ["n - s", withRS(r, N - s), "valid", true],
    ["r = 0", withRS(0n, s), "rOutOfRange", false],
    ["s = 0", withRS(r, 0n), "sOutOfRange", false],
    ["r = n", withRS(N, s), "rOutOfRange", false],
    ["s = n", withRS(r, N), "sOutOfRange", false],
    ["r = n + 1", withRS(N + 1n, s), "rOutOfRange", false],
    ["s + n, were there room", withRS(r, 2n ** 256n - 1n), "sOutOfRange", false],
    ["r and s = 1", withRS(1n, 1n), "mismatch", false],
    ["r and s = n - 1", withRS(N - 1n, N - 1n), "mismatch", false],
    ["r = p - n - 1", withRS(P - N - 1n, s), "mismatch", false],
    ["x(R) at least n", wrapped(), "valid", true],
    ["both halves of the sum equal", doubling(), "valid", true],
    ["key G", signed(1n, K), "valid", true],
    ["key -G", signed(N - 1n, K), "valid", true],
    ["key 2 G", signed(2n, K), "valid", true],
    [
        "key (1 + 2^64 + 2^128 + 2^192) G, an entry of the comb",
        signed(1n + 2n ** 64n + 2n ** 128n + 2n ** 192n, K),
        "valid",
        true,
    ],
    ["nonce 1", signed(D, 1n), "valid", true],
    ["nonce n - 1", signed(D, N - 1n), "valid", true],
    ["key with x = 0", withKey(key04(zeroX.x, zeroX.y)), "mismatch", false],
    ["key off the curve", withKey(key04(baseX, baseY + 1n)), "keyNotOnCurve", false],
    ["key (0, 0)", withKey(key04(0n, 0n)), "keyNotOnCurve", false],
    ["key with x + p for x = 0", withKey(key04(P, zeroX.y)), "keyOutOfRange", false],
    ["key with y = p", withKey(key04(baseX, P)), "keyOutOfRange", false],
    ["key all ones", withKey(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 255)])), "keyOutOfRange", false],
]

const verdict = async ({ publicKey, message, signature }: Attempt) =>
    (await p256Refusal(publicKey, message, signature, digest, pause)) ?? "valid"

/** Edges whose key has a comb. */
const SOUND_KEY_EDGES = EDGES.filter(([, { publicKey }]) => keyFault(publicKey.subarray(1)) === undefined)
const verdictOfKnown = async ({ publicKey, message, signature }: Attempt) =>
    (await p256KnownKeyRefusal(knownKeyComb("ES256", publicKey.subarray(1)), message, signature, digest, pause)) ??
    "valid"

function byNoble({ publicKey, message, signature }: Attempt): boolean {
    try {
        return noble.verify(signature, message, publicKey, { lowS: false })
    } catch {
        return false
    }
}

function byOpenSsl({ publicKey, message, signature }: Attempt, encoding: "ieee-p1363" | "der" = "ieee-p1363"): boolean {
    const curve = Buffer.from("301306072a8648ce3d020106082a8648ce3d030107", "hex")
    const bits = Buffer.concat([Buffer.from([3, publicKey.length + 1, 0]), publicKey])
    const spki = Buffer.concat([Buffer.from([0x30, curve.length + bits.length]), curve, bits])
    try {
        const key = createPublicKey({ key: spki, format: "der", type: "spki" })
        return verify("sha256", message, { key, dsaEncoding: encoding }, signature)
    } catch {
        return false
    }
}

describe("edges: ours, beside noble and OpenSSL", () => {
    test.each(EDGES)("%s", async (_, attempt, ours, others) => {
        expect(await verdict(attempt)).toBe(ours)
        expect(byNoble(attempt)).toBe(others)
        expect(byOpenSsl(attempt)).toBe(others)
    })

    test("the neutral point as key is refused, and never shown to OpenSSL: Node 20 crashes on it", async () => {
        expect(await verdict(withKey(Buffer.alloc(1)))).toBe("keyEncoding")
        expect(byNoble(withKey(Buffer.alloc(1)))).toBe(false)
    })

    test("a hybrid key is refused, though OpenSSL takes it", async () => {
        const hybrid = Buffer.from(publicKey)
        hybrid[0] = 6 + (hybrid[64] & 1)
        expect(await verdict(withKey(hybrid))).toBe("keyEncoding")
        expect(byNoble(withKey(hybrid))).toBe(false)
        expect(byOpenSsl(withKey(hybrid))).toBe(true)
    })

    test("a compressed key is refused, though others take it", async () => {
        const compressed = Buffer.from(Point.BASE.multiply(D).toBytes(true))
        expect(await verdict(withKey(compressed))).toBe("keyEncoding")
        expect(byOpenSsl(withKey(compressed))).toBe(true)
    })
})

describe("a key that is known beforehand", () => {
    test.each(SOUND_KEY_EDGES)("%s: the same verdict", async (_, attempt, ours) => {
        expect(await verdictOfKnown(attempt)).toBe(ours)
    })

    test("the edges without such a key are those of the key", () => {
        const without = EDGES.filter(edge => !SOUND_KEY_EDGES.includes(edge))
        expect(without.map(([, , ours]) => ours).filter(ours => !ours.startsWith("key"))).toEqual([])
        expect(SOUND_KEY_EDGES.length).toBe(20)
    })

    test("every flipped bit of signature and message is refused as by the other", async () => {
        const parts = { ...good, message: Buffer.from(message), signature: Buffer.from(good.signature) }
        await refuseFlippedBits(parts, verdictOfKnown, verdict)
    })

    test("the table is the key's: with another's, nothing it signed is accepted", async () => {
        const other = knownKeyComb("ES256", encode(Point.BASE.multiply(D + 1n)).subarray(1))
        expect(await p256KnownKeyRefusal(other, message, good.signature, digest, pause)).toBe("mismatch")
    })

    test("there is no table of a key that is not sound, and none is used of another size", async () => {
        for (const wrong of [Buffer.alloc(64), bytes(1n), key04(baseX, baseY + 1n).subarray(1)])
            expect(() => knownKeyComb("ES256", wrong)).toThrow("the key")
        const short = knownKeyComb("ES256", publicKey.subarray(1)).subarray(1)
        await expect(p256KnownKeyRefusal(short, message, good.signature, digest, pause)).rejects.toThrow(
            "comb must be 2112 bytes long, not 2111",
        )
    })
})

test("every flipped bit of key, signature and message is refused", async () => {
    const parts = Object.fromEntries(
        Object.entries(good).map(([name, part]) => [name, Buffer.from(part)]),
    ) as never as Attempt
    for (const part of Object.values(parts))
        for (let i = 0; i < part.length; i++) {
            const bit = 1 << (i & 7)
            part[i] ^= bit
            expect(await verdict(parts), `byte ${i}`).not.toBe("valid")
            part[i] ^= bit
        }
    expect(await verdict(parts)).toBe("valid")
})

test("every other length is refused by its name", async () => {
    for (let length = 0; length <= 70; length++) {
        if (length !== 64) expect(await verdict({ ...good, signature: rising(length, 1) })).toBe("signatureLength")
        if (length !== 65) expect(await verdict({ ...good, publicKey: rising(length, 4) })).toBe("keyEncoding")
    }
})

describe("secret keys", () => {
    test.each([
        ["0", 0n],
        ["n", N],
        ["n + 1", N + 1n],
        ["2^256 - 1", 2n ** 256n - 1n],
    ])("%s is none", async (_, d) => {
        const error = "secretKey must be from 1 to n - 1"
        await expect(p256PublicKey(bytes(d), pause)).rejects.toThrow(error)
        await expect(p256Sign(bytes(d), message, digest, pause)).rejects.toThrow(error)
        await expect(p256Agree(bytes(d), publicKey, pause)).rejects.toThrow(error)
    })

    test.each([1n, 2n, 3n, 15n, 16n, 2n ** 128n, N - 2n, N - 1n])("%s: public key, signature, agreement", async d => {
        const secret = bytes(d)
        expect(await p256PublicKey(secret, pause)).toEqual(encode(Point.BASE.multiply(d)))
        const signature = await p256Sign(secret, message, digest, pause)
        expect(signature).toEqual(Buffer.from(noble.sign(message, secret, { lowS: false })))
        const { sharedSecret } = await p256Agree(secret, publicKey, pause)
        expect(sharedSecret).toEqual(bytes(Point.BASE.multiply(D).multiply(d).toAffine().x))
    })

    test("agreement with a key off the curve, out of range or not encoded rightly is refused", async () => {
        const refusal = async (key: Buffer) => (await p256Agree(bytes(D), key, pause)).refusal
        expect(await refusal(key04(baseX, baseY + 1n))).toBe("keyNotOnCurve")
        expect(await refusal(key04(P, zeroX.y))).toBe("keyOutOfRange")
        expect(await refusal(Buffer.alloc(65))).toBe("keyEncoding")
    })
})

test("what is no Buffer is an error with a name", async () => {
    for (const wrong of [undefined, null, "text", 5, new Uint8Array(65)] as unknown as Buffer[]) {
        await expect(verdict({ ...good, publicKey: wrong })).rejects.toThrow("publicKey must be a Buffer")
        await expect(verdict({ ...good, message: wrong })).rejects.toThrow("message must be a Buffer")
        await expect(verdict({ ...good, signature: wrong })).rejects.toThrow("signature must be a Buffer")
        await expect(p256PublicKey(wrong, pause)).rejects.toThrow("secretKey must be a Buffer")
        await expect(p256Sign(bytes(D), wrong, digest, pause)).rejects.toThrow("message must be a Buffer")
        await expect(p256Agree(bytes(D), wrong, pause)).rejects.toThrow("publicKey must be a Buffer")
        expect(() => signatureFromDer(wrong)).toThrow("der must be a Buffer")
        expect(() => derFromSignature(wrong)).toThrow("signature must be a Buffer")
    }
    await expect(p256PublicKey(rising(31, 0), pause)).rejects.toThrow("secretKey must be 32 bytes long, not 31")
    expect(() => derFromSignature(rising(63, 0))).toThrow("signature must be 64 bytes long, not 63")
})

describe("DER", () => {
    const numbers = [
        0n,
        1n,
        0x7fn,
        0x80n,
        0xffn,
        0x100n,
        2n ** 248n - 1n,
        2n ** 255n - 1n,
        2n ** 255n,
        N - 1n,
        2n ** 256n - 1n,
    ]
    const integer = (...content: number[]) => Buffer.from([2, content.length, ...content])
    const sequence = (...parts: Buffer[]) => {
        const body = Buffer.concat(parts)
        return Buffer.concat([Buffer.from([0x30, body.length]), body])
    }

    test("comes and goes for numbers of all sizes, as noble writes it", () => {
        for (const r of numbers)
            for (const s of numbers) {
                const raw = Buffer.concat([bytes(r), bytes(s)])
                const der = derFromSignature(raw)
                expect(signatureFromDer(der)).toEqual(raw)
                if (r > 0n && s > 0n && r < N && s < N)
                    expect(der).toEqual(Buffer.from(new noble.Signature(r, s).toBytes("der")))
            }
    })

    test.each([
        ["a zero too many", sequence(integer(0, 1), integer(1))],
        ["negative", sequence(integer(0x80), integer(1))],
        ["empty integer", sequence(integer(), integer(1))],
        ["one integer", sequence(integer(1))],
        ["three integers", sequence(integer(1), integer(1), integer(1))],
        ["trailing byte", Buffer.concat([sequence(integer(1), integer(1)), Buffer.alloc(1)])],
        ["trailing byte inside", sequence(integer(1), integer(1), Buffer.alloc(1))],
        ["long form of the length", Buffer.from("30810602010102010100", "hex").subarray(0, 9)],
        ["indefinite length", Buffer.from("30800201010201010000", "hex")],
        ["another tag", Buffer.from("3106020101020101", "hex")],
        ["an octet string", Buffer.from("3006040101020101", "hex")],
        ["33 bytes", sequence(integer(1, ...Buffer.alloc(32)), integer(1))],
        ["33 bytes behind a zero", sequence(integer(0, 0x80, ...Buffer.alloc(32)), integer(1))],
        ["an integer longer than its sequence", Buffer.from("30060201010205ff", "hex")],
        ["nothing", Buffer.alloc(0)],
        ["only a tag", Buffer.from([0x30])],
    ])("refused: %s", (_, der) => {
        expect(signatureFromDer(der)).toBeUndefined()
        expect(byOpenSsl({ ...good, signature: der }, "der")).toBe(false)
    })

    test("refused: cut anywhere, or any byte of its frame changed", () => {
        const der = derFromSignature(good.signature)
        expect(byOpenSsl({ ...good, signature: der }, "der")).toBe(true)
        for (let length = 0; length < der.length; length++)
            expect(signatureFromDer(der.subarray(0, length)), `${length}`).toBeUndefined()
        const frame = [0, 1, 2, 3, 4 + der[3], 5 + der[3]]
        for (const at of frame)
            for (let change = 1; change < 256; change++) {
                const changed = Buffer.from(der)
                changed[at] ^= change
                expect(signatureFromDer(changed), `byte ${at}`).toBeUndefined()
            }
    })
})
