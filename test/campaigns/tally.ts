import type { Outcome } from "./power-cut"

/** Counts of outcomes by memory and phase. */
export function tally(outcomes: readonly Outcome[]): Record<string, Record<string, number>> {
    const table: Record<string, Record<string, number>> = {}
    for (const { memory, cut, program, records, safe, recovers } of outcomes) {
        const row = (table[`${cut.phase} a ${memory} operation`] ??= {
            cuts: 0,
            "program runs": 0,
            "waits for a program": 0,
            dead: 0,
            "records kept": 0,
            "records lost": 0,
            "records invented": 0,
            "output unsafe": 0,
            "not recovered": 0,
        })
        row.cuts++
        row[{ runs: "program runs", waits: "waits for a program", dead: "dead" }[program]]++
        row[`records ${records}`]++
        if (!safe) row["output unsafe"]++
        if (!recovers) row["not recovered"]++
    }
    return table
}
