import { crc32 as zlibCrc32 } from "node:zlib"
import { describe, expect, test } from "vitest"
import { checkAndRepair, crc32 } from "../../../src/core/store/crc32"

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

describe("checkAndRepair", () => {
    const stored = crc32(message, 0, message.length)

    test("puts any one flipped bit right", () => {
        for (let bit = 0; bit < message.length * 8; bit++) {
            const hit = Buffer.from(message)
            hit[bit >> 3] ^= 1 << (bit & 7)
            expect(checkAndRepair(hit, 0, hit.length, stored)).toBe("repaired")
            expect(hit).toEqual(message)
        }
    })

    test("leaves the message alone when the checksum was hit", () => {
        for (let bit = 0; bit < 32; bit++) {
            const hit = Buffer.from(message)
            expect(checkAndRepair(hit, 0, hit.length, stored ^ (1 << bit))).toBe("repaired")
            expect(hit).toEqual(message)
        }
    })

    test("calls any two flipped bits damage", () => {
        for (let first = 0; first < 96; first++)
            for (let second = 0; second < first; second++) {
                const hit = Buffer.from(message)
                hit[first >> 3] ^= 1 << (first & 7)
                hit[second >> 3] ^= 1 << (second & 7)
                expect(checkAndRepair(hit, 0, hit.length, stored)).toBe("damaged")
            }
    })
})
