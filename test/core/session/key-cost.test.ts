/** What a device's part costs on an RP2040, as predicted: the figures of docs/session-keys.md. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { STRETCH_MS } from "../../../src/core/ports"
import { runSections, stretchUs } from "../../../src/host/bench/sections"
import { buildFirmware } from "../../../src/host/build/firmware"

const BOARD = loadBoard("valve_pico", "boards")
/** Most milliseconds, opcodes and bytes of heap; a stretch has 10 ms, as elsewhere. An update has 32 ms in all, beside what the seals of its messages take. */
const LIMITS: Record<string, { ms: number; opcodes: number; heapBytes: number }> = {
    "edhoc.message1": { ms: 25, opcodes: 5_000, heapBytes: 1_800 },
    "edhoc.message3": { ms: 140, opcodes: 48_000, heapBytes: 3_300 },
    "edhoc.again": { ms: 2, opcodes: 500, heapBytes: 500 },
    "edhocMinus21.message1": { ms: 25, opcodes: 4_500, heapBytes: 1_800 },
    "edhocMinus21.message3": { ms: 70, opcodes: 16_000, heapBytes: 2_400 },
    "edhocMinus21.again": { ms: 2, opcodes: 500, heapBytes: 500 },
    "kudos.answer": { ms: 17, opcodes: 3_700, heapBytes: 1_500 },
    "kudos.confirm": { ms: 15, opcodes: 3_200, heapBytes: 1_500 },
}

test("a pairing beside the agreement, and an update", async () => {
    const folder = await mkdtemp(join(tmpdir(), "domovoi-session-"))
    try {
        const { image } = await buildFirmware("test/programs/session-cost.ts", { cacheDir: join(folder, "cache") })
        const sections = runSections(image, BOARD)
        // With a collection at every allocation, nothing but what is in use counts.
        const heaps = runSections(image, BOARD, true).map(({ heapBytes }) => heapBytes)
        expect(sections.map(({ name }) => name)).toEqual(Object.keys(LIMITS))
        for (const [i, section] of sections.entries()) {
            const { name, opcodes, cycles } = section
            const heapBytes = heaps[i]
            const ms = (1000 * cycles) / BOARD.costs.clockHz
            const stretch = stretchUs(section, BOARD.costs) / 1000
            console.log(
                `${name}: ${ms.toFixed(1)} ms, ${opcodes} opcodes, stretch ${stretch.toFixed(1)} ms, heap ${heapBytes}`,
            )
            expect(ms, name).toBeLessThan(LIMITS[name].ms)
            expect(opcodes, name).toBeLessThan(LIMITS[name].opcodes)
            expect(heapBytes, name).toBeLessThan(LIMITS[name].heapBytes)
            expect(stretch, name).toBeLessThan(STRETCH_MS + 2)
        }
    } finally {
        await rm(folder, { recursive: true })
    }
})
