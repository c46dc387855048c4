/** What the runtime's work costs on a chip, in cycles, and what a metered run would therefore take there. */
import type { MeterReading } from "../vm/meter"

/** One file a chip and build of the runtime; a board file names it as `$costs`. */
export interface CostTable {
    clockHz: number
    /** Whether the figures were taken of this chip, if only an emulated one, or are another's. */
    measured: boolean
    /** By opcode handler, as the meter names them, on integers where operands matter. */
    opcodes: Readonly<Record<string, number>>
    /** Any opcode that has no figure of its own. */
    otherOpcode: number
    /** Added by each arithmetic opcode that takes a double, by handler. */
    doubles: Readonly<Record<string, number>>
    /** Added by each arithmetic opcode whose integers overflow into a double. */
    overflow: number
    /** Any opcode that calls. */
    call: number
    /** Added by each call, whoever answers. */
    enter: number
    /** Added by a call of a function of the program, without the memory for its frame. */
    frame: number
    /** By built-in function, beyond the call and the work counted below. */
    builtIn: Readonly<Record<string, number>>
    otherBuiltIn: number
    /** A block of the heap that is given out, a frame among them. */
    allocation: number
    /** A byte of free memory overwritten by an allocation or a collection. */
    clearedByte: number
    /** A collection: a fixed part, and each block that it leaves. */
    collection: number
    collectedBlock: number
    sha256Block: number
    aesBlock: number
    randomByte: number
    /** A byte of an image whose form is verified. */
    verifiedByte: number
    /** A look for a fiber that is due. */
    fiberLook: number
    /** A fiber is run, up to its first opcode. */
    fiberRun: number
    /** One pass of the runtime's main loop: what all its services do when nothing is to be done. */
    pass: number
    /** A Jacdac packet, before a program hears of it. */
    packet: number
    /** A Jacdac packet of the chip's own. */
    sentPacket: number
}

/** What works cost, whatever the time of a cycle. */
export type CycleCosts = Omit<CostTable, "clockHz" | "measured">

export function cycleCosts({ clockHz: _, measured: __, ...costs }: CostTable): CycleCosts {
    return costs
}

/** Counts of single works, and the price of each. */
const WORKS = {
    entered: "enter",
    calls: "frame",
    allocations: "allocation",
    clearedBytes: "clearedByte",
    sha256Blocks: "sha256Block",
    aesBlocks: "aesBlock",
    randomBytes: "randomByte",
    verifiedBytes: "verifiedByte",
    gcRuns: "collection",
    gcBlocks: "collectedBlock",
    fiberLooks: "fiberLook",
    fiberRuns: "fiberRun",
    passes: "pass",
    packets: "packet",
    sentPackets: "sentPacket",
} as const

/** The counts of a reading that a prediction is made from. */
export type PricedCounts = Pick<MeterReading, "byKind" | "builtIn" | "doubles" | "overflows" | keyof typeof WORKS>

export const opcodeCycles = (kind: string, table: CycleCosts) =>
    table.opcodes[kind] ?? (CALLS.test(kind) ? table.call : table.otherOpcode)

export const builtInCycles = (name: string, table: CycleCosts) => table.builtIn[name] ?? table.otherBuiltIn

/** Cycles of hashing so many bytes: the padding is a 1 bit and a length of 8 bytes. */
export const sha256Cycles = (bytes: number, { sha256Block }: CostTable) => Math.ceil((bytes + 9) / 64) * sha256Block

/** Cycles that the counted work takes, waiting for hardware apart: what virtual time counts while that work is done. */
export function predictCycles(counts: PricedCounts, table: CostTable): number {
    return (
        total(counts.byKind, kind => opcodeCycles(kind, table)) +
        total(counts.doubles, kind => table.doubles[kind]) +
        total(counts.overflows, () => table.overflow) +
        total(counts.builtIn, name => builtInCycles(name, table)) +
        Object.entries(WORKS).reduce(
            (sum, [count, price]) => sum + counts[count as keyof typeof WORKS] * table[price],
            0,
        )
    )
}

/** @returns milliseconds */
export function predictMs(counts: PricedCounts, table: CostTable): number {
    return (1000 * predictCycles(counts, table)) / table.clockHz
}

const CALLS = /^stmt\d+_call/

function total(counts: Readonly<Record<string, number>>, cycles: (name: string) => number): number {
    return Object.entries(counts).reduce((sum, [name, count]) => sum + count * cycles(name), 0)
}
