import { createPrivateKey, createPublicKey, verify } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { KEY_ALGORITHMS, keyFault, newPrivateKey, rawPublicKey, spkiOf } from "../../../src/host/identity/key-algorithm"
import { seeded, unitKey } from "./factory"
import { ORDER_8, UNSOUND_KEYS } from "./unsound-keys"

describe.each(KEY_ALGORITHMS)("a key of %s", algorithm => {
    const raw = Buffer.from(unitKey(algorithm))

    test("comes of its random bytes as OpenSSL and @noble/curves have it", () => {
        const key = newPrivateKey(algorithm, seeded("unit"))
        const publicKey = createPublicKey(createPrivateKey({ key, format: "der", type: "pkcs8" }))
        expect(publicKey.export({ format: "der", type: "spki" })).toEqual(spkiOf(raw))
    })

    test("is read out of a certificate as it was put in, and in no other encoding", () => {
        const spki = spkiOf(raw)
        expect(rawPublicKey(spki)).toEqual({ algorithm, raw })
        for (const other of [spki.subarray(1), spki.subarray(0, -1), Buffer.concat([spki, raw])])
            expect(rawPublicKey(other)).toBeUndefined()
    })
})

describe("no unit can have made a key", () => {
    test.each([...UNSOUND_KEYS])("%s", (_name, key, fault) => expect(keyFault(key)).toBe(fault))

    test("that Node's OpenSSL takes all the same, for any signature by nobody", () => {
        const key = createPublicKey({
            key: spkiOf(Buffer.from([1, ...Array(31).fill(0)])),
            format: "der",
            type: "spki",
        })
        const byNobody = Buffer.alloc(64)
        byNobody[0] = 1
        expect(verify(null, Buffer.from("anything"), key, byNobody)).toBe(true)
    })

    test("but of 50 of either kind that were made as they should be, all are sound", () => {
        for (const algorithm of KEY_ALGORITHMS)
            for (let i = 0; i < 50; i++) expect(keyFault(unitKey(algorithm, `unit ${i}`))).toBeUndefined()
    })

    test("the point that the table takes for one of order 8 is", () => {
        const point = ed25519.Point.fromBytes(ORDER_8)
        expect([point.multiplyUnsafe(4n).is0(), point.multiplyUnsafe(8n).is0()]).toEqual([false, true])
    })
})
