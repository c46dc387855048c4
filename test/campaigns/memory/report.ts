/** The outcomes of the memory campaign as a table, and those that are wrong so that each can be played again. */
import type { MemoryCase, MemoryOutcome } from "../memory"
import { nameOf } from "../memory"
import { OUTCOMES } from "./verdict"

/** In Markdown: by device and kind of fault. */
export function memoryTable(outcomes: readonly MemoryOutcome[]): string {
    const rows = new Map<string, number[]>()
    for (const { case: played, outcome } of outcomes) {
        const name = rowOf(played)
        const row = rows.get(name) ?? OUTCOMES.map(() => 0)
        row[OUTCOMES.indexOf(outcome)]++
        rows.set(name, row)
    }
    const lines = [...rows].map(([name, counts]) => `| ${name} | ${sum(counts)} | ${counts.join(" | ")} |`)
    return [
        `| device, moment, fault | cases | ${OUTCOMES.join(" | ")} |`,
        `| --- | ---: | ${OUTCOMES.map(() => "---:").join(" | ")} |`,
        ...lines,
        `| all | ${outcomes.length} | ${OUTCOMES.map(name => outcomes.filter(({ outcome }) => outcome === name).length).join(" | ")} |`,
    ].join("\n")
}

/** One line each, with what plays it again. */
export function wrongLines(outcomes: readonly MemoryOutcome[]): string[] {
    return outcomes
        .filter(({ outcome }) => outcome === "wrong")
        .map(({ case: played, seed, why }) => {
            const { device, profile } = played
            return `--device ${device} --profile ${profile} --seed ${seed} --only "${nameOf(played)}": ${why.join("; ")}`
        })
}

function rowOf({ device, moment, kind, target }: MemoryCase): string {
    return `${device}, ${moment}, ${kind}${AREA_KINDS.includes(String(kind)) ? ` ${target}` : ""}`
}

const AREA_KINDS = ["area"]

function sum(counts: readonly number[]): number {
    return counts.reduce((all, count) => all + count, 0)
}
