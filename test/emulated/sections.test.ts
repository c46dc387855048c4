/** The cost table against whole works on the emulated board: what it says of their counts, beside what they took. */
import { describe, expect, test } from "vitest"
import { type CostTable, predictMs } from "../../simulators/costs/cost-table"
import { predictMissesMs } from "../../simulators/costs/flash-misses"
import { RP2040_COSTS } from "../../simulators/costs/rp2040"
import { measuredSections } from "./sections"

/** What takes less is within the noise of what a section prints. */
const SHORTEST_MS = 5
const WITHIN = 0.1
const sections = [...measuredSections()].filter(([, { measuredMs }]) => measuredMs > SHORTEST_MS)
const withMisses = sections.flatMap(([name, { withMisses, counts }]) =>
    withMisses ? [[name, withMisses.measuredMs, counts] as const] : [],
)

/** Names of the sections that a table is too far off for. */
const missed = (table: CostTable) =>
    sections.filter(([, { measuredMs, counts }]) => Math.abs(predictMs(counts, table) / measuredMs - 1) > WITHIN)

test("there are sections of every program", () => {
    expect(sections.length).toBeGreaterThanOrEqual(27)
    expect(withMisses.length).toBeGreaterThanOrEqual(15)
})

test.each(sections)("%s", (_, { measuredMs, counts }) => {
    const ratio = predictMs(counts, RP2040_COSTS) / measuredMs
    expect(ratio).toBeGreaterThan(1 - WITHIN)
    expect(ratio).toBeLessThan(1 + WITHIN)
})

describe("with misses of the flash cache", () => {
    test.each(withMisses)("%s", (_, measuredMs, counts) => {
        const ratio = (predictMs(counts, RP2040_COSTS) + predictMissesMs(counts, RP2040_COSTS)) / measuredMs
        expect(ratio).toBeGreaterThan(1 - WITHIN)
        expect(ratio).toBeLessThan(1 + WITHIN)
    })

    test("without them, SLH-DSA would be too far off", () => {
        const [, measuredMs, counts] = withMisses.find(([name]) => name === "slhDsaSha2128s.verify")!
        expect(predictMs(counts, RP2040_COSTS) / measuredMs).toBeLessThan(1 - WITHIN)
    })
})

describe("a table that lacks one thing is found out:", () => {
    const { opcodes, doubles } = RP2040_COSTS
    test.each([
        ["soft-float", { doubles: { ...doubles, expr2_mul: 0 } }],
        ["memory that is cleared", { clearedByte: 0 }],
        ["hashing", { sha256Block: 0 }],
        ["two thirds of what a local costs", { opcodes: { ...opcodes, exprx_load_local: 66 } }],
        ["sums of doubles", { doubles: { ...doubles, expr2_add: 0 } }],
    ] as [string, Partial<CostTable>][])("%s", (_, lacking) => {
        expect(missed({ ...RP2040_COSTS, ...lacking })).not.toEqual([])
    })
})
