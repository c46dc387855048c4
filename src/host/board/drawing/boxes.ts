/** A circuit as what is drawn of it: a box for each thing, and the nets that go into it and come out of it. Nothing here has a place yet. */
import type { Circuit, NetKind } from "../../../../simulators/circuit/circuit"
import { netsOf } from "../../../../simulators/circuit/expression"
import type { PartPromise } from "../../../../simulators/circuit/schema"
import { netsOfPart } from "../../../../simulators/parts/hazards"
import { plainText } from "../../plain-text"
import { combinedBy, formula } from "./words"

export type BoxKind = NetKind | "chip" | "part"

/** Where a net meets a box. */
export interface Port {
    net: string
    /** The chip's pin, which is written beside the port. */
    label?: string
    notes: readonly string[]
}

export interface Box {
    /** Unique among the boxes. */
    name: string
    kind: BoxKind
    title: string
    notes: readonly string[]
    /** What the circuit file promises of it. */
    promises: readonly string[]
    isOutside: boolean
    /** On its left side. */
    inputs: readonly Port[]
    /** On its right side. */
    outputs: readonly Port[]
}

/** Titles of the two boxes that the chip is drawn as, so that wires go from left to right. */
export const DRIVES = "chip drives"
export const READS = "chip reads"

/** In the order of the file, without loops: what would close one is in a note alone. Each net comes out of one box. */
export function boxesOf(circuit: Circuit): Box[] {
    const { supply, rails, lines, switches, gates, deadmen, indicators, parts } = circuit.description
    const boxes: Box[] = [
        box("supply", supply, { notes: ["supply"], outputs: [port(supply)] }),
        ...Object.entries(rails).map(([name, expression]) =>
            box("rail", name, {
                notes: [`rail${combinedBy(expression)}`],
                inputs: distinct(netsOf(expression)).map(port),
                outputs: [port(name)],
            }),
        ),
        chipThatDrives(circuit),
        ...Object.entries(switches).map(([name, { kind, closed, side }]) =>
            box("switch", name, {
                notes: [kind, `${closed ? "closed" : "open"} at first`],
                promises: promisedBy(circuit, "switch", name, "cuts"),
                isOutside: side === "outside",
                outputs: [port(name)],
            }),
        ),
        ...Object.entries(deadmen).map(([name, { input, timeoutMs, power }]) =>
            box("deadman", name, {
                notes: [`dead-man, ${timeoutMs} ms`, `hears edges of ${input}`],
                promises: promisedBy(circuit, "deadman", name, "stops"),
                inputs: [port(power)],
                outputs: [port(name)],
            }),
        ),
        ...Object.entries(gates).map(([name, expression]) =>
            box("gate", name, {
                notes: [`gate${combinedBy(expression)}`],
                inputs: distinct(netsOf(expression)).map(port),
                outputs: [port(name)],
            }),
        ),
        ...Object.entries(indicators).map(([name, { drive, side }]) =>
            box("indicator", name, {
                notes: ["lamp"],
                promises: promisedBy(circuit, "indicator", name, "lit for"),
                isOutside: side === "outside",
                inputs: [port(drive)],
                outputs: [port(name)],
            }),
        ),
        ...Object.entries(parts).map(([name, part]) =>
            box("part", name, {
                notes: [part.kind, ...("address" in part ? [`at 0x${part.address.toString(16)}`] : [])],
                promises: name in circuit.description.promises ? owedBy(circuit.description.promises[name]) : [],
                isOutside: part.side === "outside",
                inputs: distinct(netsOfPart(part)).map(port),
            }),
        ),
        ...linesInBetween(circuit).map(label =>
            box("line", label, {
                title: pinName(circuit, label),
                notes: notesOnLine(circuit, label),
                inputs: sourcesOf(lines[label]).map(port),
                outputs: [port(label)],
            }),
        ),
        ...chipThatReads(circuit),
    ]
    return withHeardEdges(boxes, circuit).map(shown)
}

/** What would turn or hide text is written out, before anybody measures it. */
function shown(box: Box): Box {
    const { title, notes, promises, inputs, outputs } = box
    const pin = ({ net, label, notes }: Port) => ({
        net,
        label: label && plainText(label),
        notes: notes.map(plainText),
    })
    return {
        ...box,
        title: plainText(title),
        notes: notes.map(plainText),
        promises: promises.map(plainText),
        inputs: inputs.map(pin),
        outputs: outputs.map(pin),
    }
}

function box(kind: BoxKind, name: string, fields: Partial<Box>): Box {
    return { kind, name, title: name, notes: [], promises: [], isOutside: false, inputs: [], outputs: [], ...fields }
}

const port = (net: string): Port => ({ net, notes: [] })
const distinct = (names: readonly string[]) => [...new Set(names)]

type Line = Circuit["description"]["lines"][string]

/** Nets that act on a line besides the chip. */
const sourcesOf = ({ shorted, sense }: Line) =>
    distinct([...(shorted ? [shorted.by] : []), ...(sense === undefined ? [] : netsOf(sense))])

function chipThatDrives(circuit: Circuit): Box {
    const { chip, lines } = circuit.description
    const driven = Object.keys(lines).filter(label => sourcesOf(lines[label]).length === 0)
    return box("chip", DRIVES, {
        notes: [`fed by ${chip}`],
        inputs: [port(chip)],
        outputs: driven.map(label => pin(circuit, label)),
    })
}

/** The chip once more, at the end, with what it only reads. */
function chipThatReads(circuit: Circuit): Box[] {
    const { lines } = circuit.description
    const needed = neededLines(circuit)
    const read = Object.keys(lines).filter(label => sourcesOf(lines[label]).length > 0 && !needed.has(label))
    if (read.length === 0) return []
    const inputs = read.flatMap(label =>
        sourcesOf(lines[label]).map((net, at) => (at === 0 ? { ...pin(circuit, label), net } : port(net))),
    )
    return [box("chip", READS, { inputs })]
}

/** Lines that something else than the chip acts on, and that something else than the chip hears. */
function linesInBetween(circuit: Circuit): string[] {
    const { lines } = circuit.description
    const needed = neededLines(circuit)
    return Object.keys(lines).filter(label => sourcesOf(lines[label]).length > 0 && needed.has(label))
}

function neededLines({ nets, description: { parts, deadmen } }: Circuit): ReadonlySet<string> {
    return new Set([
        ...nets.flatMap(({ needs }) => needs),
        ...Object.values(parts).flatMap(netsOfPart),
        ...Object.values(deadmen).map(({ input }) => input),
    ])
}

const pin = (circuit: Circuit, label: string): Port => ({
    net: label,
    label: pinName(circuit, label),
    notes: notesOnLine(circuit, label),
})

const pinName = ({ pins }: Circuit, label: string) => `${label}, GPIO ${pins.get(label)}`

function notesOnLine({ description, startLevels }: Circuit, label: string): string[] {
    const { pull, shorted, sense } = description.lines[label]
    const start = startLevels.get(label)
    const electric = [
        ...(pull ? [`pulled ${pull}`] : []),
        ...(shorted ? [`${shorted.by} shorts it ${shorted.to}`] : []),
        ...(sense === undefined ? [] : [`senses ${formula(sense)}`]),
        ...(start === undefined ? [] : [`${start === 1 ? "high" : "low"} at start`]),
    ]
    return [electric.join(", "), ...(description.persons.includes(label) ? ["a person's word"] : [])].filter(
        note => note !== "",
    )
}

/** What a part owes to its wiring. */
function owedBy({ asked, deadman, withinMs, switch: cutBy, indicator, sense }: PartPromise): string[] {
    return [
        `asked by ${asked}`,
        `off in ${withinMs} ms by ${deadman}`,
        ...(cutBy === undefined ? [] : [`cut by ${cutBy}`]),
        ...(indicator === undefined ? [] : [`shown by ${indicator}`]),
        ...(sense === undefined ? [] : [`lamp told at ${sense}`]),
    ]
}

/** The same, from the side of what keeps it. */
function promisedBy({ description: { promises } }: Circuit, field: keyof PartPromise, name: string, verb: string) {
    const parts = Object.keys(promises).filter(part => promises[part][field] === name)
    return parts.length === 0 ? [] : [`${verb} ${parts.join(", ")}`]
}

/** A dead-man may hear what it gates: that wire would go back, and only its note says so. */
function withHeardEdges(boxes: readonly Box[], { description: { deadmen } }: Circuit): Box[] {
    const all = new Map(boxes.map(box => [box.name, box]))
    const sources = new Map(boxes.flatMap(({ name, outputs }) => outputs.map(({ net }) => [net, name])))
    const behind = (net: string, found = new Set<string>()): ReadonlySet<string> => {
        const name = sources.get(net)!
        if (found.has(name)) return found
        found.add(name)
        for (const input of all.get(name)!.inputs) behind(input.net, found)
        return found
    }
    for (const [name, { input }] of Object.entries(deadmen)) {
        const timer = all.get(name)!
        if (behind(input).has(name) || timer.inputs.some(({ net }) => net === input)) continue
        all.set(name, { ...timer, inputs: [...timer.inputs, port(input)] })
    }
    return [...all.values()]
}
