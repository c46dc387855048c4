import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { NorFlash, PAGE_BYTES } from "../../simulators/flash"
import { CUT_PHASES, PowerLost } from "../../simulators/power-cut"
import { Random } from "../../simulators/random"

const SIZE = 4 * PAGE_BYTES
const flash = (seed = 1) => new NorFlash(SIZE, new Random(seed))
const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })

describe("NOR flash", () => {
    test("programming only clears bits", () => {
        fc.assert(
            fc.property(fc.nat(SIZE - 300), bytes, bytes, (offset, first, second) => {
                const chip = flash()
                chip.program(offset, first)
                chip.program(offset, second)
                for (let i = 0; i < Math.max(first.length, second.length); i++)
                    expect(chip.bytes[offset + i]).toBe((first[i] ?? 0xff) & (second[i] ?? 0xff))
            }),
        )
    })

    test("erasing sets one page and wears it", () => {
        const chip = flash()
        chip.program(0, new Uint8Array(SIZE))
        chip.erase(PAGE_BYTES)
        chip.erase(PAGE_BYTES)
        expect([...chip.wear]).toEqual([0, 2, 0, 0])
        expect(chip.bytes.subarray(0, PAGE_BYTES).every(byte => byte === 0)).toBe(true)
        expect(chip.bytes.subarray(PAGE_BYTES, 2 * PAGE_BYTES).every(byte => byte === 0xff)).toBe(true)
        expect(chip.bytes.subarray(2 * PAGE_BYTES).every(byte => byte === 0)).toBe(true)
    })

    test.each([
        ["before the chip", () => flash().program(-1, new Uint8Array(1))],
        ["past its end", () => flash().program(SIZE - 1, new Uint8Array(2))],
        ["erase off a page's start", () => flash().erase(1)],
    ])("refuses an operation %s", (_, operation) => expect(operation).toThrow(RangeError))
})

describe("a power cut in a program operation", () => {
    test.each(CUT_PHASES)("%s it", phase => {
        fc.assert(
            fc.property(bytes, fc.integer(), (data, seed) => {
                const chip = flash(seed)
                chip.program(0, Uint8Array.of(0))
                chip.cutPowerAt({ operation: 1, phase })
                expect(() => chip.program(8, data)).toThrow(PowerLost)
                const found = chip.bytes.subarray(8, 8 + data.length)
                if (phase === "before") expect(found.every(byte => byte === 0xff)).toBe(true)
                if (phase === "after") expect([...found]).toEqual([...data])
                if (phase === "inside") {
                    const whole = [...data].findIndex((byte, i) => found[i] !== byte)
                    if (whole < 0) return
                    // Everything up to one 8-byte unit is as it should be, everything after that unit is untouched.
                    const unit = whole - (whole % 8)
                    for (let i = unit; i < unit + 8 && i < data.length; i++) expect(found[i] & data[i]).toBe(data[i])
                    expect(found.subarray(unit + 8).every(byte => byte === 0xff)).toBe(true)
                }
            }),
        )
    })

    test("strikes once, and not before its operation", () => {
        const chip = flash()
        chip.cutPowerAt({ operation: 2, phase: "before" })
        chip.program(0, Uint8Array.of(1))
        chip.program(1, Uint8Array.of(1))
        expect(() => chip.program(2, Uint8Array.of(1))).toThrow("power cut before operation 2")
        chip.program(2, Uint8Array.of(1))
        expect(chip.operations).toBe(4)
    })

    test("can be taken back", () => {
        const chip = flash()
        chip.cutPowerAt({ operation: 0, phase: "inside" })
        chip.cutPowerAt(undefined)
        chip.program(0, Uint8Array.of(1))
        expect(chip.bytes[0]).toBe(1)
    })
})

test("a cut erase leaves a mixture of old and erased bits, drawn from the seed", () => {
    const cutErase = (seed: number) => {
        const chip = flash(seed)
        chip.program(0, new Uint8Array(PAGE_BYTES).fill(0x0f))
        chip.cutPowerAt({ operation: 1, phase: "inside" })
        expect(() => chip.erase(0)).toThrow(PowerLost)
        return chip.bytes.slice(0, PAGE_BYTES)
    }
    const page = cutErase(7)
    expect(page.every(byte => (byte & 0x0f) === 0x0f)).toBe(true)
    expect(new Set(page).size).toBe(16)
    expect([...cutErase(7)]).toEqual([...page])
    expect([...cutErase(8)]).not.toEqual([...page])
})
