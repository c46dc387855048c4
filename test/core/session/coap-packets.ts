/** Messages of CoAP for properties, and what `coap-packet`, the second implementation, says of them. */
import { type CoapMethod, generate, type OptionName, type ParsedPacket, parse } from "coap-packet"
import fc from "fast-check"
import { MOST_OPTIONS, TOKEN_BYTES } from "../../../src/core/session/bounds"
import type { CoapMessage, CoapOption } from "../../../src/core/session/coap-message"

const bytes = (least: number, most: number) =>
    fc.uint8Array({ minLength: least, maxLength: most }).map(array => Buffer.from(array))

const option = (number: number, least: number, most: number) =>
    fc.record({ number: fc.constant(number), value: bytes(least, most) })
const once = (number: number, least: number, most: number) => fc.array(option(number, least, most), { maxLength: 1 })

/** Options that are known here, as many as there may be, in order. */
export const knownOptions: fc.Arbitrary<CoapOption[]> = fc
    .tuple(once(3, 1, 20), once(9, 0, 20), fc.array(option(11, 0, 20), { maxLength: MOST_OPTIONS - 3 }), once(12, 0, 2))
    .map(lists => lists.flat())

const REQUESTS = [1, 2, 3, 4, 5, 31]
const RESPONSES = [0x41, 0x44, 0x45, 0x80, 0x81, 0x84, 0x9f, 0xa0, 0xa3]
const kinds = fc.oneof(
    fc.record({ type: fc.constantFrom(0, 1), code: fc.constantFrom(...REQUESTS) }),
    fc.record({ type: fc.constantFrom(0, 1, 2), code: fc.constantFrom(...RESPONSES) }),
)

/** Messages that are to be read and written: at most 4 + 8 + 8 · 41 + … bytes are cut down by what is drawn. */
export const messages: fc.Arbitrary<CoapMessage> = fc
    .record({
        kind: kinds,
        messageId: fc.nat(0xffff),
        token: bytes(0, TOKEN_BYTES),
        options: knownOptions,
        payload: bytes(0, 40),
    })
    .map(({ kind, ...rest }) => ({ ...kind, ...rest }))

const NAMES: Record<number, OptionName> = { 3: "Uri-Host", 9: "OSCORE", 11: "Uri-Path", 12: "Content-Format" }
const NUMBERS = new Map<string, number>(
    Object.entries({
        ...Object.fromEntries(Object.entries(NAMES).map(([number, name]) => [name, Number(number)])),
        "If-Match": 1,
        ETag: 4,
        "If-None-Match": 5,
        Observe: 6,
        "Uri-Port": 7,
        "Location-Path": 8,
        "Max-Age": 14,
        "Uri-Query": 15,
        "Hop-Limit": 16,
        Accept: 17,
        "Q-Block1": 19,
        "Location-Query": 20,
        Block2: 23,
        Block1: 27,
        Size2: 28,
        "Q-Block2": 31,
        "Proxy-Uri": 35,
        "Proxy-Scheme": 39,
        Size1: 60,
        "No-Response": 258,
        "OCF-Accept-Content-Format-Version": 2049,
        "OCF-Content-Format-Version": 2053,
    }),
)

const codeText = (code: number) => `${code >> 5}.${String(code & 31).padStart(2, "0")}` as CoapMethod

/** Written by `coap-packet`. */
export function theirBytes({ type, code, messageId, token, options, payload }: CoapMessage): Buffer {
    return generate({
        code: codeText(code),
        confirmable: type === 0,
        ack: type === 2,
        reset: type === 3,
        messageId,
        token: Buffer.from(token),
        options: options.map(({ number, value }) => ({ name: NAMES[number] ?? (`${number}` as OptionName), value })),
        payload: Buffer.from(payload),
    })
}

const optionNumber = (name: string | number) => NUMBERS.get(String(name)) ?? Number(name)

/** Read by `coap-packet`, which knows no bounds; undefined if it throws. */
export function theirMessage(bytes: Buffer): CoapMessage | undefined {
    let packet: ParsedPacket
    try {
        packet = parse(bytes)
    } catch {
        return undefined
    }
    const [kind, detail] = packet.code.split(".").map(Number)
    return {
        type: packet.confirmable ? 0 : packet.ack ? 2 : packet.reset ? 3 : 1,
        code: (kind << 5) | detail,
        messageId: packet.messageId,
        token: packet.token,
        options: packet.options.map(({ name, value }) => ({ number: optionNumber(name), value: value as Buffer })),
        payload: packet.payload,
    }
}
