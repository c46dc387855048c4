import { Encoder, Tag } from "cbor-x"
import { describe, expect, test } from "vitest"
import { ARRAY, MAP, TAG } from "../../../src/core/cbor/major"
import { CborWriter } from "../../../src/core/cbor/writer"

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })
const EDGES = [0, 1, 23, 24, 255, 256, 257, 65_535, 65_536, 65_537, 0xffff_ffff]

describe("as another encoder writes it, in a buffer of just that size:", () => {
    test.each([...EDGES, ...EDGES.map(n => -1 - n)])("%i", number => {
        const expected = Buffer.from(encoder.encode(number))
        expect(new CborWriter(expected.length).int(number).finish()).toEqual(expected)
    })

    test.each([0, 23, 24, 255, 256, 65_535, 65_536])("%i bytes", length => {
        const expected = Buffer.from(encoder.encode(Buffer.alloc(length, 7)))
        expect(new CborWriter(expected.length).bytes(Buffer.alloc(length, 7)).finish().equals(expected)).toBe(true)
    })

    test("array, map, tag, text, null, and what is CBOR already", () => {
        const expected = Buffer.from(encoder.encode([new Map([[1, "text"]]), new Tag(null, 18), 5]))
        const writer = new CborWriter(expected.length)
            .head(ARRAY, 3)
            .head(MAP, 1)
            .int(1)
            .text("text")
            .head(TAG, 18)
            .raw(Buffer.from([0xf6]))
        expect(writer.raw(Buffer.from([5])).finish()).toEqual(expected)
        expect(writer.length).toBe(expected.length)
    })
})

test.each<[string, number, (writer: CborWriter) => CborWriter]>([
    ["a byte of head", 1, writer => writer.int(0)],
    ["a head of five bytes", 5, writer => writer.int(65_536)],
    ["a string's last byte", 4, writer => writer.bytes(Buffer.alloc(3))],
    ["bytes that are CBOR already", 3, writer => writer.raw(Buffer.alloc(3))],
])("what does not fit is refused, and says how much was wanted: %s", (_, bytes, write) => {
    expect(write(new CborWriter(bytes)).length).toBe(bytes)
    expect(() => write(new CborWriter(bytes - 1))).toThrow(
        new RangeError(`CBOR of ${bytes} bytes does not fit ${bytes - 1}`),
    )
})

test("what was written stays what it was when more is written", () => {
    const writer = new CborWriter(2).int(1)
    const first = writer.finish()
    writer.int(2)
    expect([...first]).toEqual([1])
})
