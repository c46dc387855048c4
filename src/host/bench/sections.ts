/** Reads a benchmark program's sections off the console of a metered board, with the meter beside it. */
import { Board } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { US_PER_S, VirtualClock } from "../../../simulators/clock"
import type { CostTable } from "../../../simulators/costs/cost-table"
import { randomStreams } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"
import type { MeterReading } from "../../../simulators/vm/meter"
import { SECTION_LINE } from "./section-lines"

/** What happened between the lines `start NAME` and `end NAME MS ms right` of `devs/bench/section.ts`. */
export interface Section extends Counts {
    name: string
    /** By the program's own clock, in whole milliseconds. */
    boardMs: number
    /** Longest run between two yields, in opcodes. */
    longestRunOpcodes: number
    /** The one that takes longest, in cycles. */
    longestStretchCycles: number
    /** Most heap in use at once above what was in use at the start, in bytes; garbage is part of it unless the board collects all the time. */
    heapBytes: number
}

type Counter = Exclude<keyof MeterReading, `heap${string}` | `longest${string}`>
export type Counts = Pick<MeterReading, Counter>

const COUNTERS: readonly Counter[] = [
    "cycles",
    "opcodes",
    "byKind",
    "builtIn",
    "calls",
    "entered",
    "doubles",
    "overflows",
    "sha256Blocks",
    "aesBlocks",
    "randomBytes",
    "verifiedBytes",
    "gcRuns",
    "gcBlocks",
    "fiberLooks",
    "fiberRuns",
    "passes",
    "packets",
    "sentPackets",
    "allocations",
    "clearedBytes",
]

/** The longest stretch in whole microseconds. */
export const stretchUs = ({ longestStretchCycles }: Section, { clockHz }: CostTable) =>
    Math.round((1e6 * longestStretchCycles) / clockHz)

/** Virtual time after which a program that has not finished is given up. */
const LIMIT_S = 600

/**
 * Runs a program to its last line.
 * @throws Error if it panics, does not finish, or finds a result wrong
 */
export function runSections(image: Uint8Array, definition: BoardDefinition, gcStress = false): Section[] {
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const random = randomStreams(1)
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    const board = new Board({ name: "dut", definition, clock, bus, trace, random, metered: true, gcStress })
    board.install(image)
    const sections: Section[] = []
    let before: MeterReading
    let finished = false
    trace.watch(({ kind, line }) => {
        if (kind === "panic") throw new Error(`the program ended in a panic after ${sections.length} sections`)
        const [, event, name, boardMs, verdict] = (kind === "log" && SECTION_LINE.exec(String(line))) || []
        if (event === "start") {
            board.restartPeaks()
            before = board.meter()!
        } else if (event === "end") {
            if (verdict !== "right") throw new Error(`${name} computes a wrong result`)
            sections.push({ name, boardMs: Number(boardMs), ...between(before, board.meter()!) })
        } else if (event === "finished") finished = true
    })
    board.powerOn()
    for (let s = 0; s < LIMIT_S && !finished; s++) clock.runUntil(clock.nowUs + US_PER_S)
    board.powerOff()
    if (!finished) throw new Error(`the program is not through after ${LIMIT_S} s`)
    return sections
}

function between(before: MeterReading, after: MeterReading) {
    return {
        ...(Object.fromEntries(COUNTERS.map(name => [name, difference(before[name], after[name])])) as Counts),
        longestRunOpcodes: after.longestRunOpcodes,
        longestStretchCycles: after.longestStretchCycles,
        heapBytes: after.heapPeakBytes - before.heapBytes,
    }
}

type Count = number | Record<string, number>

function difference(before: Count, after: Count): Count {
    if (typeof after === "number") return after - (before as number)
    const earlier = before as Record<string, number>
    const risen = Object.entries(after).map(([name, n]) => [name, n - (earlier[name] ?? 0)] as const)
    return Object.fromEntries(risen.filter(([, n]) => n > 0))
}
