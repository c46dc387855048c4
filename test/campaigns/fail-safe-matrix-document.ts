/** The fail-safe matrix as a page of docs/, and what such a page says of one cell. */
import { type Cell, isKept } from "./fail-safe-matrix"

const HEAD = `# The fail-safe matrix

Milliseconds from a cause until an output is safe for good, and the limit behind the stroke. Measured in the simulator, with the real runtime and
the reference firmware: the output is on, program state and cause arise at the same moment, and the worst of ten moments of the program's
cycle counts. A limit that was not kept is in bold. \`on\` means that the output stayed on for the 8 s that were watched, on a late bus 3 s. Where no
limit is promised, a letter says why.

*Computing*: the device is at work on something long, and the worst of five moments of each such work counts; its name stands behind the limit.
The works are those of \`test/firmware/long-work/works.ts\`, whatever a host or a person can have a device do while its outputs are on. What else
takes long (a start, provisioning, a factory reset, the installation and trial of an update) it does with its outputs safe. *Late bus*: more readings
of its sensor than the device can handle, as fast as the wire carries them, so that what is heard grows old. *Silent bus with timer defect*: the
sensor is unplugged and nobody else says anything; the stock runtime of the RP2040 then stands still ([simulator](simulator.md)). In the row *sensor
absent* others talk.

Limits: springs, switches and wires act at once (1 ms); a dead-man falls 500 ms (its circuit) and one beat (50 ms) after the program; a reset
asked for on the bus is heard when what is being written to the FRAM is written (15 ms on the valve, 70 ms on the doorbell); the rest is
what [firmware](firmware.md) promises. *Hung* is an endless loop, *bus stuck* an I2C line held low: a write hangs the runtime then, and the dead-man
falls. *Stalled* is a processor that does nothing, *no program* one that is being removed, *hostile* one that holds every output and beats. An
identity is looked at when the device starts, so its damage comes before the start, and 0 means that the output never came on.

\`npm run -s campaign -- matrix > docs/fail-safe-matrix.md\` makes this page; \`test/campaigns/fail-safe-matrix.test.ts\` holds parts of it
against new measurements. Causes that no reference device can have yet are not in it: network, update, policy, owner, an implausible rate,
and a sensor that is stuck, which tells nothing else than clean air does. The gas valve has no tamper switch and no secure element.
`

/** @param cells of one or more devices, in the order of their measurement */
export function matrixDocument(cells: readonly Cell[]): string {
    const reasons: string[] = []
    const letterOf = (why: string) => {
        if (!reasons.includes(why)) reasons.push(why)
        return String.fromCharCode(97 + reasons.indexOf(why))
    }
    const textOf = (cell: Cell) => {
        const { limit, worstMs, work } = cell
        const measured = worstMs === undefined ? "on" : String(Math.ceil(worstMs))
        const during = work && worstMs !== 0 ? `, ${work}` : ""
        if ("why" in limit) return `${measured} (${letterOf(limit.why)})${during}`
        return (isKept(cell) ? `${measured} / ${limit.withinMs}` : `**${measured} / ${limit.withinMs}**`) + during
    }
    const tables = [...grouped(cells, headingOf)].map(([heading, ofOutput]) => {
        const states = [...new Set(ofOutput.map(({ state }) => state))]
        const rows = [...grouped(ofOutput, ({ cause }) => cause)].map(([cause, row]) => [cause, ...row.map(textOf)])
        const lines = [["cause", ...states], ["cause", ...states].map(() => "---"), ...rows]
        return `## ${heading}\n\n${lines.map(line => `| ${line.join(" | ")} |`).join("\n")}\n`
    })
    const why = reasons.map(reason => `- (${letterOf(reason)}) ${reason}`).join("\n")
    return [HEAD, ...tables, `## Where no limit is promised\n\n${why}\n`].join("\n")
}

/** What a page says that was measured: milliseconds, or undefined where the output stayed on. @throws Error if it has no such cell */
export function documentedMs(document: string, cell: Cell): number | undefined {
    const table = document.split("\n## ").find(section => section.startsWith(`${headingOf(cell)}\n`))
    const lines = (table ?? "").split("\n").filter(line => line.startsWith("|"))
    const [head, row] = ["cause", cell.cause].map(first =>
        lines.map(line => line.split("|").map(text => text.trim())).find(fields => fields[1] === first),
    )
    const text = row?.[head?.indexOf(cell.state) ?? -1]
    const measured = /^\**(on|\d+) /.exec(text ?? "")
    if (!measured) throw new Error(`the page says nothing of ${headingOf(cell)}, ${cell.cause}, ${cell.state}`)
    return measured[1] === "on" ? undefined : Number(measured[1])
}

function headingOf({ device, output }: Cell): string {
    return `${device}: ${output}`
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>()
    for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
    return groups
}
