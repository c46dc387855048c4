import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MESSAGE_BYTES, MOST_OPTIONS, TOKEN_BYTES } from "../../../src/core/session/bounds"
import type { CoapMessage } from "../../../src/core/session/coap-message"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import { SessionRefusal } from "../../../src/core/session/refusal"
import { messages, theirBytes, theirMessage } from "./coap-packets"

const { None } = SessionRefusal
const RUNS = Number(process.env.COAP_RUNS ?? 2000)

const bytesOf = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex")
const plain = (message: CoapMessage | undefined) => message && { ...message, options: [...message.options] }
/** What two readers found, as text: Buffers compare by their kind, too. */
const shown = (message: CoapMessage | undefined) =>
    message &&
    JSON.stringify(message, (_, value) => (value?.type === "Buffer" ? Buffer.from(value).toString("hex") : value))

describe("a message", () => {
    test("is read as it was written, and coap-packet reads the same", () => {
        fc.assert(
            fc.property(messages, message => {
                fc.pre(theirBytes(message).length <= MESSAGE_BYTES)
                const bytes = writeMessage(message)
                expect(bytes.toString("hex")).toBe(theirBytes(message).toString("hex"))
                const read = readMessage(bytes)
                expect(read.refusal).toBe(None)
                expect(shown(read.message)).toBe(shown(message))
                expect(shown(theirMessage(bytes))).toBe(shown(message))
            }),
            { numRuns: RUNS },
        )
    })

    test("does not lean on the bytes it came in", () => {
        const bytes = bytesOf("41 01 1234 aa b3 747631 ff 01")
        const { message } = readMessage(bytes)
        bytes.fill(0xee)
        expect(shown(message)).toBe(shown(readMessage(bytesOf("41 01 1234 aa b3 747631 ff 01")).message))
    })

    test("of 220 bytes is the longest, read and written", () => {
        const message = { type: 0, code: 2, messageId: 1, token: Buffer.alloc(0), options: [] }
        const longest = { ...message, payload: Buffer.alloc(MESSAGE_BYTES - 5, 7) }
        expect(MESSAGE_BYTES).toBe(220)
        expect(readMessage(writeMessage(longest)).refusal).toBe(None)
        expect(() => writeMessage({ ...longest, payload: Buffer.alloc(MESSAGE_BYTES - 4, 7) })).toThrow(RangeError)
        expect(readMessage(Buffer.concat([writeMessage(longest), Buffer.alloc(1)])).refusal).toBe(
            SessionRefusal.TooLong,
        )
    })

    test("is not written with a token that is too long, or with options out of order", () => {
        const message = {
            type: 0,
            code: 2,
            messageId: 1,
            token: Buffer.alloc(0),
            options: [],
            payload: Buffer.alloc(0),
        }
        expect(() => writeMessage({ ...message, token: Buffer.alloc(9) })).toThrow("token")
        const options = [12, 11].map(number => ({ number, value: Buffer.alloc(0) }))
        expect(() => writeMessage({ ...message, options })).toThrow("option 11 comes behind option 12")
    })
})

/** One message for each reason, at the edge of what is let through where there is one. */
const REFUSED: [reason: keyof typeof SessionRefusal, bytes: string, letThrough?: string][] = [
    ["Ended", "", "40 00 0000"],
    ["Ended", "40 01 00", "40 01 0000"],
    ["Ended", "42 01 0000 aa", "42 01 0000 aabb"],
    ["Ended", "40 01 0000 b3 7476", "40 01 0000 b3 747631"],
    ["Ended", "40 01 0000 bd", "40 01 0000 bd 00 00000000000000000000000000"],
    ["Ended", "40 01 0000 ed", "40 01 0000 e1 0001 00"],
    ["Ended", "40 01 0000 e0 00", "40 01 0000 e0 0001"],
    ["Version", "00 01 0000"],
    ["Version", "80 01 0000"],
    ["Version", "c0 01 0000"],
    ["TokenLength", "49 01 0000 010203040506070809", "48 01 0000 0102030405060708"],
    ["TokenLength", "4f 01 0000"],
    ["Code", "40 20 0000", "40 1f 0000"],
    ["Code", "40 c0 0000", "40 bf 0000"],
    ["Code", "40 60 0000"],
    ["Code", "40 ff 0000"],
    ["Type", "60 01 0000", "50 01 0000"],
    ["Type", "70 01 0000"],
    ["Type", "70 45 0000", "60 45 0000"],
    ["Type", "50 00 0000", "70 00 0000"],
    ["EmptyMessage", "41 00 0000 aa", "40 00 0000"],
    ["EmptyMessage", "40 00 0000 ff 01"],
    ["OptionHead", "40 01 0000 f0"],
    ["OptionHead", "40 01 0000 bf"],
    ["OptionNumber", "40 01 0000 e0 ffff", "40 01 0000 e0 fef1"],
    ["TooManyOptions", `40 01 0000 b0 ${"00".repeat(8)}`, `40 01 0000 b0 ${"00".repeat(7)}`],
    // Those that are ignored count, too.
    ["TooManyOptions", `40 01 0000 40 ${"00".repeat(8)}`, `40 01 0000 40 ${"00".repeat(7)}`],
    ["BadOption", "40 01 0000 70", "40 01 0000 40"],
    ["BadOption", "40 01 0000 31 61 01 61", "40 01 0000 31 61"],
    ["BadOption", "40 01 0000 30", "40 01 0000 31 61"],
    ["BadOption", "40 01 0000 90 00", "40 01 0000 90"],
    ["PayloadMarker", "40 01 0000 ff", "40 01 0000 ff 00"],
]

describe("what is refused, and why", () => {
    test.each(REFUSED)("%s: %s", (reason, bytes, letThrough) => {
        expect(SessionRefusal[readMessage(bytesOf(bytes)).refusal]).toBe(reason)
        if (letThrough) expect(readMessage(bytesOf(letThrough)).refusal).toBe(None)
    })

    test("the list has every reason of CoAP", () => {
        const reasons = Object.values(SessionRefusal).filter(value => typeof value === "number")
        const ofCoap = reasons.filter(number => number >= 120 && number < 140).map(number => SessionRefusal[number])
        expect([...new Set(["TooLong", ...REFUSED.map(([reason]) => reason)])].sort()).toEqual(ofCoap.sort())
    })

    test("whoever can be answered is: the head of the message is there", () => {
        const { refusal, message } = readMessage(bytesOf("42 02 1234 aabb 70 ff 01"))
        expect(refusal).toBe(SessionRefusal.BadOption)
        expect(message).toMatchObject({ type: 0, code: 2, messageId: 0x1234, token: bytesOf("aabb"), options: [] })
        expect(message!.payload).toHaveLength(0)
        expect(readMessage(bytesOf("00 01 0000")).message).toBeUndefined()
    })

    test("elective options that are not known, come again or have a length of their own are left out", () => {
        // 4 (ETag) and 252 (Echo) are unknown; 12 twice.
        const read = readMessage(bytesOf(`40 01 0000 41 aa 81 28 01 29 dd e3 1c ${"00".repeat(41)} ff 05`))
        expect(read.refusal).toBe(None)
        expect(plain(read.message)).toMatchObject({
            options: [{ number: 12, value: bytesOf("28") }],
            payload: bytesOf("05"),
        })
    })
})

/** What our reader refuses and coap-packet takes is one of these, and the message that it found shows that. */
const STRICTER: Partial<Record<keyof typeof SessionRefusal, (theirs: CoapMessage, bytes: Buffer) => boolean>> = {
    TooLong: (_, bytes) => bytes.length > MESSAGE_BYTES,
    TokenLength: (_, bytes) => (bytes[0] & 15) > TOKEN_BYTES,
    Code: ({ code }) => [1, 3, 6, 7].includes(code >> 5),
    Type: ({ type, code }) => type > (code === 0 ? 0 : code < 32 ? 1 : 2),
    TooManyOptions: ({ options }) => options.length > MOST_OPTIONS,
    OptionNumber: ({ options }) => options.some(({ number }) => number > 0xffff),
    BadOption: ({ options }) => options.some(({ number }, i) => number % 2 === 1 && !isAllowed(options, i)),
    // It cuts values off at the end of the message: then it would write something else, or nothing.
    Ended: (theirs, bytes) => !bytes.equals(written(theirs)),
    PayloadMarker: (_, bytes) => bytes.at(-1) === 0xff,
}

/** RFC 7252 table 4, RFC 8613 §2: those that are known. Uri-Path alone may come again. */
const KNOWN: Record<number, [least: number, most: number]> = {
    3: [1, 255],
    9: [0, 255],
    11: [0, 255],
    12: [0, 2],
}
const URI_PATH = 11

function isAllowed(options: CoapMessage["options"], at: number): boolean {
    const { number, value } = options[at]
    if (!(number in KNOWN)) return false
    const [least, most] = KNOWN[number]
    if (value.length < least || value.length > most) return false
    return number === URI_PATH || at === 0 || options[at - 1].number !== number
}

const written = (message: CoapMessage) => {
    try {
        return theirBytes(message)
    } catch {
        return Buffer.alloc(0)
    }
}

/** @returns the reason, so that a caller can see which of them came up */
function compareReaders(bytes: Buffer): SessionRefusal {
    const ours = readMessage(bytes)
    const theirs = theirMessage(bytes)
    const reason = SessionRefusal[ours.refusal] as keyof typeof SessionRefusal
    const name = `${bytes.toString("hex")}: ${reason}`
    if (ours.refusal === None) {
        const known = theirs!.options.filter((_, i) => isAllowed(theirs!.options, i))
        expect(shown(ours.message), name).toBe(shown({ ...theirs!, options: known }))
    } else if (theirs) expect(STRICTER[reason]?.(theirs, bytes), name).toBe(true)
    return ours.refusal
}

test("whatever the bytes are, coap-packet finds the same message or the reason why not", () => {
    const seen = new Set<SessionRefusal>()
    const random = fc.uint8Array({ maxLength: MESSAGE_BYTES + 4 }).map(array => Buffer.from(array))
    const changed = fc
        .tuple(messages, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), fc.nat(3))
        .map(([message, changes, cut]) => {
            const bytes = theirBytes(message)
            for (const [at, to] of changes) bytes[at % bytes.length] = to
            return bytes.subarray(0, bytes.length - cut)
        })
    const headed = random.map(bytes => Buffer.concat([bytesOf("40 01 0000"), bytes.subarray(0, 40)]))
    fc.assert(
        fc.property(fc.oneof(random, changed, headed), bytes => {
            seen.add(compareReaders(bytes))
        }),
        { numRuns: 10 * RUNS },
    )
    for (const reason of ["None", "Ended", "Version", "Code", "Type", "OptionHead", "BadOption"] as const)
        expect(seen, reason).toContain(SessionRefusal[reason])
})

test("every way to cut a message short is refused, or is a shorter message", () => {
    fc.assert(
        fc.property(messages, message => {
            const bytes = theirBytes(message)
            for (let length = 0; length <= bytes.length; length++) compareReaders(bytes.subarray(0, length))
        }),
        { numRuns: 200 },
    )
})
