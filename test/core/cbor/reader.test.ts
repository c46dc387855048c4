import { Encoder } from "cbor-x"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ARRAY, MAP, NULL, SIMPLE, TAG } from "../../../src/core/cbor/major"
import { CborReader } from "../../../src/core/cbor/reader"
import { CborRefusal } from "../../../src/core/cbor/refusal"
import { CborWriter } from "../../../src/core/cbor/writer"

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })
const readerOf = (digits: string) => new CborReader(Buffer.from(digits, "hex"), digits.length / 2)
const UINT32 = 0xffff_ffff

describe("RFC 8949, appendix A", () => {
    test.each([
        ["00", 0],
        ["17", 23],
        ["1818", 24],
        ["1864", 100],
        ["1903e8", 1000],
        ["1a000f4240", 1_000_000],
        ["1affffffff", UINT32],
        ["20", -1],
        ["29", -10],
        ["3863", -100],
        ["3903e7", -1000],
        ["3affffffff", -UINT32 - 1],
    ])("%s is %i", (digits, value) => {
        const reader = readerOf(digits)
        expect(reader.int()).toBe(value)
        reader.finish()
        expect(reader.refusal).toBe(CborRefusal.None)
    })

    test("strings, arrays, maps, tags, null", () => {
        const reader = readerOf("4401020304" + "6449455446" + "80" + "820102" + "a10102" + "c1" + "f6" + "4401020304")
        expect(reader.bytes(4)).toEqual(Buffer.from([1, 2, 3, 4]))
        expect(reader.text(4).toString()).toBe("IETF")
        expect(reader.head(ARRAY)).toBe(0)
        reader.arrayOf(2)
        expect([reader.uint(), reader.uint()]).toEqual([1, 2])
        expect([reader.head(MAP), reader.key(undefined), reader.uint()]).toEqual([1, 1, 2])
        expect(reader.head(TAG)).toBe(1)
        expect(reader.head(SIMPLE)).toBe(NULL)
        expect(reader.bytesAhead()).toBe(4)
        reader.finish()
        expect(reader.refusal).toBe(CborRefusal.None)
    })
})

describe("refused, with the place", () => {
    const CASES: [what: string, digits: string, read: (reader: CborReader) => unknown, CborRefusal, at: number][] = [
        ["nothing", "", r => r.uint(), CborRefusal.Ended, 0],
        ["a number cut off", "1a0000", r => r.uint(), CborRefusal.Ended, 0],
        ["a string cut off", "430102", r => r.bytes(9), CborRefusal.Ended, 0],
        ["an array longer than all that is left", "8201", r => r.head(ARRAY), CborRefusal.Ended, 0],
        ["a map longer than all that is left", "a2010203", r => r.head(MAP), CborRefusal.Ended, 0],
        ["2^32 - 1 pairs", "baffffffff0102", r => r.head(MAP), CborRefusal.Ended, 0],
        ["0 in two bytes", "1800", r => r.uint(), CborRefusal.NotShortest, 0],
        ["23 in two bytes", "1817", r => r.int(), CborRefusal.NotShortest, 0],
        ["255 in three bytes", "1900ff", r => r.uint(), CborRefusal.NotShortest, 0],
        ["65,535 in five bytes", "1a0000ffff", r => r.uint(), CborRefusal.NotShortest, 0],
        ["-24 in two bytes", "3817", r => r.int(), CborRefusal.NotShortest, 0],
        ["a length of 1 in two bytes", "580100", r => r.bytes(9), CborRefusal.NotShortest, 0],
        ["null in two bytes", "f816", r => r.head(SIMPLE), CborRefusal.NotShortest, 0],
        ["64 bits", "1b0000000100000000", r => r.uint(), CborRefusal.TooLarge, 0],
        ["reserved information 28", "1c", r => r.uint(), CborRefusal.Reserved, 0],
        ["reserved information 30", "5e", r => r.bytes(9), CborRefusal.Reserved, 0],
        ["a byte string of no announced length", "5f4101ff", r => r.bytes(9), CborRefusal.Indefinite, 0],
        ["an array of no announced length", "9f01ff", r => r.head(ARRAY), CborRefusal.Indefinite, 0],
        ["a map of no announced length", "bf0102ff", r => r.head(MAP), CborRefusal.Indefinite, 0],
        ["another type", "60", r => r.bytes(9), CborRefusal.Type, 0],
        ["a negative number", "20", r => r.uint(), CborRefusal.Type, 0],
        ["a string longer than is taken", "43010203", r => r.bytes(2), CborRefusal.TooLong, 0],
        ["a line break", "620a41", r => r.text(9), CborRefusal.Characters, 0],
        ["another script", "62c3bc", r => r.text(9), CborRefusal.Characters, 0],
        ["another count", "8101", r => r.arrayOf(2), CborRefusal.Count, 0],
        ["more than was read", "0101", r => [r.uint(), r.finish()], CborRefusal.Trailing, 1],
        ["more in a wrapped item", "42010102", r => r.leave([r.enter(), r.uint()][0]), CborRefusal.Trailing, 2],
        ["less in a wrapped item", "411802", r => [r.enter(), r.uint()], CborRefusal.Ended, 1],
        ["a key twice", "a201020103", r => [r.head(MAP), keys(r, 2)], CborRefusal.KeyRepeated, 3],
        ["keys that fall", "a202020103", r => [r.head(MAP), keys(r, 2)], CborRefusal.KeyOrder, 3],
        ["a positive key behind a negative", "a220020103", r => [r.head(MAP), keys(r, 2)], CborRefusal.KeyOrder, 3],
        ["negative keys that rise", "a221022003", r => [r.head(MAP), keys(r, 2)], CborRefusal.KeyOrder, 3],
    ]
    test.each(CASES)("%s: %s", (_, digits, read, refusal, at) => {
        const reader = readerOf(digits)
        read(reader)
        expect([CborRefusal[reader.refusal], reader.refusedAt]).toEqual([CborRefusal[refusal], at])
    })

    function keys(reader: CborReader, count: number): void {
        let previous: number | undefined
        for (let i = 0; i < count; i++) {
            previous = reader.key(previous)
            reader.uint()
        }
    }
})

test("what lies beyond the window is not read, but counts", () => {
    const bytes = Buffer.from("830158200102", "hex")
    const reader = new CborReader(bytes, 36)
    reader.arrayOf(3)
    reader.uint()
    expect(reader.bytesAhead()).toBe(32)
    expect(reader.at).toBe(36)
    reader.finish()
    expect(reader.refusal).toBe(CborRefusal.None)
    reader.uint()
    expect(reader.refusal).toBe(CborRefusal.Ended)

    const short = new CborReader(bytes, 36)
    short.arrayOf(3)
    short.uint()
    expect(short.bytes(32)).toHaveLength(0)
    expect(short.refusal).toBe(CborRefusal.TooLong)
})

test.each(["", "18", "19ff", "58"])(
    "an item that begins with %s, and goes on beyond the window, is too long",
    digits => {
        const reader = new CborReader(Buffer.from(digits, "hex"), 99)
        if (digits === "58") reader.bytesAhead()
        else reader.uint()
        expect(reader.refusal).toBe(CborRefusal.TooLong)
    },
)

test("the first refusal stays, and nothing is read after it", () => {
    const reader = readerOf("1800830102034101")
    reader.uint()
    expect([reader.major(), reader.uint(), reader.head(ARRAY), reader.head(MAP), reader.int()]).toEqual([0, 0, 0, 0, 0])
    expect([reader.bytes(9), reader.text(9), reader.bytesAhead()]).toEqual([Buffer.alloc(0), Buffer.alloc(0), 0])
    expect([reader.refusal, reader.refusedAt]).toEqual([CborRefusal.NotShortest, 0])
})

test.each<[string, (reader: CborReader) => number]>([
    ["8201", r => r.head(ARRAY)],
    ["a2010203", r => r.head(MAP)],
    ["1817", r => r.uint()],
    ["3817", r => r.int() + 1],
    ["f5", r => r.head(TAG)],
    ["430102", r => r.bytesAhead()],
])("what is refused reads as nothing: %s", (digits, read) => {
    const reader = readerOf(digits)
    expect(read(reader)).toBe(0)
    expect(reader.refusal).not.toBe(CborRefusal.None)
    expect(reader.major()).toBe(0)
})

test("the first and the last printable character", () => {
    const reader = readerOf("62207e")
    expect(reader.text(2).toString()).toBe(" ~")
    expect(reader.refusal).toBe(CborRefusal.None)
    for (const digits of ["611f", "617f"]) {
        const refusing = readerOf(digits)
        refusing.text(1)
        expect(refusing.refusal).toBe(CborRefusal.Characters)
    }
})

test("key 0 comes first", () => {
    const reader = readerOf("00012021")
    let previous: number | undefined
    for (const key of [0, 1, -1, -2]) expect((previous = reader.key(previous))).toBe(key)
    expect(reader.refusal).toBe(CborRefusal.None)
})

describe("properties", () => {
    const int = fc.integer({ min: -UINT32 - 1, max: UINT32 })

    test("reads what another encoder wrote", () => {
        fc.assert(
            fc.property(int, fc.uint8Array({ maxLength: 300 }), (number, bytes) => {
                const reader = new CborReader(Buffer.from(encoder.encode([number, Buffer.from(bytes)])), 999)
                reader.arrayOf(2)
                expect(reader.int()).toBe(number)
                expect([...reader.bytes(300)]).toEqual([...bytes])
                expect(reader.refusal).toBe(CborRefusal.None)
            }),
        )
    })

    test("writer and reader are inverse, and every beginning of what was written is refused", () => {
        fc.assert(
            fc.property(int, fc.uint8Array({ maxLength: 40 }), fc.stringMatching(/^[ -~]{0,30}$/), (n, bytes, text) => {
                const writer = new CborWriter(128).head(ARRAY, 3).int(n).bytes(Buffer.from(bytes)).text(text)
                const written = writer.finish()
                for (let length = 0; length <= written.length; length++) {
                    const reader = new CborReader(written.subarray(0, length), length)
                    reader.arrayOf(3)
                    const read = [reader.int(), [...reader.bytes(40)], reader.text(30).toString()]
                    reader.finish()
                    if (length === written.length) expect(read).toEqual([n, [...bytes], text])
                    expect(reader.refusal === CborRefusal.None).toBe(length === written.length)
                }
            }),
        )
    })

    test("keys in the order of their encodings pass, any other order does not", () => {
        fc.assert(
            fc.property(fc.array(int, { minLength: 2, maxLength: 12 }), numbers => {
                const encodings = numbers.map(number => Buffer.from(encoder.encode(number)))
                const reader = new CborReader(Buffer.concat(encodings), 999)
                let previous: number | undefined
                for (let i = 0; i < numbers.length; i++) previous = reader.key(previous)
                const rises = encodings.every((bytes, i) => i === 0 || Buffer.compare(encodings[i - 1], bytes) < 0)
                expect(reader.refusal === CborRefusal.None).toBe(rises)
            }),
        )
    })
})
