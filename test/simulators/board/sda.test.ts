import { describe, expect, test } from "vitest"
import { longestLow } from "../../../simulators/board/sda"

const NONE = new Uint8Array(0)

describe("SDA stays low at a stretch, in bit times", () => {
    test.each([
        ["a general call that nobody acknowledges", 0x00, 1, undefined, 8],
        ["address 0x40, acknowledged by nobody", 0x40, 1, undefined, 7],
        ["address 0x60, acknowledged by nobody", 0x60, 1, undefined, 6],
        ["address 0x7f, acknowledged by nobody", 0x7f, 1, undefined, 1],
        ["address 0x40, acknowledged, with a byte of zeros and its acknowledgement", 0x40, 1, NONE, 7 + 1 + 8 + 1],
        ["address 0x7f, acknowledged, with two bytes of zeros", 0x7f, 2, NONE, 1 + 1 + 9 + 9],
    ])("%s", (_, address, zeros, answer, low) => {
        expect(longestLow(address, new Uint8Array(zeros), false, answer)).toBe(low)
    })

    test("while zeros are read; the last one is not acknowledged", () => {
        expect(longestLow(0x7f, NONE, true, new Uint8Array(3))).toBe(1 + 9 + 9 + 8)
        expect(longestLow(0x7f, NONE, true, Uint8Array.of(0xff, 0, 0xff))).toBe(1 + 8 + 1)
        expect(longestLow(0x7f, NONE, true, undefined)).toBe(0)
    })

    test("not across the repeated START between a write and a read", () => {
        expect(longestLow(0x3f, Uint8Array.of(0xf0), true, Uint8Array.of(0xff))).toBe(5)
        expect(longestLow(0x7f, Uint8Array.of(0xff), true, Uint8Array.of(0x0f))).toBe(5)
    })
})

test("at 100 kHz a general call and address 0x40 make the 60 µs that wake an ATECC608B, at 400 kHz neither does", () => {
    const lowUs = (address: number, kHz: number) =>
        (longestLow(address, Uint8Array.of(0), false, undefined) * 1000) / kHz
    for (const address of [0x00, 0x40]) {
        expect(lowUs(address, 100)).toBeGreaterThanOrEqual(60)
        expect(lowUs(address, 400)).toBeLessThan(60)
    }
})
