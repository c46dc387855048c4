import { type Expression, isHigh, netsOf } from "./expression"
import type { CircuitDescription } from "./schema"

/** Level of a chip pin: 0, 1, or undefined when it floats. */
export type Level = 0 | 1
export type Pull = "up" | "down"

/** Everything outside the wiring that decides its levels. What is left out is off: open, floating, silent, whole. */
export interface CircuitInputs {
    /** Whether the board is plugged in. */
    readonly supply: boolean
    /** What the chip does with its pins, by label. */
    readonly pins: ReadonlyMap<string, { level?: Level; pull?: Pull }>
    /** Which contacts are closed. */
    readonly switches: ReadonlyMap<string, boolean>
    /** Which dead-man timers have seen an edge within their timeout. */
    readonly deadmen: ReadonlyMap<string, boolean>
    /** Which indicators have burnt out. */
    readonly burnt: ReadonlySet<string>
    /** Nets held at a level by somebody with a wire, whatever else drives them. */
    readonly forced?: ReadonlyMap<string, boolean>
}

export type NetKind = "supply" | "rail" | "line" | "switch" | "gate" | "deadman" | "indicator"

/** Net → whether it is high (a contact closed, a current flowing). */
export type Levels = ReadonlyMap<string, boolean>

interface Net {
    readonly name: string
    readonly kind: NetKind
    /** Nets that its level depends on. */
    readonly needs: readonly string[]
    level(at: (net: string) => boolean, inputs: CircuitInputs): boolean
}

/** A board's wiring: nets in an order in which each comes after those it depends on. */
export interface Circuit {
    /** Path of the file it was read from. */
    readonly file: string
    readonly description: CircuitDescription
    readonly nets: readonly Net[]
    /** Label → GPIO number of every wired pin. */
    readonly pins: ReadonlyMap<string, number>
    /** Label → what the board file has the runtime drive the pin to, 1 ms after each reset and before any program runs. */
    readonly startLevels: ReadonlyMap<string, Level>
}

/** The level of every net. Pure: the same inputs give the same levels, whatever happened before. */
export function evaluate(circuit: Circuit, inputs: CircuitInputs): Levels {
    const levels = new Map<string, boolean>()
    const at = (net: string) => levels.get(net)!
    for (const net of circuit.nets) levels.set(net.name, inputs.forced?.get(net.name) ?? net.level(at, inputs))
    return levels
}

/** A net together with the place in the circuit file that defines it. */
export type DefinedNet = Net & { readonly path: string[] }

/** All nets of a description as written: in no order, and nothing checked. */
export function definedNets(description: CircuitDescription): DefinedNet[] {
    const { supply, chip, rails, lines, switches, gates, deadmen, indicators } = description
    const section = <T>(
        name: string,
        kind: NetKind,
        entries: Record<string, T>,
        rule: (name: string, entry: T) => Rule,
    ) => Object.entries(entries).map(([key, entry]) => ({ name: key, kind, path: [name, key], ...rule(key, entry) }))
    return [
        { name: supply, kind: "supply", path: ["supply"], needs: [], level: (_, inputs) => inputs.supply },
        ...section("rails", "rail", rails, (_, expression) => combination(expression)),
        ...section("lines", "line", lines, (label, line) => lineRule(label, line, chip)),
        ...section("switches", "switch", switches, name => ({
            needs: [],
            level: (_, inputs) => inputs.switches.get(name) ?? false,
        })),
        ...section("gates", "gate", gates, (_, expression) => combination(expression)),
        // The timer's input is no dependency: it acts through time, so a dead-man may watch what it gates.
        ...section("deadmen", "deadman", deadmen, (name, { power }) => ({
            needs: [power],
            level: (at, inputs) => at(power) && (inputs.deadmen.get(name) ?? false),
        })),
        ...section("indicators", "indicator", indicators, (name, { drive }) => ({
            needs: [drive],
            level: (at, inputs) => at(drive) && !inputs.burnt.has(name),
        })),
    ]
}

type Rule = Pick<Net, "needs" | "level">

function combination(expression: Expression): Rule {
    return { needs: netsOf(expression), level: at => isHigh(expression, at) }
}

/** Strongest first: a short, the chip's driver, the sensed circuit, the resistor on the board, the one in the chip. */
function lineRule(label: string, line: CircuitDescription["lines"][string], chip: string): Rule {
    const { shorted, sense, pull } = line
    return {
        needs: [chip, ...(shorted ? [shorted.by] : []), ...(sense === undefined ? [] : netsOf(sense))],
        level(at, inputs) {
            const powered = at(chip)
            if (shorted && at(shorted.by)) return powered && shorted.to === "high"
            const pin = powered ? inputs.pins.get(label) : undefined
            if (pin?.level !== undefined) return pin.level === 1
            if (sense !== undefined) return isHigh(sense, at)
            return powered && (pull ?? pin?.pull) === "up"
        },
    }
}
