/** What the runtime's work costs on a chip, in cycles, and what a metered run would therefore take there. */
import type { MeterReading } from "../vm/meter"

/** One file a chip and build of the runtime; a board file names it as `$costs`. */
export interface CostTable {
    clockHz: number
    /** By opcode handler, as the meter names them, on integers where operands matter. */
    opcodes: Readonly<Record<string, number>>
    /** Any opcode that has no figure of its own. */
    otherOpcode: number
    /** Added by each arithmetic opcode that takes a double, by handler. */
    doubles: Readonly<Record<string, number>>
    /** Added by each arithmetic opcode whose integers overflow into a double. */
    overflow: number
    /** Any opcode that calls: setting up and coming back, frame not included. */
    call: number
    /** Added by a call of a function of the program, for its frame, without the memory that is cleared for it. */
    frame: number
    /** By built-in function, beyond the call and the work counted below. */
    builtIn: Readonly<Record<string, number>>
    otherBuiltIn: number
    /** A byte of free memory overwritten by an allocation or a collection. */
    clearedByte: number
    sha256Block: number
    aesBlock: number
}

/** The counts of a reading that a prediction is made from. */
export type PricedCounts = Pick<
    MeterReading,
    "byKind" | "builtIn" | "calls" | "doubles" | "overflows" | "clearedBytes" | "sha256Blocks" | "aesBlocks"
>

/** Cycles that the counted work takes. Collections are priced by what they clear; what they look through has no figure. */
export function predictCycles(counts: PricedCounts, table: CostTable): number {
    const opcode = (kind: string) => table.opcodes[kind] ?? (CALLS.test(kind) ? table.call : table.otherOpcode)
    return (
        total(counts.byKind, opcode) +
        total(counts.doubles, kind => table.doubles[kind]) +
        total(counts.overflows, () => table.overflow) +
        total(counts.builtIn, name => table.builtIn[name] ?? table.otherBuiltIn) +
        counts.calls * table.frame +
        counts.clearedBytes * table.clearedByte +
        counts.sha256Blocks * table.sha256Block +
        counts.aesBlocks * table.aesBlock
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
