import { createPrivateKey, createPublicKey } from "node:crypto"
import { describe, expect, test } from "vitest"
import { KEY_ALGORITHMS, newPrivateKey, rawPublicKey, spkiOf } from "../../../src/host/identity/key-algorithm"
import { seeded, unitKey } from "./factory"

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
