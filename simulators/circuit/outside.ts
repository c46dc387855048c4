/**
 * What somebody outside reaches. Each entry of `switches`, `indicators` and `parts` says on which side of the wall it is; the wires to those outside
 * end in a case that can be opened. Chip, gates and dead-man timers are inside. A board whose file names no side has no outside.
 */
import { netsOfPart } from "../parts/hazards"
import type { Circuit } from "./circuit"
import type { CircuitDescription } from "./schema"

type Line = CircuitDescription["lines"][string]

/**
 * Nets with a wire that leaves the inside: whoever opens the outer case can short it, cut it, or feed it from a source of his own. These are the
 * nets that feed and drive what is outside; and of an outer contact, the line that it shorts, or the net that it is a condition of, together
 * with the other conditions of that net, since the contact may be wired to any of them.
 */
export function outsideNets({ description, nets }: Circuit): ReadonlySet<string> {
    const { switches, indicators, parts, lines, chip } = description
    const contacts = outsideOf(switches)
    const wires = [
        ...outsideOf(parts).flatMap(name => netsOfPart(parts[name])),
        ...outsideOf(indicators).map(name => indicators[name].drive),
        ...nets
            .filter(({ needs }) => needs.some(need => contacts.includes(need)))
            // A line takes nothing from the chip's rail to the contact, unless that is where the contact pulls it.
            .flatMap(({ name, needs }) => [name, ...needs.filter(need => !(need === chip && staysIn(lines[name])))]),
    ]
    return new Set(wires.filter(net => !contacts.includes(net)))
}

/**
 * Lines whose level somebody outside can change, directly or through whatever they depend on, timers included. A line that stands for a
 * person inside must not be among them.
 */
export function outsideLines(circuit: Circuit): string[] {
    const reached = outsideReach(circuit)
    return Object.keys(circuit.description.lines).filter(label => reached.has(label))
}

/** How the outside gets at a net, from there to here: `["capture", "recording", "REC_SENSE"]`; empty if it does not. */
export function outsideWay(circuit: Circuit, net: string): string[] {
    const reached = outsideReach(circuit)
    const way: string[] = []
    for (let step = reached.has(net) ? net : undefined; step !== undefined; step = reached.get(step)) way.unshift(step)
    return way
}

/** Every net that the outside can change → the one that it is reached through; undefined for what is outside itself. */
function outsideReach(circuit: Circuit): ReadonlyMap<string, string | undefined> {
    const { switches, deadmen } = circuit.description
    const reached = new Map<string, string | undefined>()
    for (const net of [...outsideNets(circuit), ...outsideOf(switches)]) reached.set(net, undefined)
    // A timer may watch a net that comes after it, so one pass in order is not enough.
    for (let before = -1; before < reached.size; ) {
        before = reached.size
        for (const { name, needs } of circuit.nets) {
            const causes = [...needs, ...(name in deadmen ? [deadmen[name].input] : [])]
            const through = causes.find(cause => reached.has(cause))
            if (through !== undefined && !reached.has(name)) reached.set(name, through)
        }
    }
    return reached
}

function staysIn(line: Line | undefined): boolean {
    return line !== undefined && line.shorted?.to !== "high"
}

/** Whether the circuit file tells inside from outside. */
export function tellsSides({ description: { switches, indicators, parts } }: Circuit): boolean {
    return [switches, indicators, parts].some(section => Object.values(section).some(({ side }) => side !== undefined))
}

function outsideOf(section: Readonly<Record<string, { side?: string }>>): string[] {
    return Object.keys(section).filter(name => section[name].side === "outside")
}
