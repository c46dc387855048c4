/** The outcomes of the memory campaign as docs/memory.md has them, and those that are wrong so that each can be played again. */
import { type MemoryOutcome, MOMENTS, nameOf } from "../memory"
import { OUTCOMES } from "./verdict"

/** Two tables in Markdown: by kind of fault, and by what was struck. */
export function memoryTables(outcomes: readonly MemoryOutcome[]): string {
    const byFault = (outcome: MemoryOutcome) => `${outcome.case.device}: ${outcome.case.kind}`
    const struck = outcomes.filter(outcome => outcome.case.target !== "")
    const byTarget = (outcome: MemoryOutcome) => `${outcome.case.device}: ${outcome.case.target}`
    return `${table("fault", outcomes, byFault)}\n\n${table("record, area", struck, byTarget)}`
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

function table(what: string, outcomes: readonly MemoryOutcome[], rowOf: (outcome: MemoryOutcome) => string): string {
    const rows = new Map<string, MemoryOutcome[]>()
    for (const outcome of outcomes) rows.set(rowOf(outcome), [...(rows.get(rowOf(outcome)) ?? []), outcome])
    const heads = MOMENTS.flatMap(moment => [moment, ...OUTCOMES])
    const names = [...rows.keys()].sort()
    return [
        line(what, heads),
        line(
            "---",
            heads.map(() => "---:"),
        ),
        ...names.map(name => line(name, countsOf(rows.get(name)!))),
        line("all", countsOf(outcomes)),
    ].join("\n")
}

function line(name: string, cells: readonly (string | number)[]): string {
    return `| ${[name, ...cells].join(" | ")} |`
}

/** Of each moment: cases, and how many had each outcome. */
function countsOf(outcomes: readonly MemoryOutcome[]): number[] {
    return MOMENTS.flatMap(moment => {
        const then = outcomes.filter(({ case: played }) => played.moment === moment)
        return [then.length, ...OUTCOMES.map(name => then.filter(({ outcome }) => outcome === name).length)]
    })
}
