import { predictMs } from "../../simulators/costs/cost-table"
import { runSections, stretchUs } from "../../src/host/bench/sections"
import { buildJudge } from "../core/suit/judge-program"
import { BOARD } from "./crypto-sections"
import type { Benchmark, Figure } from "./figure"

const COSTS = BOARD.costs

export default {
    prefix: "update",
    title: `A package in the metered VM, from its first chunk (receive) and from its last (judge), and what that would take on an RP2040 at ${COSTS.clockHz / 1e6} MHz`,
    columns: ["opcodes", "heapBytes", "longestStretchUs", "predictedMs"],
    exact: true,
    async measure() {
        const image = await buildJudge()
        const exactHeap = new Map(runSections(image, BOARD, true).map(({ name, heapBytes }) => [name, heapBytes]))
        return runSections(image, BOARD).flatMap((section): Figure[] => {
            const figure = (name: string, value: number, unit: string) => ({
                name: `update.${section.name}.${name}`,
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
    },
} satisfies Benchmark
