/** Sections of `devs/bench` as measured on the emulated board, each with the counts of the same image by the meter. */
import { readFileSync } from "node:fs"
import { z } from "zod"
import type { PricedCounts } from "../../simulators/costs/cost-table"

export interface MeasuredSection {
    measuredMs: number
    /** With a model of the flash cache. */
    withMisses?: { measuredMs: number; misses: number }
    counts: PricedCounts
}

const milliseconds = z.number().positive()
const schema = z.strictObject({
    what: z.string(),
    emulator: z.string(),
    runtime: z.string().regex(/v\d+\.\d+\.\d+/),
    program: z.string(),
    recorded: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    works: z.array(z.string()),
    sections: z.record(
        z.string(),
        z.strictObject({
            measuredMs: milliseconds,
            withMisses: z.strictObject({ measuredMs: milliseconds, misses: z.int().positive() }).optional(),
            counts: z.array(z.int().nonnegative()),
        }),
    ),
})

/** By name. */
export function measuredSections(): Map<string, MeasuredSection> {
    const file = new URL("sections.json", import.meta.url)
    const { works, sections } = schema.parse(JSON.parse(readFileSync(file, "utf8")))
    return new Map(
        Object.entries(sections).map(([name, section]) => [
            name,
            { ...section, counts: countsOf(works, section.counts) },
        ]),
    )
}

/** `byKind.expr2_add` is a count among others of its kind, `calls` one of its own. @throws RangeError unless each work has a count */
function countsOf(works: readonly string[], numbers: readonly number[]): PricedCounts {
    if (works.length !== numbers.length) throw new RangeError(`${works.length} works, ${numbers.length} counts`)
    const counts: Record<string, number | Record<string, number>> = {
        byKind: {},
        builtIn: {},
        doubles: {},
        overflows: {},
    }
    for (const [i, work] of works.entries()) {
        const [group, name] = work.split(".")
        if (name === undefined) counts[group] = numbers[i]
        else (counts[group] as Record<string, number>)[name] = numbers[i]
    }
    return counts as unknown as PricedCounts
}
