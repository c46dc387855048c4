import type { CostTable, PricedCounts } from "./cost-table"

/**
 * Misses of the RP2040's flash cache, an estimate that virtual time leaves out: how many each work makes, and the cycles of one. The cache has 16 KiB in
 * two ways and lines of 8 bytes; a line comes over the quad SPI bus at half the processor's clock, in 28 of its cycles and what selecting the chip takes.
 * The numbers of misses were fitted to those counted in the emulator with a model of that cache (test/emulated/sections.json).
 */
const MISS_CYCLES = 60
const MISSES_PER_OPCODE = 0.11
const MISSES_PER_BUILT_IN_CALL = 30
const MISSES_PER_SHA256_BLOCK = 20

/** Milliseconds that the counted work takes beyond `predictMs` because it misses the flash cache. */
export function predictMissesMs(
    { byKind, builtIn, sha256Blocks }: Pick<PricedCounts, "byKind" | "builtIn" | "sha256Blocks">,
    { clockHz }: CostTable,
): number {
    const misses =
        MISSES_PER_OPCODE * sum(byKind) +
        MISSES_PER_BUILT_IN_CALL * sum(builtIn) +
        MISSES_PER_SHA256_BLOCK * sha256Blocks
    return (1000 * MISS_CYCLES * misses) / clockHz
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0)
