/** What the campaign `late` has found, for people. */
import { isInTime, type LateOutcome } from "./late"

export interface LateReport {
    device: string
    seeds: number
    /** Seeds in which the output was safe already. */
    held: number
    /** Seeds in which the work was not over when it happened. */
    underWay: number
    /** Worst milliseconds by work and rate; undefined if an output stayed on, `held` if it never was. */
    worst: Record<string, Record<string, number | "on" | "held">>
    worstOfAll: LateOutcome | undefined
    late: LateOutcome[]
}

export function lateReport(device: string, outcomes: readonly LateOutcome[]): LateReport {
    const worst: LateReport["worst"] = {}
    let worstOfAll: LateOutcome | undefined
    for (const outcome of outcomes) {
        const row = (worst[outcome.work] ??= {})
        const column = `${outcome.everyMs} ms`
        row[column] = worseOf(row[column], textOf(outcome))
        if (outcome.came !== "held" && weight(outcome) > (worstOfAll ? weight(worstOfAll) : -1)) worstOfAll = outcome
    }
    return {
        device,
        seeds: outcomes.length,
        held: outcomes.filter(({ came }) => came === "held").length,
        underWay: outcomes.filter(({ came, underWay }) => came !== "held" && underWay).length,
        worst,
        worstOfAll,
        late: outcomes.filter(outcome => !isInTime(outcome)),
    }
}

/** The command that plays an outcome again. */
export function commandFor({ device, work, everyMs, emergency, seed }: LateOutcome): string {
    return `npm run campaign -- late --device ${device} --work "${work}" --every ${everyMs} --only "${emergency}" --seed ${seed}`
}

export function printLateReport({ device, seeds, held, underWay, worst, worstOfAll, late }: LateReport): void {
    console.log(
        `${device}: ${seeds} seeds, ${underWay} of them in the middle of the work, ${held} with the output held by the device; worst, in ms`,
    )
    console.table(worst)
    for (const outcome of late.slice(0, MOST_LINES)) console.log(`late: ${lineOf(outcome)}`)
    if (late.length > MOST_LINES) console.log(`and ${late.length - MOST_LINES} more`)
    if (worstOfAll) console.log(`worst: ${lineOf(worstOfAll)}`)
}

const MOST_LINES = 10

function lineOf(outcome: LateOutcome): string {
    return `${textOf(outcome)}${outcome.came === "safe" ? " ms" : ""}, ${outcome.emergency}: ${commandFor(outcome)}`
}

function weight({ came, ms = 0 }: LateOutcome): number {
    return came === "on" ? Number.POSITIVE_INFINITY : ms
}

function textOf({ came, ms = 0 }: LateOutcome): number | "on" | "held" {
    return came === "safe" ? Math.ceil(ms) : came
}

type Text = ReturnType<typeof textOf>

function worseOf(a: Text | undefined, b: Text): Text {
    if (a === undefined || a === "held" || b === "on") return b
    if (a === "on" || b === "held") return a
    return Math.max(a, b)
}
