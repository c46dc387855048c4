import { expect, test } from "vitest"
import { constantTimeEqual } from "../../../src/core/crypto/constant-time"
import { rising } from "./vectors/bytes"

test("equal bytes are equal, and one different bit anywhere makes them differ", () => {
    for (const length of [0, 1, 16, 64]) {
        const bytes = rising(length, 200)
        expect(constantTimeEqual(bytes, rising(length, 200))).toBe(true)
        expect(constantTimeEqual(bytes, bytes)).toBe(true)
        for (let bit = 0; bit < 8 * length; bit++) {
            const other = rising(length, 200)
            other[bit >> 3] ^= 1 << (bit & 7)
            expect(constantTimeEqual(bytes, other)).toBe(false)
        }
    }
})

test("other lengths are different, whatever the common part", () => {
    expect(constantTimeEqual(rising(16, 0), rising(15, 0))).toBe(false)
    expect(constantTimeEqual(rising(0, 0), rising(1, 0))).toBe(false)
})

test("what is no Buffer is refused, on either side", () => {
    const wrong = undefined as unknown as Buffer
    expect(() => constantTimeEqual(wrong, rising(1, 0))).toThrow("a must be a Buffer")
    expect(() => constantTimeEqual(rising(1, 0), wrong)).toThrow("b must be a Buffer")
})
