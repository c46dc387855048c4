import { beforeAll, describe, expect, test } from "vitest"
import { loadBoard } from "../../simulators/board/definition"
import { runSections, type Section } from "../../src/host/bench/sections"
import { buildFirmware } from "../../src/host/build/firmware"

const board = loadBoard("valve_pico", "boards")
/** What a section does besides its work: printing, pausing, being called. */
const AROUND = 10

describe("sections of a program", () => {
    let plain: Map<string, Section>
    let stressed: Map<string, Section>
    beforeAll(async () => {
        const { image } = await buildFirmware("test/programs/metered-work.ts", { optimised: false })
        const run = (gcStress: boolean) => new Map(runSections(image, board, gcStress).map(s => [s.name, s]))
        plain = run(false)
        stressed = run(true)
    })

    test("calls of functions of the program", () => {
        const { calls, allocations } = plain.get("calls")!
        expect(calls).toBeGreaterThanOrEqual(100)
        expect(calls).toBeLessThan(100 + AROUND)
        expect(allocations).toBeGreaterThanOrEqual(100)
    })

    test("calls of the runtime's functions", () => {
        expect(plain.get("buffers")!.builtIn.fun1_Buffer_alloc).toBe(100)
        expect(plain.get("buffers")!.calls).toBeLessThan(AROUND)
    })

    test("arithmetic that takes doubles, and that overflows into them", () => {
        expect(plain.get("doubles")!.doubles.expr2_add).toBe(100)
        expect(plain.get("doubles")!.overflows).toEqual({})
        const { doubles, overflows } = plain.get("overflows")!
        expect(overflows.expr2_mul).toBe(100)
        expect(doubles.expr2_add).toBe(100)
        expect(plain.get("calls")!.doubles).toEqual({})
    })

    test("heap: garbage counts in a plain run and not in one that collects all the time; opcodes are the same", () => {
        expect(plain.get("buffers")!.heapBytes).toBeGreaterThan(10_000)
        expect(stressed.get("buffers")!.heapBytes).toBeLessThan(1000)
        for (const [name, { opcodes }] of plain) expect(stressed.get(name)!.opcodes).toBe(opcodes)
    })

    test("each allocation clears what is left of the free block behind it", () => {
        const { clearedBytes, allocations } = plain.get("buffers")!
        expect(clearedBytes).toBeGreaterThan(1000 * allocations)
        expect(clearedBytes).toBeLessThan(64 * 1024 * allocations)
    })

    test("peaks are those of the section", () => {
        for (const { longestRunOpcodes, opcodes } of plain.values())
            expect(longestRunOpcodes).toBeLessThanOrEqual(opcodes)
    })
})

test("a program that panics is said to", async () => {
    const { image } = await buildFirmware("test/programs/unhandled-exception.ts")
    expect(() => runSections(image, board)).toThrow("panic")
})
