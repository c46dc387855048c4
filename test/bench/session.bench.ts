import { predictMs } from "../../simulators/costs/cost-table"
import { buildBenchmark } from "../../src/host/bench/programs"
import { runSections, stretchUs } from "../../src/host/bench/sections"
import { BOARD } from "./crypto-sections"
import type { Benchmark, Figure } from "./figure"
import { pieceBytes } from "./session-pieces"

const COSTS = BOARD.costs

export default {
    prefix: "session",
    title: `Messages of 16, 64 and 185 bytes of payload in the metered VM, from frame to frame, and what that would take on an RP2040 at ${COSTS.clockHz / 1e6} MHz; bytes of code`,
    columns: ["opcodes", "heapBytes", "longestStretchUs", "predictedMs", "alone", "inGasValve"],
    exact: true,
    async measure() {
        const { image } = await buildBenchmark("session")
        const exactHeap = new Map(runSections(image, BOARD, true).map(({ name, heapBytes }) => [name, heapBytes]))
        const sections = runSections(image, BOARD).flatMap((section): Figure[] => {
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
            { name: `session.code.${name}.alone`, value: bytes.alone.optimised, unit: "bytes" },
            { name: `session.code.${name}.inGasValve`, value: bytes.inGasValve.optimised, unit: "bytes" },
        ])
        return [...sections, ...pieces, { name: "session.program.imageBytes", value: image.length, unit: "bytes" }]
    },
} satisfies Benchmark
