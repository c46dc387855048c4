/** What the compact ladder costs an RP2040, as predicted: the figures of docs/crypto-curves.md. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { runSections, stretchUs } from "../../../src/host/bench/sections"
import { buildFirmware } from "../../../src/host/build/firmware"

const BOARD = loadBoard("valve_pico", "boards")
const MOST_MS = 25_000
const MOST_OPCODES = 6_000_000
const LONGEST_STRETCH_MS = 10
const MOST_HEAP_BYTES = 4_000

test("an own key and an agreement", async () => {
    const folder = await mkdtemp(join(tmpdir(), "domovoi-x25519-"))
    try {
        const { image } = await buildFirmware("test/programs/x25519-compact.ts", { cacheDir: join(folder, "cache") })
        const sections = runSections(image, BOARD)
        // With a collection at every allocation, nothing but what is in use counts.
        const heaps = runSections(image, BOARD, true).map(({ heapBytes }) => heapBytes)
        expect(sections.map(({ name }) => name)).toEqual(["publicKey", "agree"])
        for (const [i, section] of sections.entries()) {
            const { name, opcodes, cycles } = section
            const heapBytes = heaps[i]
            const ms = (1000 * cycles) / BOARD.costs.clockHz
            const stretch = stretchUs(section, BOARD.costs) / 1000
            console.log(
                `${name}: ${ms.toFixed(0)} ms, ${opcodes} opcodes, stretch ${stretch.toFixed(1)} ms, heap ${heapBytes}`,
            )
            expect(ms, name).toBeLessThan(MOST_MS)
            expect(opcodes, name).toBeLessThan(MOST_OPCODES)
            expect(stretch, name).toBeLessThan(LONGEST_STRETCH_MS)
            expect(heapBytes, name).toBeLessThan(MOST_HEAP_BYTES)
        }
    } finally {
        await rm(folder, { recursive: true })
    }
})
