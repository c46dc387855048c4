/** What signed answers of units may not be. Each is signed with the certified key: only its form can be what is refused. */

import { createHash } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { ARRAY } from "../../../src/core/cbor/major"
import { CborWriter } from "../../../src/core/cbor/writer"
import { algorithmHeader, sign1Message, toBeSigned } from "../../../src/core/cose/sign1"
import { CLAIM } from "../../../src/core/identity/attestation"
import type { CertifiedUnit } from "../../../src/host/identity/device-certificate"
import { verifyToken } from "../../../src/host/unit/attestation"
import { readDocument } from "../../../src/host/unit/read-document"
import type { UnitLink } from "../../../src/host/unit/unit-link"
import { DOORBELL, seeded, unitKey } from "../identity/factory"

const publicKey = unitKey("ed25519")
const secret = seeded("unit")(32)
const keyId = createHash("sha256").update(publicKey).digest().subarray(0, 16)
const challenge = Buffer.from(seeded("challenge")(32))
const unit: CertifiedUnit = {
    ...DOORBELL,
    manufacturer: "Hearth Works",
    isTestUnit: false,
    algorithm: "ed25519",
    publicKey,
    certificateSerial: "41",
}

/** Keys and values of all claims, encoded. */
function claims(): [key: Buffer, value: Buffer][] {
    const encoded = (write: (cbor: CborWriter) => CborWriter) => write(new CborWriter(100)).finish()
    const values: [CLAIM, Buffer][] = [
        [CLAIM.nonce, encoded(cbor => cbor.bytes(challenge))],
        [CLAIM.ueid, encoded(cbor => cbor.bytes(Buffer.concat([Buffer.of(1), keyId])))],
        [CLAIM.uptime, Buffer.of(7)],
        [CLAIM.debugStatus, Buffer.of(0)],
        [CLAIM.bootCount, Buffer.of(3)],
        [CLAIM.softwareName, encoded(cbor => cbor.text(DOORBELL.model))],
        [CLAIM.softwareVersion, encoded(cbor => cbor.head(ARRAY, 1).text("1.0"))],
        [CLAIM.serial, encoded(cbor => cbor.text(DOORBELL.serial))],
        [CLAIM.sequenceNumber, Buffer.of(1)],
        [CLAIM.securityClass, Buffer.of(2)],
        [CLAIM.state, encoded(cbor => cbor.head(ARRAY, 2).int(0).int(0))],
    ]
    return values.map(([key, value]) => [encoded(cbor => cbor.int(key)), value])
}

/** As a device has it that takes updates. */
function updateClaim(
    write = (cbor: CborWriter) => cbor.head(ARRAY, 4).int(8).int(2).bytes(Buffer.alloc(32, 5)).int(2),
): Buffer[] {
    return [new CborWriter(8).int(CLAIM.update).finish(), write(new CborWriter(64)).finish()]
}

function payloadOf(pairs: Buffer[][], head = Buffer.of(0xa0 | pairs.length)): Buffer {
    return Buffer.concat([head, ...pairs.flat()])
}

function token(payload: Buffer): Buffer {
    const header = algorithmHeader(-8)
    return sign1Message(header, keyId, payload, Buffer.from(ed25519.sign(toBeSigned(header, payload), secret)))
}

function verdict(bytes: Uint8Array): string {
    const result = verifyToken(bytes, challenge, unit)
    return "refusal" in result ? result.refusal : "accepted"
}

/** Claims with the value of one replaced. */
function withValue(index: number, hex: string): Buffer {
    const pairs = claims()
    pairs[index][1] = Buffer.from(hex, "hex")
    return payloadOf(pairs)
}

const withUpdate = (write: (cbor: CborWriter) => CborWriter) => payloadOf([...claims(), updateClaim(write)])

test("the answer that is changed here is a good one", () => {
    expect(verdict(token(payloadOf(claims())))).toBe("accepted")
    expect(verdict(token(payloadOf([...claims(), updateClaim()])))).toBe("accepted")
})

describe("claims are refused", () => {
    const again = claims()
    const text = (key: string) => Buffer.concat([Buffer.of(0x60 | key.length), Buffer.from(key)])
    test.each<[string, Buffer]>([
        ["with one of them twice", payloadOf([...claims(), claims()[3]])],
        ["with a text for a key that reads as a number's", payloadOf([...claims(), [text("263"), Buffer.of(1)]])],
        ["with the name of a prototype for a key", payloadOf([...claims(), [text("__proto__"), Buffer.of(0xa0)]])],
        ["without one", payloadOf(claims().slice(0, -1))],
        ["with another one for it", payloadOf([...claims().slice(0, -1), [Buffer.of(9), Buffer.of(0)]])],
        ["in another order", payloadOf([again[1], again[0], ...again.slice(2)])],
        ["without their number", Buffer.concat([payloadOf(claims(), Buffer.of(0xbf)), Buffer.of(0xff)])],
        ["with their number in more bytes than it needs", payloadOf(claims(), Buffer.of(0xb8, 11))],
        ["with a byte behind them", Buffer.concat([payloadOf(claims()), Buffer.of(0)])],
        ["with a number in more bytes than it needs", withValue(2, "1807")],
        ["with a floating-point number", withValue(2, "fb401c000000000000")],
        ["with a number above 32 bits", withValue(2, "1b0000000100000000")],
        ["with a tagged number", withValue(2, "c107")],
        ["with a negative number", withValue(2, "26")],
        ["with a state of debugging that there is not", withValue(3, "05")],
        ["with a text in pieces", withValue(5, "7f64446f6f726462656c6cff")],
        ["with an escape sequence in a text", withValue(6, "81651b5b324a31")],
        ["with two versions", withValue(6, "8263312e3063312e31")],
        ["with updates twice", payloadOf([...claims(), updateClaim(), updateClaim()])],
        ["with updates in place of the state", payloadOf([...claims().slice(0, -1), updateClaim()])],
        ["with updates before the state", payloadOf([...claims().slice(0, -1), updateClaim(), claims()[10]])],
        ["with updates of three parts", withUpdate(cbor => cbor.head(ARRAY, 3).int(8).int(2).bytes(Buffer.alloc(32)))],
        [
            "with updates of five",
            withUpdate(cbor => cbor.head(ARRAY, 5).int(8).int(2).bytes(Buffer.alloc(32)).int(2).int(0)),
        ],
        [
            "with a digest of 31 bytes",
            withUpdate(cbor => cbor.head(ARRAY, 4).int(8).int(2).bytes(Buffer.alloc(31)).int(2)),
        ],
        [
            "with a digest of 33 bytes",
            withUpdate(cbor => cbor.head(ARRAY, 4).int(8).int(2).bytes(Buffer.alloc(33)).int(2)),
        ],
        [
            "with a negative floor",
            withUpdate(cbor => cbor.head(ARRAY, 4).int(8).int(2).bytes(Buffer.alloc(32)).int(-1)),
        ],
    ])("%s", (_name, payload) => expect(verdict(token(payload))).toBe("tokenMalformed"))
})

describe("a message is refused", () => {
    const good = token(payloadOf(claims()))
    const [tag, array, ...rest] = good
    const kid = good.indexOf(keyId) - 3
    const spliced = (at: number, remove: number, ...bytes: number[]) =>
        Buffer.concat([good.subarray(0, at), Buffer.from(bytes), good.subarray(at + remove)])
    test.each<[string, Buffer]>([
        ["without its tag", good.subarray(1)],
        ["with a tag in more bytes than it needs", Buffer.from([0xd8, tag & 0x1f, array, ...rest])],
        ["with another tag before it", Buffer.from([0xd9, 0xd9, 0xf7, ...good])],
        ["without the number of its parts", Buffer.from([tag, 0x9f, ...rest, 0xff])],
        ["with a part more", Buffer.from([tag, 0x85, ...rest, 0xf6])],
        ["with a byte behind it", Buffer.from([...good, 0])],
        ["with two names of its key", spliced(kid, 1, 0xa2, 0x04, 0x41, 0x00)],
        ["with something else in its open header", spliced(kid, 1, 0xa2, 0x01, 0x26)],
        ["with an open header of no length", spliced(kid, 19, 0xbf, 0x04, 0x50, ...keyId, 0xff)],
        ["with nothing in its open header", spliced(kid, 19, 0xa0)],
    ])("%s", (_name, bytes) => expect(verdict(bytes)).toBe("tokenMalformed"))

    test("with any byte changed", () => {
        for (let i = 0; i < good.length; i++) {
            const other = Buffer.from(good)
            other[i] ^= 1 << (i % 8)
            expect({ i, verdict: verdict(other) }).not.toEqual({ i, verdict: "accepted" })
        }
    })
})

describe("a document that has no end in sight is not read", () => {
    const device = (size: unknown) => {
        const link = { reads: 0, call: async () => ({ size, data: Uint8Array.of(++link.reads) }) }
        return link
    }
    test.each([[4097], [2 ** 32 - 1], ["many"]])("%s bytes, one at a time", async size => {
        const link = device(size)
        const complaint = `the device says that its certificates have ${size} bytes, of at most 4096`
        await expect(readDocument(link as unknown as UnitLink, "certificates")).rejects.toThrow(complaint)
        expect(link.reads).toBe(1)
    })

    test("but 4096 are", async () => {
        expect((await readDocument(device(4096) as unknown as UnitLink, "certificates")).length).toBe(4096)
    })
})
