/** Every state that a part of a circuit can be put into, by the chip, by people inside and outside, by wear and by time. */
import type { Circuit, CircuitInputs, Level, NetKind, Pull } from "./circuit"
import { outsideNets } from "./outside"

/**
 * A pin that the chip holds low, holds high, leaves alone, or pulls up or down. A line without a resistor on the board that floats high is one that
 * is pulled up.
 */
const PIN_STATES: readonly { level?: Level; pull?: Pull }[] = [
    { level: 0 },
    { level: 1 },
    {},
    { pull: "up" },
    { pull: "down" },
]
const OFF_ON = [false, true] as const
/** What may be done to a wire outside: nothing, a short to ground, a source of one's own. Cut, it is what an open switch makes of it. */
const FORCES = [undefined, false, true] as const

export interface Combinations {
    readonly count: number
    all(): Generator<CircuitInputs>
}

/**
 * Every combination of all inputs that the given nets depend on; all others are off. What the nets do not depend on cannot matter to them, so
 * nothing is sampled. What a dead-man did before is one of its two states, and a bouncing contact one of its two at any moment: so what holds
 * in each combination holds at each moment, whatever came before.
 */
export function combinationsOf(circuit: Circuit, nets: readonly string[]): Combinations {
    const behind = dependencies(circuit, nets)
    const ofKind = (kind: NetKind) =>
        circuit.nets.filter(net => net.kind === kind && behind.has(net.name)).map(net => net.name)
    const [switches, deadmen, indicators, lines] = (["switch", "deadman", "indicator", "line"] as const).map(ofKind)
    const wires = [...outsideNets(circuit)].filter(net => behind.has(net))
    const bits = switches.length + deadmen.length + indicators.length + 1
    return {
        count: 2 ** bits * PIN_STATES.length ** lines.length * FORCES.length ** wires.length,
        *all() {
            for (const supply of OFF_ON)
                for (const closed of assignments(switches, OFF_ON))
                    for (const alive of assignments(deadmen, OFF_ON))
                        for (const burnt of assignments(indicators, OFF_ON))
                            for (const pins of assignments(lines, PIN_STATES))
                                for (const held of assignments(wires, FORCES))
                                    yield {
                                        supply,
                                        switches: closed,
                                        deadmen: alive,
                                        burnt: new Set(indicators.filter(name => burnt.get(name))),
                                        pins,
                                        forced: new Map([...held].filter(isForced)),
                                    }
        },
    }
}

/** One line for a person who wants to see it. */
export function described({ supply, switches, deadmen, burnt, pins, forced }: CircuitInputs): string {
    const pin = ({ level, pull }: { level?: Level; pull?: Pull }) => level ?? (pull ? `pulled ${pull}` : "floating")
    return [
        `supply ${supply ? "on" : "off"}`,
        ...[...switches].map(([name, closed]) => `${name} ${closed ? "closed" : "open"}`),
        ...[...deadmen].map(([name, alive]) => `${name} ${alive ? "running" : "fallen"}`),
        ...[...burnt].map(name => `${name} burnt`),
        ...[...pins].map(([label, state]) => `${label} ${pin(state)}`),
        ...[...(forced ?? [])].map(([net, high]) => `${net} ${high ? "fed" : "grounded"} from outside`),
    ].join(", ")
}

/** Every combination of the given values, one of each list. */
export function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
    if (lists.length === 0) return yield []
    for (const head of lists[0]) for (const tail of product(lists.slice(1))) yield [head, ...tail]
}

/** Every way to give each of the names one of the values. */
function* assignments<T>(names: readonly string[], values: readonly T[]): Generator<ReadonlyMap<string, T>> {
    for (const chosen of product(names.map(() => values))) yield new Map(names.map((name, i) => [name, chosen[i]]))
}

/** The given nets and all that they depend on. Nets come after those that they need. */
function dependencies(circuit: Circuit, nets: readonly string[]): ReadonlySet<string> {
    const found = new Set(nets)
    for (const net of circuit.nets.toReversed()) if (found.has(net.name)) for (const need of net.needs) found.add(need)
    return found
}

function isForced(entry: [string, boolean | undefined]): entry is [string, boolean] {
    return entry[1] !== undefined
}
