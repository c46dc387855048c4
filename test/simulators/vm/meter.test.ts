import { expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { workbench } from "../board/workbench"

const metered = (program: string) => workbench(`test/programs/${program}.ts`, undefined, { metered: true })

test("the meter changes nothing in the run", async () => {
    const hashes = await Promise.all(
        [true, false].map(async metered => {
            const bench = await workbench("test/programs/heap-exhaustion.ts", undefined, { metered })
            bench.runMs(10_000)
            return bench.trace.sha256()
        }),
    )
    expect(hashes[0]).toBe(hashes[1])
})

test("an endless loop is its longest run: one opcode short of the runtime's limit of 131,072", async () => {
    const { board, runMs } = await metered("endless-loop")
    runMs(4000)
    const reading = board.meter()!
    expect(reading.longestRunOpcodes).toBe(131_071)
    expect(Object.values(reading.byKind).reduce((sum, n) => sum + n)).toBe(reading.opcodes)
    // n++ and the jump back: the kinds that make up the loop run equally often, to one.
    expect(Math.abs(reading.byKind.stmtx_jmp - reading.byKind.expr2_add)).toBeLessThan(1000)
})

test("heap: what is allocated, what stays reachable, and what collections cost", async () => {
    const { board, runMs } = await metered("heap-exhaustion")
    runMs(3100)
    const before = board.meter()!
    expect(before.heapPeakBytes).toBeLessThan(4096)
    runMs(1000)
    const after = board.meter()!
    // 1 KiB pieces into a heap of 64 KiB: all but the last two fit.
    expect(after.heapPeakBytes).toBeGreaterThan(61 * 1024)
    expect(after.heapPeakBytes).toBeLessThanOrEqual(64 * 1024)
    expect(after.heapLivePeakBytes).toBeGreaterThan(60 * 1024)
    expect(after.gcRuns).toBeGreaterThan(before.gcRuns)
})

test("SHA-256 blocks: the runtime hashes the image once when it starts it", async () => {
    const { image } = await buildFirmware("test/programs/never-pausing.ts")
    const { board, runMs } = await metered("never-pausing")
    runMs(1500)
    expect(board.meter()!.sha256Blocks).toBe(Math.ceil((image.length + 9) / 64))
})

test("an unmetered board has no meter, nor has one without power", async () => {
    const plain = await workbench("test/programs/never-pausing.ts")
    expect(plain.board.meter()).toBeUndefined()
    const { board } = await metered("never-pausing")
    board.powerOff()
    expect(board.meter()).toBeUndefined()
})
