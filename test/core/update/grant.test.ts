import { decode } from "cbor-x"
import { expect, test } from "vitest"
import { encodeGrant, type Grant, signGrant } from "../../../src/core/update/grant"
import { noPause } from "../store/slot-memory"
import { ALICE } from "../suit/signers"

const grant: Grant = {
    challenge: Buffer.alloc(32, 1),
    update: { digest: Buffer.alloc(32, 2), sequenceNumber: 0xffff_ffff },
    confirmed: { digest: Buffer.alloc(32, 3), sequenceNumber: 6 },
}

test("a grant is an array of five, of which an attestation has none", () => {
    const bytes = (value: number) => `5820${"0".concat(String(value)).repeat(32)}`
    expect(encodeGrant(grant).toString("hex")).toBe(`85${bytes(1)}1affffffff${bytes(2)}06${bytes(3)}`)
})

test("it is signed with the device's key, which it does not name", async () => {
    const key = Buffer.alloc(32)
    const keys = { algorithm: "EdDSA", sign: ALICE.sign, publicKey: async () => key, agree: async () => key } as const
    const [header, unprotected, payload, signature] = decode(await signGrant(keys as never, grant, noPause)).value
    expect(payload).toEqual(encodeGrant(grant))
    expect(header.toString("hex")).toBe("a10127")
    expect(unprotected).toEqual({ 4: Buffer.alloc(0) })
    expect(signature).toHaveLength(64)
})
