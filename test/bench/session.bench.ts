import { predictMs } from "../../simulators/costs/cost-table"
import { buildBenchmark } from "../../src/host/bench/programs"
import { runSections, stretchUs } from "../../src/host/bench/sections"
import { BOARD } from "./crypto-sections"
import type { Benchmark, Figure } from "./figure"
import { pieceBytes } from "./session-pieces"
import { SESSION_PROGRAMS } from "./session-programs"
import { wireBytes } from "./session-wire"

const COSTS = BOARD.costs

export default {
    prefix: "session",
    title:
        "Messages of 16, 64 and 185 bytes of payload, a pairing without the agreement, an update of keys and requests in the metered VM, " +
        `from frame to frame, and what that would take on an RP2040 at ${COSTS.clockHz / 1e6} MHz; bytes of code, and of all frames of both ends`,
    columns: ["opcodes", "heapBytes", "longestStretchUs", "predictedMs", "alone", "bytes"],
    exact: true,
    async measure() {
        const images = await Promise.all(SESSION_PROGRAMS.map(async program => (await buildBenchmark(program)).image))
        const exactHeap = new Map(
            images.flatMap(image => runSections(image, BOARD, true)).map(({ name, heapBytes }) => [name, heapBytes]),
        )
        const measured = images.flatMap(image => runSections(image, BOARD))
        const sections = measured.flatMap((section): Figure[] => {
            const figure = (name: string, value: number, unit: string) => ({
                name: `session.${section.name}.${name}`,
                value,
                unit,
            })
            return [
                figure("opcodes", section.opcodes, "opcodes"),
                figure("heapBytes", exactHeap.get(section.name)!, "bytes"),
                figure("longestStretchUs", stretchUs(section, COSTS), "µs"),
                figure("predictedMs", Math.round(10 * predictMs(section, COSTS)) / 10, "ms"),
            ]
        })
        const pieces = Object.entries(await pieceBytes()).flatMap(([name, bytes]): Figure[] => [
            { name: `session.code.${name}.alone`, value: bytes.optimised, unit: "bytes" },
        ])
        const wire = Object.entries(await wireBytes()).map(([name, value]) => ({
            name: `session.wire.${name}.bytes`,
            value,
            unit: "bytes",
        }))
        const imageBytes = images.reduce((sum, { length }) => sum + length, 0)
        return [
            ...sections,
            ...pieces,
            ...wire,
            { name: "session.program.imageBytes", value: imageBytes, unit: "bytes" },
        ]
    },
} satisfies Benchmark
