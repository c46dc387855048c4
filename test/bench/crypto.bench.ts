import { predictCycles, predictMs } from "../../simulators/costs/cost-table"
import { predictMissesMs } from "../../simulators/costs/flash-misses"
import { type Section, stretchUs } from "../../src/host/bench/sections"
import { BOARD, coreBytes, runCryptoSections } from "./crypto-sections"
import type { Benchmark, Figure } from "./figure"

const COSTS = BOARD.costs

export default {
    prefix: "crypto",
    title: `The programs of devs/bench in the metered VM, and what they would take on an RP2040 at ${COSTS.clockHz / 1e6} MHz`,
    columns: ["opcodes", "nativeCalls", "heapBytes", "longestStretchUs", "pauses", "predictedMs", "withMissesMs"],
    exact: true,
    async measure() {
        const sections = await runCryptoSections()
        const exactHeap = new Map((await runCryptoSections(true)).map(({ name, heapBytes }) => [name, heapBytes]))
        return [
            ...sections.flatMap(section => figuresOf(section, exactHeap.get(section.name)!)),
            ratio("crypto.ed25519.verify.timesFaster", "tweetnacl.ed25519Verify", "ed25519.verify", sections),
            ratio("crypto.x25519.agree.timesFaster", "tweetnacl.x25519Agree", "x25519.agree", sections),
            { name: "crypto.core.bytecodeBytes", value: await coreBytes(), unit: "bytes" },
        ]
    },
} satisfies Benchmark

function figuresOf(section: Section, heapBytes: number): Figure[] {
    const nativeCalls = Object.values(section.builtIn).reduce((sum, n) => sum + n, 0)
    const figure = (name: string, value: number, unit: string) => ({
        name: `crypto.${section.name}.${name}`,
        value,
        unit,
    })
    return [
        figure("opcodes", section.opcodes, "opcodes"),
        figure("nativeCalls", nativeCalls, "calls"),
        figure("heapBytes", heapBytes, "bytes"),
        figure("longestStretchUs", stretchUs(section, COSTS), "µs"),
        figure("pauses", section.builtIn.fun1_DeviceScript_sleep, "pauses"),
        figure("predictedMs", tenths(predictMs(section, COSTS)), "ms"),
        figure("withMissesMs", tenths(predictMs(section, COSTS) + predictMissesMs(section, COSTS)), "ms"),
    ]
}

const tenths = (ms: number) => Math.round(10 * ms) / 10

/** Predicted cycles of one section divided by those of another. */
function ratio(name: string, slow: string, fast: string, sections: readonly Section[]): Figure {
    const cycles = (wanted: string) => predictCycles(sections.find(section => section.name === wanted)!, COSTS)
    return { name, value: Math.round((10 * cycles(slow)) / cycles(fast)) / 10, unit: "x" }
}
