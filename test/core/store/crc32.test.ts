import { crc32 as zlibCrc32 } from "node:zlib"
import { describe, expect, test } from "vitest"
import { crc32 } from "../../../src/core/store/crc32"

const message = Buffer.from("The quick brown fox jumps over the lazy dog")

describe("crc32", () => {
    test("check value of the catalogue of parametrised CRC algorithms", () => {
        expect(crc32(Buffer.from("123456789"), 0, 9) >>> 0).toBe(0xcbf43926)
    })

    test("agrees with zlib on every part of a message", () => {
        for (let start = 0; start < message.length; start++)
            for (let end = start; end <= message.length; end++)
                expect(crc32(message, start, end - start) >>> 0).toBe(zlibCrc32(message.subarray(start, end)))
    })
})

test("notices any four flipped bits in a slot of 128 bytes, its own included", () => {
    // A syndrome a bit: what it flips in the difference between stored and computed. Bits that cancel out are overlooked.
    const slot = Buffer.alloc(124)
    const sound = crc32(slot, 0, slot.length)
    const syndromes = Array.from({ length: slot.length * 8 + 32 }, (_, bit) => {
        if (bit >= slot.length * 8) return 1 << (bit - slot.length * 8)
        const hit = Buffer.from(slot)
        hit[bit >> 3] ^= 1 << (bit & 7)
        return crc32(hit, 0, hit.length) ^ sound
    })
    const single = new Set(syndromes)
    expect(single.size).toBe(syndromes.length)
    expect(single.has(0)).toBe(false)
    const pairs = new Set<number>()
    for (const [i, one] of syndromes.entries())
        for (const other of syndromes.slice(0, i)) {
            const both = one ^ other
            // Three bits that cancel out would be a pair that looks like one; four, two pairs that look alike.
            if (single.has(both) || pairs.has(both)) throw new Error(`overlooked: a set of bits with ${both}`)
            pairs.add(both)
        }
    expect(pairs.size).toBe((syndromes.length * (syndromes.length - 1)) / 2)
})
