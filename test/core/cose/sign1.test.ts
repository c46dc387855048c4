/** Messages as RFC 9052 has them, byte for byte. */
import { expect, test } from "vitest"
import { COSE_EDDSA, COSE_ES256, COSE_SHA256, COSE_SLH_DSA_SHA2_128S } from "../../../src/core/cose/algorithms"
import { algorithmHeader, detachedSign1Message, sign1Message, toBeSigned } from "../../../src/core/cose/sign1"
import { sign1With } from "../../../src/core/cose/sign1-with"
import type { KeyStore } from "../../../src/core/ports"
import { encode } from "./encode"
import { SIGNATURE } from "./sign1-example"

const PAYLOAD = Buffer.from("This is the content.")
const KEY_ID = Buffer.from("11")
const HEADER = Buffer.from("a10126", "hex")

test("the message of appendix C.2.1", () => {
    expect(sign1Message(HEADER, KEY_ID, PAYLOAD, SIGNATURE).toString("hex")).toBe(
        `d28443a10126a10442313154${PAYLOAD.toString("hex")}5840${SIGNATURE.toString("hex")}`,
    )
})

test("the same with a detached payload", () => {
    expect(detachedSign1Message(HEADER, KEY_ID, SIGNATURE).toString("hex")).toBe(
        `d28443a10126a104423131f65840${SIGNATURE.toString("hex")}`,
    )
})

test("an empty payload is not a detached one", () => {
    expect(sign1Message(HEADER, KEY_ID, Buffer.alloc(0), SIGNATURE).toString("hex")).toBe(
        `d28443a10126a104423131405840${SIGNATURE.toString("hex")}`,
    )
})

test("what is signed is bound to its purpose", () => {
    expect(toBeSigned(HEADER, PAYLOAD).toString("hex")).toBe(
        `846a5369676e61747572653143a101264054${PAYLOAD.toString("hex")}`,
    )
})

test("algorithms have their numbers in the registry of IANA", () => {
    expect([COSE_ES256, COSE_EDDSA, COSE_SHA256, COSE_SLH_DSA_SHA2_128S]).toEqual([-7, -8, -16, -51])
})

test.each([
    [COSE_ES256, "a10126"],
    [COSE_EDDSA, "a10127"],
    [COSE_SLH_DSA_SHA2_128S, "a1013832"],
])("the protected header of algorithm %i", (algorithm, bytes) => {
    expect(algorithmHeader(algorithm).toString("hex")).toBe(bytes)
})

/** Each part grows alone: the room that is taken for a message has to grow with every one of them. */
test.each([
    [300, 0, 0, 0],
    [0, 300, 0, 0],
    [0, 0, 300, 0],
    [0, 0, 70_000, 0],
    [0, 0, 0, 7856],
    [300, 300, 300, 300],
])("header of %i bytes, key's name of %i, payload of %i, signature of %i", (...sizes) => {
    const [header, keyId, payload, signature] = sizes.map(size => Buffer.alloc(size, 7))
    const message = [header, new Map([[4, keyId]]), payload, signature]
    expect(sign1Message(header, keyId, payload, signature).subarray(1).equals(encode(message))).toBe(true)
    const detached = [header, new Map([[4, keyId]]), null, signature]
    expect(detachedSign1Message(header, keyId, signature).subarray(1).equals(encode(detached))).toBe(true)
    const structure = ["Signature1", header, Buffer.alloc(0), payload]
    expect(toBeSigned(header, payload).equals(encode(structure))).toBe(true)
})

test.each([
    ["EdDSA", "a10127"],
    ["ES256", "a10126"],
] as const)("a device's key of %s signs what is to be signed, under its algorithm", async (algorithm, header) => {
    let signed: Buffer | undefined
    const sign = async (message: Buffer) => {
        signed = message
        return SIGNATURE
    }
    const message = await sign1With({ algorithm, sign } as KeyStore, KEY_ID, PAYLOAD, async () => {})
    const protectedHeader = Buffer.from(header, "hex")
    expect(signed).toEqual(toBeSigned(protectedHeader, PAYLOAD))
    expect(message).toEqual(sign1Message(protectedHeader, KEY_ID, PAYLOAD, SIGNATURE))
})
