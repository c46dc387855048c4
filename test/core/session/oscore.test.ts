import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { AeadSuite } from "../../../src/core/session/aead-suite"
import { answerCode, responseTo } from "../../../src/core/session/answers"
import { ID_CONTEXT_BYTES } from "../../../src/core/session/bounds"
import { CoapCode, type CoapMessage } from "../../../src/core/session/coap-message"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import { associatedDataOf } from "../../../src/core/session/exchange"
import {
    partialIvOf,
    readOscoreOption,
    sequenceNumberOf,
    writeOscoreOption,
} from "../../../src/core/session/oscore-option"
import { protectRequest, protectResponse } from "../../../src/core/session/protect"
import { SessionRefusal } from "../../../src/core/session/refusal"
import { deriveKeys } from "../../../src/core/session/security-context"
import { isFor, openRequest, openResponse, readProtection } from "../../../src/core/session/unprotect"
import { messages } from "./coap-packets"
import {
    AS_CLIENT,
    AS_SERVER,
    arrived,
    digest,
    NAMED_SUITES,
    openBoth,
    openEnd,
    pause,
    requestOf,
    responseOf,
    SUITES,
    served,
} from "./ends"
import { opensslHkdf } from "./openssl-suites"

const { None } = SessionRefusal
const SUITE = SUITES[1]
const reason = ({ refusal }: { refusal: SessionRefusal }) => SessionRefusal[refusal]
const hex = (bytes: Buffer | undefined) => bytes?.toString("hex")
const isProtectable = ({ options }: CoapMessage) => options.every(({ number }) => number !== 9)

describe.each(NAMED_SUITES)("under COSE algorithm %i", (_, suite) => {
    test("requests and responses arrive as they were sent", async () => {
        const sent = messages.filter(isProtectable)
        await fc.assert(
            fc.asyncProperty(sent, sent, async (one, other) => {
                const { client, server } = await openBoth(suite)
                const request = { ...one, type: one.type & 1, code: 1 + (one.code & 15) }
                const response = { ...other, code: 0x40 | (other.code & 0x1f) }
                const asked = await protectRequest(client, request, pause)
                fc.pre(fits(asked.message!))
                const taken = await served(server, arrived(asked.message))
                expect(plain(taken.message!)).toEqual(plain(request))

                const answered = await protectResponse(server, taken.exchange!, response, pause)
                fc.pre(fits(answered.message!))
                const got = await openResponse(client, asked.exchange!, arrived(answered.message), pause)
                expect(plain(got.message!)).toEqual(plain(response))
            }),
            { numRuns: 60 },
        )
    })

    test("no bit flipped in what is protected is let through, and none of it moves the receiver", async () => {
        const { client, server } = await openBoth(suite)
        const bytes = writeMessage((await protectRequest(client, requestOf("open"), pause)).message!)
        const reasons = new Set<string>()
        for (let bit = 0; bit < 8 * bytes.length; bit++) {
            const changed = Buffer.from(bytes)
            changed[bit >> 3] ^= 1 << (bit & 7)
            const read = readMessage(changed)
            if (read.refusal !== None) continue
            // Message ID, token and type are not protected, RFC 8613 §4.2; the code outside is not looked at.
            const isOutside = bit === 4 || bit === 5 || (bit >= 8 && bit < 40)
            const other = isOutside ? await openBoth(suite) : { server }
            const { refusal, message, exchange } = await served(other.server, read.message!)
            if (isOutside) expect(hex(message?.payload)).toBe(hex(Buffer.from("open")))
            else {
                expect(message).toBeUndefined()
                expect(exchange).toBeUndefined()
                reasons.add(SessionRefusal[refusal])
            }
        }
        expect([...reasons].sort()).toEqual(expect.arrayContaining(["Authentication", "ContextUnknown", "Fields"]))
        expect(reason(await served(server, arrived(readMessage(bytes).message)))).toBe("None")
    })

    test("no message cut short is let through", async () => {
        const { client, server } = await openBoth(suite)
        const bytes = writeMessage((await protectRequest(client, requestOf("open"), pause)).message!)
        for (let length = 0; length < bytes.length; length++) {
            const read = readMessage(bytes.subarray(0, length))
            if (read.refusal === None) expect((await served(server, read.message!)).message).toBeUndefined()
        }
        expect(reason(await served(server, readMessage(bytes).message!))).toBe("None")
    })

    test("keys are those of OpenSSL's HKDF", async () => {
        const keys = await deriveKeys(suite, AS_CLIENT, digest, pause)
        const algorithm = { 10: "0a", 24: "1818", [-65_537]: "3a00010000" }[suite.algorithm]!
        const length = suite.keyBytes > 23 ? "1820" : "10"
        const key = (id: string) =>
            opensslHkdf(
                AS_CLIENT.masterSecret,
                AS_CLIENT.masterSalt,
                Buffer.from(`85${id}f6${algorithm}634b6579${length}`, "hex"),
                suite.keyBytes,
            )
        expect(hex(keys.senderKey)).toBe(hex(key("41c1")))
        expect(hex(keys.recipientKey)).toBe(hex(key("425e01")))
    })
})

const fits = (message: CoapMessage) => {
    try {
        return writeMessage(message).length > 0
    } catch {
        return false
    }
}

/** For comparison: Buffers compare by their kind, too. */
const plain = ({ options, token, payload, ...head }: CoapMessage) => ({
    ...head,
    token: hex(token),
    payload: hex(payload),
    options: options.map(({ number, value }) => `${number} ${hex(value)}`),
})

describe("what stands outside", () => {
    test("is a POST and a 2.04, the OSCORE option and Uri-Host, and nothing that tells what is inside", async () => {
        const { client, server } = await openBoth(SUITE)
        const options = [3, 11, 12].map(number => ({ number, value: Buffer.from("xy") }))
        const asked = await protectRequest(client, { ...requestOf("secret", options), code: CoapCode.Get }, pause)
        expect(asked.message!.code).toBe(CoapCode.Post)
        expect(asked.message!.options.map(({ number }) => number)).toEqual([3, 9])
        expect(hex(writeMessage(asked.message!))).not.toContain(Buffer.from("secret").toString("hex"))
        const { exchange } = await served(server, arrived(asked.message))
        const answered = await protectResponse(server, exchange!, responseOf("secret"), pause)
        expect(answered.message!.code).toBe(CoapCode.Changed)
        expect(answered.message!.options).toEqual([{ number: 9, value: Buffer.alloc(0) }])
    })

    test("does not count if it belongs inside", async () => {
        const { client, server } = await openBoth(SUITE)
        const { message } = await protectRequest(client, requestOf("x"), pause)
        const options = [
            ...message!.options,
            { number: 11, value: Buffer.from("other") },
            { number: 12, value: Buffer.from("e") },
        ]
        const taken = await served(server, arrived({ ...message!, options }))
        expect(plain(taken.message!).options).toEqual([`11 ${hex(Buffer.from("valve"))}`])
    })
})

describe("a request is refused", () => {
    /** A request whose headers are others than those under which it was sealed. */
    async function withFields(change: (fields: ReturnType<typeof readProtection>) => object) {
        const { client, server } = await openBoth(SUITE)
        const { message } = await protectRequest(client, requestOf("x"), pause)
        const value = writeOscoreOption({ ...readProtection(message!), ...change(readProtection(message!)) })
        return reason(await served(server, { ...message!, options: [{ number: 9, value }] }))
    }

    /** A request that the client's key has sealed around any plaintext. */
    async function withPlaintext(plaintext: string) {
        const { client, server } = await openBoth(SUITE)
        const [kid, partialIv] = [client.senderId, partialIvOf(0)]
        const associatedData = associatedDataOf(client.algorithm, kid, partialIv)
        const payload = await client.sender.seal(
            client.nonce(kid, partialIv),
            associatedData,
            Buffer.from(plaintext, "hex"),
            pause,
        )
        const options = [{ number: 9, value: writeOscoreOption({ partialIv, kid }) }]
        const opened = await served(server, arrived({ ...requestOf(), options, payload }))
        return { opened, server }
    }

    test("without OSCORE", async () => {
        const { server } = await openBoth(SUITE)
        expect(reason(await served(server, arrived(requestOf("open"))))).toBe("NotProtected")
        const options = [{ number: 9, value: Buffer.from("0900c1", "hex") }]
        expect(reason(await served(server, { ...requestOf(""), options }))).toBe("NotProtected")
    })

    test.each(["partialIv", "kid"])("without %s", async field => {
        expect(await withFields(() => ({ [field]: undefined }))).toBe("Fields")
    })

    test("with the identifier of another, or a context that this end does not have", async () => {
        expect(await withFields(() => ({ kid: Buffer.from([0xc2]) }))).toBe("ContextUnknown")
        expect(await withFields(() => ({ kid: Buffer.alloc(0) }))).toBe("ContextUnknown")
        expect(await withFields(() => ({ kidContext: Buffer.alloc(0) }))).toBe("ContextUnknown")
        expect(await withFields(() => ({ kidContext: Buffer.from("x") }))).toBe("ContextUnknown")
    })

    test("with another number than it was sealed with", async () => {
        expect(await withFields(() => ({ partialIv: Buffer.from([1]) }))).toBe("Authentication")
    })

    test("that was sealed under other keys, and comes back to who sent it", async () => {
        const { client, server } = await openBoth(SUITE)
        const stranger = await openEnd(SUITE, { ...AS_CLIENT, masterSecret: Buffer.alloc(16, 0x12) })
        const foreign = await protectRequest(stranger, requestOf("open"), pause)
        expect(reason(await served(server, arrived(foreign.message)))).toBe("Authentication")
        const own = await protectRequest(client, requestOf("open"), pause)
        expect(reason(await served(client, arrived(own.message)))).toBe("ContextUnknown")
    })

    test.each([
        ["45ff01", "Code"],
        ["00", "Code"],
        ["", "Code"],
        ["0231ff", "InnerOption"],
        ["0290", "InnerOption"],
        ["0270", "BadOption"],
        ["02b5", "Ended"],
        ["02ff", "PayloadMarker"],
        [`02${"b0"}${"00".repeat(8)}`, "TooManyOptions"],
    ])("%s inside: %s, and the answer to that is protected", async (plaintext, expected) => {
        const { opened, server } = await withPlaintext(plaintext)
        expect(reason(opened)).toBe(expected)
        expect(opened.message).toBeUndefined()
        const answer = responseTo(requestOf(), answerCode(opened.refusal) || CoapCode.BadRequest, Buffer.alloc(0))
        expect((await protectResponse(server, opened.exchange!, answer, pause)).message!.code).toBe(CoapCode.Changed)
    })

    test("what is sound inside is served", async () => {
        expect(reason((await withPlaintext("02")).opened)).toBe("None")
    })

    test("for nothing but a closed list of answers", () => {
        const answered = Object.values(SessionRefusal).filter(
            value => typeof value === "number" && answerCode(value) !== CoapCode.Empty,
        )
        expect(answered.map(number => [SessionRefusal[number as number], answerCode(number as number)])).toEqual([
            ["BadOption", CoapCode.BadOption],
            ["Flags", CoapCode.BadOption],
            ["OptionLength", CoapCode.BadOption],
            ["PartialIv", CoapCode.BadOption],
            ["Fields", CoapCode.BadOption],
            ["ContextUnknown", CoapCode.Unauthorized],
            ["Replayed", CoapCode.Unauthorized],
            ["Authentication", CoapCode.BadRequest],
            ["InnerOption", CoapCode.BadOption],
            ["KeysWanted", CoapCode.Unauthorized],
            ["NobodyKnown", CoapCode.Unauthorized],
        ])
    })
})

describe("a response is refused", () => {
    async function twoAnswered() {
        const { client, server } = await openBoth(SUITE)
        const exchanges = []
        const answers = []
        for (const payload of ["one", "two"]) {
            const asked = await protectRequest(client, requestOf(payload), pause)
            const taken = await served(server, arrived(asked.message))
            exchanges.push(asked.exchange!)
            answers.push(arrived((await protectResponse(server, taken.exchange!, responseOf(payload), pause)).message))
        }
        return { client, server, exchanges, answers }
    }

    test("to another request", async () => {
        const { client, exchanges, answers } = await twoAnswered()
        expect(reason(await openResponse(client, exchanges[0], answers[1], pause))).toBe("Authentication")
        expect(reason(await openResponse(client, exchanges[0], answers[0], pause))).toBe("None")
    })

    test("that is the second to its request, also while the first is being opened", async () => {
        const { client, exchanges, answers } = await twoAnswered()
        const slow = async () => await new Promise<void>(resolve => setImmediate(resolve))
        const both = await Promise.all([
            openResponse(client, exchanges[0], answers[0], slow),
            openResponse(client, exchanges[0], answers[0], slow),
        ])
        expect(both.map(reason)).toEqual(["None", "Answered"])
        expect(reason(await openResponse(client, exchanges[0], answers[0], pause))).toBe("Answered")
    })

    test("that is plain, names a sender, or is a request inside", async () => {
        const { client, exchanges, answers } = await twoAnswered()
        const [exchange] = exchanges
        expect(reason(await openResponse(client, exchange, arrived(responseOf("one")), pause))).toBe("NotProtected")
        const named = { ...answers[0], options: [{ number: 9, value: Buffer.from("08", "hex") }] }
        expect(reason(await openResponse(client, exchange, named, pause))).toBe("Fields")
        const { server } = await openBoth(SUITE)
        const payload = await server.sender.seal(
            exchange.nonce,
            exchange.associatedData,
            Buffer.from("02", "hex"),
            pause,
        )
        expect(reason(await openResponse(client, exchange, { ...answers[0], payload }, pause))).toBe("Code")
    })

    test("and one that is not what was sealed leaves the request open for the right one", async () => {
        const { client, exchanges, answers } = await twoAnswered()
        const payload = Buffer.from(answers[0].payload)
        payload[0] ^= 1
        expect(reason(await openResponse(client, exchanges[0], { ...answers[0], payload }, pause))).toBe(
            "Authentication",
        )
        expect(reason(await openResponse(client, exchanges[0], answers[0], pause))).toBe("None")
    })
})

test("one request that is opened twice at a time is served once", async () => {
    const { client, server } = await openBoth(SUITE)
    const message = arrived((await protectRequest(client, requestOf("open"), pause)).message)
    const slow = async () => await new Promise<void>(resolve => setImmediate(resolve))
    const fields = readProtection(message)
    const opened = await Promise.all([0, 1, 2].map(() => openRequest(server, message, fields, slow)))
    expect(opened.map(reason).sort()).toEqual(["None", "Replayed", "Replayed"])
})

test("two responses to one request that are sealed at a time have different nonces", async () => {
    const { client, server } = await openBoth(SUITE)
    const asked = await protectRequest(client, requestOf("open"), pause)
    const { exchange } = await served(server, arrived(asked.message))
    const answers = await Promise.all(
        ["one", "two"].map(text => protectResponse(server, exchange!, responseOf(text), pause)),
    )
    const numbers = answers.map(({ message }) => readProtection(message!).partialIv)
    expect(numbers.map(hex)).toEqual([undefined, "00"])
})

test("what is no request, no response, or protected already is not protected", async () => {
    const { client, server } = await openBoth(SUITE)
    const asked = await protectRequest(client, requestOf("open"), pause)
    const { exchange } = await served(server, arrived(asked.message))
    await expect(protectRequest(client, responseOf(), pause)).rejects.toThrow("not that of a request")
    await expect(protectResponse(server, exchange!, requestOf(), pause)).rejects.toThrow("not that of a response")
    await expect(protectRequest(client, asked.message!, pause)).rejects.toThrow("protected already")
    expect(exchange!.spent).toBe(false)
})

describe("a context", () => {
    const refusal = (shared: object, suite: AeadSuite = SUITE) =>
        deriveKeys(suite, { ...AS_SERVER, ...shared }, digest, pause)

    test("has two identifiers that differ, and are no longer than a nonce holds", async () => {
        await expect(refusal({ senderId: AS_SERVER.recipientId })).rejects.toThrow("the same identifier")
        for (const suite of SUITES) {
            const longest = suite.nonceBytes - 6
            await expect(refusal({ senderId: Buffer.alloc(longest) }, suite)).resolves.toBeDefined()
            await expect(refusal({ senderId: Buffer.alloc(longest + 1) }, suite)).rejects.toThrow(
                `at most ${longest} bytes`,
            )
            await expect(refusal({ recipientId: Buffer.alloc(longest + 1) }, suite)).rejects.toThrow("at most")
        }
    })

    test("has an ID Context that is not too long, and takes a request that names it, or names none", async () => {
        await expect(refusal({ idContext: Buffer.alloc(ID_CONTEXT_BYTES) })).resolves.toBeDefined()
        await expect(refusal({ idContext: Buffer.alloc(ID_CONTEXT_BYTES + 1) })).rejects.toThrow("ID Context")
        const idContext = Buffer.from("home")
        const context = await openEnd(SUITE, { ...AS_SERVER, idContext })
        const kid = AS_SERVER.recipientId
        expect(isFor(context, { kid, kidContext: idContext })).toBe(true)
        expect(isFor(context, { kid })).toBe(true)
        expect(isFor(context, { kid, kidContext: Buffer.from("other") })).toBe(false)
        expect(isFor(context, { kidContext: idContext })).toBe(false)
    })
})

describe("the OSCORE option", () => {
    test("is read as it was written", () => {
        const bytes = (least: number, most: number) =>
            fc.uint8Array({ minLength: least, maxLength: most }).map(array => Buffer.from(array))
        const fields = fc.record({
            partialIv: fc.option(fc.nat(2 ** 31 - 1).map(partialIvOf), { nil: undefined }),
            kid: fc.option(bytes(0, 7), { nil: undefined }),
            kidContext: fc.option(bytes(0, 16), { nil: undefined }),
            kudos: fc.option(
                bytes(1, 16).chain(nonce => fc.nat(15).map(upper => ({ x: (upper << 4) | (nonce.length - 1), nonce }))),
                { nil: undefined },
            ),
        })
        fc.assert(
            fc.property(fields, written => {
                const { refusal, ...read } = readOscoreOption(writeOscoreOption(written))
                expect(refusal).toBe(None)
                expect([read.kudos?.x, hex(read.kudos?.nonce)]).toEqual([written.kudos?.x, hex(written.kudos?.nonce)])
                for (const name of ["partialIv", "kid", "kidContext"] as const)
                    expect(hex(read[name])).toBe(hex(written[name]))
            }),
        )
    })

    test("of any bytes is refused, or is what those fields are written as", () => {
        const seen = new Set<string>()
        const first = fc.oneof(fc.nat(0x1f), fc.nat(255))
        fc.assert(
            fc.property(first, fc.boolean(), fc.uint8Array({ maxLength: 12 }), (flags, isKudos, rest) => {
                const value = Buffer.from(isKudos ? [flags | 0x80, 0x01, ...rest] : [flags, ...rest])
                const { refusal, ...fields } = readOscoreOption(value)
                seen.add(SessionRefusal[refusal])
                if (refusal === None) expect(hex(writeOscoreOption(fields))).toBe(hex(value))
            }),
            { numRuns: 20_000 },
        )
        expect([...seen].sort()).toEqual(["Flags", "None", "OptionLength", "PartialIv"])
    })

    test.each([
        ["00", "Flags"],
        ["20", "Flags"],
        ["40", "Flags"],
        ["80", "Flags"],
        ["8000", "Flags"],
        ["800300aa", "Flags"],
        ["a00100aa", "Flags"],
        ["8001", "OptionLength"],
        ["800101aa", "OptionLength"],
        ["800100aabb", "OptionLength"],
        ["8201000100aa", "PartialIv"],
        ["800100aa", "None"],
        ["99010500aabbcc", "OptionLength"],
        ["99010501ee01aabb0c", "None"],
        ["06000000000000", "Flags"],
        ["0700000000000000", "Flags"],
        ["0501020304", "OptionLength"],
        ["10", "OptionLength"],
        ["1002aa", "OptionLength"],
        ["0101aa", "OptionLength"],
        ["1001aabb", "OptionLength"],
        ["020001", "PartialIv"],
        ["0100", "None"],
        ["050100000000", "None"],
    ])("%s: %s", (value, expected) => {
        expect(reason(readOscoreOption(Buffer.from(value, "hex")))).toBe(expected)
    })

    test("has numbers in as few bytes as hold them", () => {
        fc.assert(
            fc.property(fc.oneof(fc.nat(70_000), fc.maxSafeNat()), drawn => {
                const number = drawn % 2 ** 40
                const digits = number.toString(16)
                expect(hex(partialIvOf(number))).toBe(digits.length % 2 === 0 ? digits : `0${digits}`)
                expect(sequenceNumberOf(partialIvOf(number))).toBe(number)
            }),
            { numRuns: 1000 },
        )
    })
})
