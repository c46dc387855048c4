import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { FRAM_BYTES, Fram } from "../../../simulators/parts/fram"
import { CUT_PHASES, PowerLost } from "../../../simulators/power-cut"
import { partOnBench } from "./bench"

function fram(seed?: number) {
    const bench = partOnBench(context => new Fram(context, 0x50), seed)
    bench.part.setPower(true)
    return bench
}

const at = (address: number, ...bytes: number[]) => Uint8Array.of(address >> 8, address & 0xff, ...bytes)

describe("a FRAM", () => {
    test("gives back what was written, at any address", () => {
        const { part } = fram()
        part.transfer(at(0x1234, 1, 2, 3), 0)
        expect(part.transfer(at(0x1234), 3)).toEqual(Uint8Array.of(1, 2, 3))
        expect(part.transfer(at(0x1235), 1)).toEqual(Uint8Array.of(2))
    })

    test("ignores the top address bit, and wraps around at its end", () => {
        const { part } = fram()
        part.transfer(at(FRAM_BYTES - 2, 1, 2, 3), 0)
        expect([part.bytes.at(-2), part.bytes.at(-1), part.bytes[0]]).toEqual([1, 2, 3])
        expect(part.transfer(at(0x8000 + FRAM_BYTES - 2), 3)).toEqual(Uint8Array.of(1, 2, 3))
    })

    test("reads on from where the last transaction ended", () => {
        const { part } = fram()
        part.transfer(at(0x100, 1, 2, 3, 4), 0)
        part.transfer(at(0x100), 2)
        expect(part.transfer(new Uint8Array(0), 2)).toEqual(Uint8Array.of(3, 4))
    })

    test("does nothing for half an address", () => {
        const { part } = fram()
        part.transfer(at(0x100, 7, 8), 0)
        part.transfer(at(0x100), 1)
        expect(part.transfer(Uint8Array.of(0), 1)).toEqual(Uint8Array.of(8))
        expect(part.operations).toBe(1)
    })

    test("counts the transactions that write, not those that set an address or read", () => {
        const { part } = fram()
        part.transfer(at(0, 1), 0)
        part.transfer(at(0), 4)
        part.transfer(at(0, 1, 2, 3), 1)
        expect(part.operations).toBe(2)
    })

    test("keeps its contents without power, and its address counter not", () => {
        const { part } = fram()
        part.transfer(at(0x200, 42), 0)
        part.setPower(false)
        expect(part.observe()).toMatchObject({ present: false })
        expect(part.transfer(at(0x200, 1), 1)).toBeUndefined()
        part.setPower(true)
        expect(part.transfer(at(0x200), 1)).toEqual(Uint8Array.of(42))
    })

    test("does not answer unplugged, and holds the bus when told to", () => {
        const { part } = fram()
        part.act("unplug")
        expect(part.transfer(at(0), 1)).toBeUndefined()
        part.act("plug")
        part.act("hold")
        expect(part.holdsBus).toBe(true)
        part.act("let-go")
        expect(part.holdsBus).toBe(false)
    })

    test("flips the bit asked for", () => {
        const { part } = fram()
        part.act("flip", 8 * 5 + 3)
        expect(part.bytes[5]).toBe(8)
        expect(() => part.act("flip", FRAM_BYTES * 8)).toThrow("board.part: flip:")
    })
})

const WP_HIGH = "protect"

describe("what can be wrong with a FRAM", () => {
    const read = (part: Fram, address: number, length: number) => [...part.transfer(at(address), length)!]

    test("with WP high it acknowledges what is written and keeps nothing; before and after it does", () => {
        const { part } = fram()
        part.transfer(at(0x10, 1, 2), 0)
        part.act(WP_HIGH)
        expect(part.transfer(at(0x10, 8, 9), 0)).toEqual(new Uint8Array(0))
        expect(read(part, 0x10, 2)).toEqual([1, 2])
        part.setPower(false)
        part.setPower(true)
        part.transfer(at(0x10, 8, 9), 0)
        expect(read(part, 0x10, 2)).toEqual([1, 2])
        part.act("unprotect")
        part.transfer(at(0x10, 8, 9), 0)
        expect(read(part, 0x10, 2)).toEqual([8, 9])
    })

    test("with WP high a power cut inside a write leaves what was there", () => {
        const { part } = fram()
        part.act(WP_HIGH)
        part.cutPowerAt({ operation: 0, phase: "after" })
        expect(() => part.transfer(at(0, 1, 2), 0)).toThrow(PowerLost)
        expect(read(part, 0, 2)).toEqual([0, 0])
    })

    test("gone stale it reads as it did, over a power cycle too; what was written meanwhile is there once it is refreshed", () => {
        const { part } = fram()
        part.transfer(at(0x10, 1, 2), 0)
        part.act("go-stale")
        part.transfer(at(0x11, 9), 0)
        part.setPower(false)
        part.setPower(true)
        expect(read(part, 0x10, 2)).toEqual([1, 2])
        part.act("refresh")
        expect(read(part, 0x10, 2)).toEqual([1, 9])
    })

    test("a stuck bit reads as its level whatever is written, and no other does", () => {
        const { part } = fram()
        part.act("stick", { bit: 8 * 5 + 3, level: 1 })
        part.act("stick", { bit: 8 * 6 + 7, level: 0 })
        expect(read(part, 4, 4)).toEqual([0, 8, 0, 0])
        part.transfer(at(4, 0xff, 0xf7, 0xff, 0xff), 0)
        expect(read(part, 4, 4)).toEqual([0xff, 0xff, 0x7f, 0xff])
        part.act("loosen")
        expect(read(part, 4, 4)).toEqual([0xff, 0xf7, 0xff, 0xff])
        expect(() => part.act("stick", { bit: 3, level: 2 })).toThrow("board.part: stick:")
        expect(() => part.act("stick", { bit: 8 * FRAM_BYTES, level: 0 })).toThrow("board.part: stick:")
    })

    test.each([8192, 16384])(
        "a part of %i bytes wraps around at its end, and takes part in nothing behind it",
        size => {
            const { part } = fram()
            part.transfer(at(size, 7), 0)
            part.act("fit", size)
            part.transfer(at(2 * size - 1, 1, 2), 0)
            expect(read(part, size - 1, 2)).toEqual([1, 2])
            expect(read(part, 0, 1)).toEqual([2])
            part.act("fit", FRAM_BYTES)
            expect(read(part, size, 1)).toEqual([7])
            expect(() => part.act("fit", 4096)).toThrow("board.part: fit:")
        },
    )

    test.each([0x00, 0xff])("filled with %i it is blank", value => {
        const { part } = fram()
        part.transfer(at(0x7fff, 1), 0)
        part.act("fill", value)
        expect(new Set(part.bytes)).toEqual(new Set([value]))
        expect(() => part.act("fill", 256)).toThrow("board.part: fill:")
    })

    test("recalls the image that was taken of it, as often as asked", () => {
        const { part } = fram()
        part.transfer(at(0x10, 1), 0)
        part.act("remember")
        for (const later of [2, 3]) {
            part.transfer(at(0x10, later), 0)
            part.act("recall")
            expect(read(part, 0x10, 1)).toEqual([1])
        }
    })
})

describe("a power cut at a write", () => {
    test.each(CUT_PHASES)("%s it strikes once, and leaves what it should", phase => {
        const { part } = fram()
        part.transfer(at(0, 9, 9, 9, 9), 0)
        part.cutPowerAt({ operation: 1, phase })
        expect(() => part.transfer(at(0, 1, 2, 3, 4), 0)).toThrow(PowerLost)
        const left = [...part.bytes.subarray(0, 4)]
        if (phase === "before") expect(left).toEqual([9, 9, 9, 9])
        if (phase === "after") expect(left).toEqual([1, 2, 3, 4])
        part.transfer(at(0, 5, 6), 0)
        expect(part.bytes.subarray(0, 2)).toEqual(Uint8Array.of(5, 6))
        expect(part.operations).toBe(3)
    })

    test("inside it leaves a prefix: over many seeds every length, and nothing else", () => {
        const lengths = new Set<number>()
        for (let seed = 0; seed < 60; seed++) {
            const { part } = fram(seed)
            part.cutPowerAt({ operation: 0, phase: "inside" })
            expect(() => part.transfer(at(0, 1, 2, 3, 4), 0)).toThrow(PowerLost)
            const length = part.bytes.indexOf(0)
            expect([...part.bytes.subarray(0, 5)]).toEqual([1, 2, 3, 4, 0].map((byte, i) => (i < length ? byte : 0)))
            lengths.add(length)
        }
        expect([...lengths].sort()).toEqual([0, 1, 2, 3, 4])
    })

    test("can be taken back", () => {
        const { part } = fram()
        part.cutPowerAt({ operation: 0, phase: "before" })
        part.cutPowerAt(undefined)
        expect(part.transfer(at(0, 1), 0)).toBeDefined()
    })
})

test("a FRAM is a memory: reads see the last writes", () => {
    const write = fc.record({ address: fc.nat(FRAM_BYTES - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }) })
    fc.assert(
        fc.property(fc.array(write, { maxLength: 20 }), writes => {
            const { part } = fram()
            const model = new Uint8Array(FRAM_BYTES)
            for (const { address, bytes } of writes) {
                part.transfer(at(address, ...bytes), 0)
                for (const [i, byte] of bytes.entries()) model[(address + i) % FRAM_BYTES] = byte
            }
            for (const { address, bytes } of writes) {
                const expected = bytes.map((_, i) => model[(address + i) % FRAM_BYTES])
                expect(part.transfer(at(address), bytes.length)).toEqual(expected)
            }
        }),
        { numRuns: 50 },
    )
})
