import { describe, expect, test } from "vitest"
import type { Aead } from "../../../src/core/crypto/aead"
import { Aes } from "../../../src/core/crypto/aes"
import { AesCcm } from "../../../src/core/crypto/ccm"
import { ChaCha20 } from "../../../src/core/crypto/chacha20"
import { ChaCha20Poly1305 } from "../../../src/core/crypto/chacha20poly1305"
import { runOnDevice } from "./device-program"
import { openSsl } from "./openssl"
import { rising } from "./vectors/bytes"

const pause = async () => {}
const key = rising(32, 7)
const CIPHERS = [
    {
        name: "ChaCha20-Poly1305",
        create: (own = key): Aead => new ChaCha20Poly1305(own),
        reference: (nonce: Buffer, data: Buffer, text: Buffer) => openSsl.chachaSeal(key, nonce, data, text),
        nonce: rising(12, 1),
        tagLength: 16,
    },
    ...[4, 16].map(tagLength => ({
        name: `AES-256-CCM with a tag of ${tagLength} bytes`,
        create: (own = key): Aead => new AesCcm(own, tagLength),
        reference: (nonce: Buffer, data: Buffer, text: Buffer) => openSsl.ccmSeal(key, tagLength, nonce, data, text),
        nonce: rising(13, 1),
        tagLength,
    })),
]

describe.each(CIPHERS)("$name", ({ create, reference, nonce, tagLength }) => {
    const data = rising(21, 3)
    const text = rising(70, 90)

    test("every length of text and of associated data around the blocks", async () => {
        for (let length = 0; length <= 130; length++) {
            const [associated, plaintext] = [rising(length, 1), rising(130 - length, 2)]
            const sealed = await create().seal(nonce, associated, plaintext, pause)
            expect(sealed).toEqual(await reference(nonce, associated, plaintext))
            expect(await create().open(nonce, associated, sealed, pause)).toEqual(plaintext)
        }
    })

    test("one flipped bit anywhere, and it does not open", async () => {
        const sealed = await create().seal(nonce, data, text, pause)
        const parts = [nonce, data, sealed].map(part => Buffer.from(part))
        for (const part of parts)
            for (let bit = 0; bit < 8 * part.length; bit++) {
                part[bit >> 3] ^= 1 << (bit & 7)
                expect(await create().open(parts[0], parts[1], parts[2], pause), `bit ${bit}`).toBeUndefined()
                part[bit >> 3] ^= 1 << (bit & 7)
            }
        expect(await create().open(parts[0], parts[1], parts[2], pause)).toEqual(text)
    })

    test("cut anywhere or one byte longer, it does not open", async () => {
        const sealed = await create().seal(nonce, data, text, pause)
        for (let length = 0; length < sealed.length; length++)
            expect(await create().open(nonce, data, sealed.subarray(0, length), pause), `${length}`).toBeUndefined()
        expect(await create().open(nonce, data, Buffer.concat([sealed, Buffer.alloc(1)]), pause)).toBeUndefined()
    })

    test("one buffer in every place at once, and none of them changed", async () => {
        const all = rising(nonce.length, 50)
        const aead = create()
        const sealed = await aead.seal(all, all, all, pause)
        expect(sealed).toEqual(await reference(all, all, all))
        const before = Buffer.from(sealed)
        expect(await aead.open(all, all, sealed, pause)).toEqual(all)
        expect(sealed).toEqual(before)
        expect(all).toEqual(rising(nonce.length, 50))
    })

    test("what changes while it waits changes nothing: key, text and tag are copied first", async () => {
        const ownKey = Buffer.from(key)
        const aead = create(ownKey)
        ownKey.fill(0)
        const sealed = await create().seal(nonce, data, text, pause)
        const given = Buffer.from(sealed)
        const overwrite = async () => void given.fill(0)
        expect(await aead.open(nonce, data, given, overwrite)).toEqual(text)
        const own = Buffer.from(text)
        expect(await aead.seal(nonce, data, own, async () => void own.fill(0))).toEqual(sealed)
    })

    test("the same object seals and opens many messages", async () => {
        const aead = create()
        for (let i = 0; i < 5; i++) {
            const sealed = await aead.seal(nonce, data, rising(i, i), pause)
            expect(sealed).toEqual(await reference(nonce, data, rising(i, i)))
            expect(sealed.length).toBe(i + tagLength)
        }
    })

    test("what is no Buffer is refused by name", async () => {
        const wrong = "text" as unknown as Buffer
        await expect(create().seal(wrong, data, text, pause)).rejects.toThrow(/nonce must be a Buffer/)
        await expect(create().seal(nonce, wrong, text, pause)).rejects.toThrow("associated data must be a Buffer")
        await expect(create().seal(nonce, data, wrong, pause)).rejects.toThrow("plaintext must be a Buffer")
        await expect(create().open(nonce, data, wrong, pause)).rejects.toThrow("sealed data must be a Buffer")
        await expect(create().open(nonce, undefined as unknown as Buffer, text, pause)).rejects.toThrow(
            "associated data must be a Buffer",
        )
    })
})

test("wrong lengths of keys, nonces and tags are refused by name", async () => {
    const text = rising(1, 0)
    expect(() => new ChaCha20Poly1305(rising(31, 0))).toThrow("ChaCha20-Poly1305 key must be 32 bytes long, not 31")
    const chacha = new ChaCha20Poly1305(key)
    await expect(chacha.seal(rising(13, 0), text, text, pause)).rejects.toThrow("nonce must be 12 bytes long, not 13")
    await expect(chacha.open(rising(8, 0), text, rising(40, 0), pause)).rejects.toThrow("must be 12 bytes long, not 8")
    expect(() => new ChaCha20(rising(16, 0), rising(12, 0), 0)).toThrow("ChaCha20 key must be 32 bytes long, not 16")

    for (const length of [0, 15, 17, 24, 31, 33]) {
        expect(() => new Aes(rising(length, 0))).toThrow(`must be 16 or 32 bytes long, not ${length}`)
        expect(() => new AesCcm(rising(length, 0), 16)).toThrow(`must be 16 or 32 bytes long, not ${length}`)
    }
    for (const tagLength of [0, 2, 3, 5, 17, 18, Number.NaN, undefined as unknown as number])
        expect(() => new AesCcm(key, tagLength)).toThrow(`not ${tagLength}`)
    for (const length of [0, 6, 14])
        await expect(new AesCcm(key, 8).seal(rising(length, 0), text, text, pause)).rejects.toThrow(
            `a CCM nonce must be 7 to 13 bytes long, not ${length}`,
        )
})

test("CCM: the longest text its nonce leaves room to count, and the longest associated data", async () => {
    const ccm = new AesCcm(key, 8)
    const nonce = rising(13, 0)
    const longest = Buffer.alloc(0xffff, 5)
    const associated = Buffer.alloc(0xfeff, 6)
    expect(await ccm.seal(nonce, associated, longest, pause)).toEqual(
        await openSsl.ccmSeal(key, 8, nonce, associated, longest),
    )
    await expect(ccm.seal(nonce, associated, Buffer.alloc(0x10000), pause)).rejects.toThrow("too many for a CCM nonce")
    await expect(ccm.seal(nonce, Buffer.alloc(0xff00), longest, pause)).rejects.toThrow(
        "65280 bytes of associated data are too many",
    )
})

test("ChaCha20 wraps its block counter as a 32-bit number", async () => {
    const before = new ChaCha20(key, rising(12, 0), 0xffffffff)
    const [last, first] = [Buffer.alloc(64), Buffer.alloc(64)]
    await before.xorBlock(last, 0, 64, pause)
    await before.xorBlock(first, 0, 64, pause)
    const zero = Buffer.alloc(64)
    await new ChaCha20(key, rising(12, 0), 0).xorBlock(zero, 0, 64, pause)
    expect(first).toEqual(zero)
})

test("AES-256-CCM is the runtime's own, bit for bit, where that applies", async () => {
    const { printed } = await runOnDevice("native-ccm", "100")
    expect(printed).toEqual(["100 same"])
})
