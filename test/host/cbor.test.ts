import { Tag } from "cbor-x"
import { describe, expect, test } from "vitest"
import { decoded } from "../../src/host/cbor"
import { CBOR_LIMITS } from "../../src/host/cbor-limits"

const bytes = (hex: string) => Buffer.from(hex, "hex")
const nested = (depth: number) => bytes(`${"81".repeat(depth)}00`)

describe("what the host reads", () => {
    const CASES: Record<string, [hex: string, value: unknown]> = {
        "a number": ["1903e8", 1000],
        "a number of 64 bits": ["1bffffffffffffffff", 2n ** 64n - 1n],
        "a negative one": ["20", -1],
        bytes: ["4101", Buffer.of(1)],
        text: ["6161", "a"],
        "a map, with any names": [
            "a26b636f6e7374727563746f72000102",
            new Map<unknown, number>([
                ["constructor", 0],
                [1, 2],
            ]),
        ],
        "an array as a key": ["a1810001", new Map([[[0], 1]])],
        "a tag of COSE": ["d28101", new Tag([1], 18)],
        "a tag whose number is more than there are bytes": ["d86b00", new Tag(0, 107)],
        "nothing at all": ["f6", null],
    }
    test.each(Object.entries(CASES))("%s", (_, [hex, value]) => expect(decoded(bytes(hex))).toEqual(value))

    test("arrays within arrays, up to the limit", () => {
        expect(decoded(nested(CBOR_LIMITS.depth))).toBeInstanceOf(Array)
        expect(decoded(nested(CBOR_LIMITS.depth + 1))).toBeUndefined()
        expect(decoded(nested(1_000_000))).toBeUndefined()
    })

    test("as many items as the limit", () => {
        const array = (items: number) => Buffer.concat([bytes("9a000f4240"), Buffer.alloc(items)])
        const list = (items: number) => {
            const head = Buffer.alloc(5)
            head[0] = 0x9a
            head.writeUInt32BE(items, 1)
            return Buffer.concat([head, Buffer.alloc(items)])
        }
        expect(decoded(list(CBOR_LIMITS.items - 1))).toHaveLength(CBOR_LIMITS.items - 1)
        expect(decoded(list(CBOR_LIMITS.items))).toBeUndefined()
        expect(decoded(array(10))).toBeUndefined()
    })
})

describe("what it does not", () => {
    const CASES: Record<string, string> = {
        nothing: "",
        "two items": "0000",
        "half a number": "19",
        "half a text": "6261",
        "half an array": "8200",
        "an array of more items than there are bytes": "9affffffff",
        "an array of 2^64 - 1": "9bffffffffffffffff",
        "bytes of 2^64 - 1": "5bffffffffffffffff",
        "an endless array": "9f00ff",
        "an endless text": "7f6161ff",
        "a break": "ff",
        "reserved information": "1c",
        "what is shared (tag 28)": "d81c80",
        "what refers to it (tag 29)": "d81d00",
        "what contains itself": "d81c81d81d00",
        "an object by the name of its constructor (tag 27)": "d81b8265457272 6f726178".replace(" ", ""),
        "a table of packed values (tag 51)": "d83383808080",
        "a big number (tag 2)": "c24101",
        "a set (tag 258)": "d9010280",
        "a tag of 64 bits": "dbffffffffffffffff00",
        "a key twice": "a201000100",
        "a key twice, in two encodings": "a20100180100",
        "a name twice": "a2616100616100",
        "a fraction as a key": "a1f93e0000",
        "a tag as a key": "a1d86b0000",
        "text that is none": "61ff",
    }
    test.each(Object.entries(CASES))("%s", (_, hex) => expect(decoded(bytes(hex))).toBeUndefined())
})
