/** Messages that are none: the invalid traces of RFC 9529 §4, as far as they are of this method, and others. Each with its own reason. */
import { expect, test } from "vitest"
import { byteString } from "../../../../src/core/cbor/byte-string"
import { CborRefusal } from "../../../../src/core/cbor/refusal"
import { KEYSTREAM_3A } from "../../../../src/core/session/edhoc/draft"
import { encodeIdentifier, readIdentifier } from "../../../../src/core/session/edhoc/identifier"
import { eadRefusal, readEad, readerOf } from "../../../../src/core/session/edhoc/messages"
import { KEYSTREAM_2, PskSchedule } from "../../../../src/core/session/edhoc/psk-schedule"
import { EdhocRefusal } from "../../../../src/core/session/edhoc/refusal"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import { SUITE_5 } from "../../../../src/core/session/edhoc/suite-5"
import { digest, ephemeral, initiator, pause, responder } from "./ends"

const bytes = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex")
const G_X = "741a13d7ba048fbb615e94386aa3b61bea5b3d8f65f32620b749bee8d278efa9"

// The traces have method 3 and suite 2: here it is method 4 and a suite that we have, and all else as printed.
test.each([
    ["an array in place of a sequence", `84 04 04 5820 ${G_X} 0e`, CborRefusal.Type],
    ["an identifier as a byte string", `04 04 5820 ${G_X} 41 0e`, EdhocRefusal.IdentifierForm],
    ["one suite in an array", `04 81 04 5820 ${G_X} 0e`, CborRefusal.Count],
    ["no suite in an array", `04 80 5820 ${G_X} 0e`, CborRefusal.Count],
    ["a key as text", `04 04 7820 ${"61".repeat(32)} 0e`, CborRefusal.Type],
    ["a key of 31 bytes", `04 04 581f ${G_X.slice(2)} 0e`, EdhocRefusal.KeyLength],
    ["a key of 33 bytes", `04 04 5821 ${G_X}00 0e`, EdhocRefusal.KeyLength],
    ["a method in three bytes", `190003 04 5820 ${G_X} 0e`, CborRefusal.NotShortest],
    ["suites without a length", `04 9f 06 04 ff 5820 ${G_X} 0e`, CborRefusal.Indefinite],
    ["method 3", `03 04 5820 ${G_X} 0e`, EdhocRefusal.Method],
    ["an integer that is no identifier", `04 04 5820 ${G_X} 1818`, EdhocRefusal.IdentifierForm],
    ["an identifier too long for a Sender ID", `04 04 5820 ${G_X} 47 01020304050607`, EdhocRefusal.IdentifierForm],
    ["an identifier of 9 bytes", `04 04 5820 ${G_X} 49 010203040506070809`, CborRefusal.TooLong],
    ["no identifier", `04 04 5820 ${G_X}`, CborRefusal.Ended],
    ["data that has to be understood", `04 04 5820 ${G_X} 0e 20`, EdhocRefusal.CriticalEad],
    ["a value without a label", `04 04 5820 ${G_X} 0e 00 41aa 41bb`, CborRefusal.Type],
    ["five items of data", `04 04 5820 ${G_X} 0e 00 00 00 00 00`, EdhocRefusal.TooMuchEad],
    ["a suite that nobody has", `04 02 5820 ${G_X} 0e`, EdhocRefusal.WrongSuite],
    ["X25519, low order", `04 04 5820 ed${"ff".repeat(30)}7f 0e`, EdhocRefusal.PeerKey],
    [
        "P-256, x not less than p",
        `04 05 5820 ffffffff00000001${"00".repeat(12)}${"ff".repeat(12)} 0e`,
        EdhocRefusal.PeerKey,
    ],
    [
        "P-256, no point",
        "04 05 5820 a04e73601df544a70ba7ea1e57030f7d4b4eb7f673924e58d54ca77a5e7d4d4a 0e",
        EdhocRefusal.PeerKey,
    ],
    ["nothing", "", EdhocRefusal.MessageLength],
    ["161 bytes", "04".repeat(161), EdhocRefusal.MessageLength],
])("message_1, %s", async (_, digits, refusal) => {
    const r = await responder({ suite: digits.startsWith("04 05") ? SUITE_5 : SUITE_4 })
    const answer = await r.receive(bytes(digits))
    expect(r.refusal).toBe(refusal)
    expect(answer?.subarray(0, 1).toString("hex")).toBe(refusal === EdhocRefusal.WrongSuite ? "02" : "01")
})

test("padding and data that need not be understood are read over", async () => {
    const r = await responder()
    await r.receive(bytes(`04 04 5820 ${G_X} 0e 00 41e9 05 181f 40`))
    expect(r.refusal).toBe(0)
})

test.each([
    ["two byte strings", `5820 ${G_X} 4b 9862a11de42a95d785386a`, CborRefusal.Trailing],
    ["no ciphertext", `5820 ${G_X}`, EdhocRefusal.KeyLength],
    ["a text", "6161", CborRefusal.Type],
    ["more announced than there is", `5841 ${G_X}`, CborRefusal.Ended],
    ["a key of low order", `5821 ${"00".repeat(32)} 05`, EdhocRefusal.PeerKey],
])("message_2, %s", async (_, digits, refusal) => {
    const i = await initiator()
    i.start()
    await i.receive(bytes(digits))
    expect(i.refusal).toBe(refusal)
})

test.each([
    ["nothing in it", "40", EdhocRefusal.MessageLength],
    ["two byte strings", "4100 4100", CborRefusal.Trailing],
    ["an array", "8100", CborRefusal.Type],
])("message_3, %s", async (_, digits, refusal) => {
    const [i, r] = [await initiator(), await responder()]
    await r.receive(i.start())
    await r.receive(bytes(digits))
    expect(r.refusal).toBe(refusal)
})

/** What comes of a message_2 with this PLAINTEXT_2A, made by an end that derives keys as ours do and checks nothing. */
async function refusalOfPlaintext2(plaintext: Buffer): Promise<number> {
    const i = await initiator()
    const first = i.start()
    const key = await ephemeral(SUITE_4, "careless")
    const schedule = new PskSchedule(SUITE_4, { digest, pause })
    await schedule.begin(first, key.publicKey, (await key.agree(first.subarray(4, 36), pause))!)
    const ciphertext = await schedule.cipher(KEYSTREAM_2, plaintext)
    await i.receive(byteString(Buffer.concat([key.publicKey, ciphertext])))
    return i.refusal
}

test.each([
    ["an identifier as a byte string", "41 05", EdhocRefusal.IdentifierForm],
    ["an identifier too long for a Sender ID", "47 01020304050607", CborRefusal.TooLong],
    ["an integer that is no identifier", "1818", EdhocRefusal.IdentifierForm],
    ["data that has to be understood", "05 20", EdhocRefusal.CriticalEad],
    ["the hub's own identifier", "0a", EdhocRefusal.SameIdentifier],
    ["one that is taken, and data that is read over", "05 00 41aa", EdhocRefusal.None],
])("PLAINTEXT_2A, %s", async (_, digits, refusal) => {
    expect(await refusalOfPlaintext2(bytes(digits))).toBe(refusal)
})

test("PLAINTEXT_2A that is empty has no identifier", () => {
    const cbor = readerOf(bytes(""))
    readIdentifier(cbor, bytes(""), 6)
    readEad(cbor, 0)
    expect(cbor.refusal).toBe(CborRefusal.Ended)
})

/** What comes of a message_3 with this PLAINTEXT_3A. */
async function refusalOfPlaintext3(plaintext: Buffer): Promise<number> {
    const [i, r] = [await initiator(), await responder()]
    const first = i.start()
    const second = (await r.receive(first))!
    const key = await ephemeral(SUITE_4, "initiator")
    const schedule = new PskSchedule(SUITE_4, { digest, pause })
    const gY = Buffer.from(second.subarray(2, 34))
    await schedule.begin(first, gY, (await key.agree(gY, pause))!)
    await schedule.take(await schedule.cipher(KEYSTREAM_2, Buffer.from(second.subarray(34))))
    await r.receive(byteString(await schedule.cipher(KEYSTREAM_3A, plaintext)))
    return r.refusal
}

test.each([
    ["a map around the name", "a104420010 48 0102030405060708", CborRefusal.Type],
    ["a name as a byte string", "41 32 48 0102030405060708", EdhocRefusal.IdentifierForm],
    ["a name of 9 bytes", "49 010203040506070809 40", CborRefusal.TooLong],
    ["more behind", "00 40 00", CborRefusal.Trailing],
    ["a name that nobody has", "07 40", EdhocRefusal.UnknownCredential],
    ["no seal", "00 40", EdhocRefusal.NotAuthentic],
])("PLAINTEXT_3A, %s", async (_, digits, refusal) => {
    expect(await refusalOfPlaintext3(bytes(digits))).toBe(refusal)
})

test("PLAINTEXT_4 is external data alone", () => {
    expect(eadRefusal(bytes(""))).toBe(0)
    expect(eadRefusal(bytes("00 42 0102"))).toBe(0)
    expect(eadRefusal(bytes("20"))).toBe(EdhocRefusal.CriticalEad)
    expect(eadRefusal(bytes("f5"))).toBe(CborRefusal.Type)
})

test.each([
    ["21", "21"],
    ["0d", "0d"],
    ["37", "37"],
    ["17", "17"],
    ["18", "4118"],
    ["38", "4138"],
    ["abcd", "42abcd"],
    ["", "40"],
])("the identifier %s is %s on the wire (RFC 9528 §3.3.2)", (identifier, encoded) => {
    expect(encodeIdentifier(bytes(identifier)).toString("hex")).toBe(encoded)
    const cbor = readerOf(bytes(encoded))
    expect(readIdentifier(cbor, bytes(encoded), 6)).toEqual(bytes(identifier))
    expect([cbor.refusal, cbor.at]).toEqual([0, bytes(encoded).length])
})
