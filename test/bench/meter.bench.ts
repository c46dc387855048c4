import { loadBoard } from "../../simulators/board/definition"
import { buildFirmware } from "../../src/host/build/firmware"
import { workbenchFor } from "../simulators/board/workbench"
import type { Benchmark } from "./figure"

/** A program that does nothing but run opcodes, so that the meter shows most. */
const PROGRAM = "test/programs/counting.ts"
const START_MS = 1_500
const RUN_MS = 10_000
const REPETITIONS = 5

export default {
    prefix: "sim.meter",
    title: "What the meter costs: a program that computes and a gas valve at rest, metered against not",
    async measure() {
        const definition = loadBoard("valve_pico", "boards")
        const figures = []
        for (const [name, device, runMs] of [
            ["busy", PROGRAM, RUN_MS],
            ["idle", "gas-valve", 6 * RUN_MS],
        ] as const) {
            const { image } = await buildFirmware(device)
            const wallMs = (metered: boolean) => {
                const { runMs: run, entries } = workbenchFor(image, definition, { metered })
                run(START_MS)
                const start = performance.now()
                run(runMs)
                const ms = performance.now() - start
                if (entries.some(({ kind }) => kind === "panic"))
                    throw new Error(`${device} ended while it was measured`)
                return ms
            }
            // Alternating, and the best of each, so that other load on the machine touches both alike.
            const pairs = Array.from({ length: REPETITIONS }, () => [wallMs(false), wallMs(true)])
            pairs.shift() // the engine is still compiling
            const best = (column: 0 | 1) => Math.min(...pairs.map(pair => pair[column]))
            figures.push({
                name: `sim.meter.${name}.costRatio`,
                value: Math.round((100 * best(1)) / best(0)) / 100,
                unit: "x",
            })
        }
        return figures
    },
} satisfies Benchmark
