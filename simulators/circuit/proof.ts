/**
 * The promises that a board keeps by wiring, proved: each has the form "while this net is high, that one is high too", and is checked
 * over every combination of everything that either net depends on. What they do not depend on cannot matter, so nothing is sampled.
 */
import { type Circuit, type CircuitInputs, evaluate, type Level } from "./circuit"

export interface ProvedPromise {
    part: string
    promise: string
    /** The net that is high whenever the part's is. */
    witness: string
    combinations: number
}

export interface BrokenPromise {
    part: string
    promise: string
    /** What to put into the circuit to see it broken; undefined if the board has nothing that could keep the promise. */
    combination: string | undefined
}

interface PromiseKind {
    readonly promise: string
    readonly partKinds: readonly string[]
    readonly net: "power" | "drive"
    /** Nets that could keep it. */
    witnesses(circuit: Circuit): string[]
}

const CAPTURING = ["microphone", "camera"]
const PROMISES: readonly PromiseKind[] = [
    {
        promise: "has no power while the privacy switch is open",
        partKinds: CAPTURING,
        net: "power",
        witnesses: ({ description }) => named(description.switches, ({ kind }) => kind === "slide-switch"),
    },
    {
        promise: "has no power without a recording indicator on the same supply",
        partKinds: CAPTURING,
        net: "power",
        witnesses: ({ description }) => Object.keys(description.indicators),
    },
    {
        promise: "is not driven when no heartbeat comes",
        partKinds: ["valve", "lock"],
        net: "drive",
        witnesses: ({ description }) => Object.keys(description.deadmen),
    },
]

/** Proves or breaks every promise that the parts of a board call for. */
export function prove(circuit: Circuit): { proved: ProvedPromise[]; broken: BrokenPromise[] } {
    const proved: ProvedPromise[] = []
    const broken: BrokenPromise[] = []
    for (const [part, description] of Object.entries(circuit.description.parts))
        for (const { promise, partKinds, net: role, witnesses } of PROMISES) {
            const net = partKinds.includes(description.kind) ? netOf(description, role) : undefined
            if (net === undefined) continue
            const attempts = witnesses(circuit).map(witness => ({ witness, ...implies(circuit, net, witness) }))
            const success = attempts.find(({ counterexample }) => !counterexample)
            if (success) proved.push({ part, promise, witness: success.witness, combinations: success.combinations })
            else broken.push({ part, promise, combination: attempts[0]?.counterexample })
        }
    return { proved, broken }
}

/** Whether `witness` is high in every combination in which `net` is, unless it is an indicator that has burnt out. */
function implies(circuit: Circuit, net: string, witness: string): { combinations: number; counterexample?: string } {
    let combinations = 0
    for (const inputs of allInputs(circuit, [net, witness])) {
        combinations++
        const levels = evaluate(circuit, inputs)
        if (levels.get(net) && !levels.get(witness) && !inputs.burnt.has(witness))
            return { combinations, counterexample: described(inputs) }
    }
    return { combinations }
}

/** A pin that the chip holds low, holds high, leaves alone, or pulls up or down. */
const PIN_STATES: readonly { level?: Level; pull?: "up" | "down" }[] = [
    { level: 0 },
    { level: 1 },
    {},
    { pull: "up" },
    { pull: "down" },
]
const OFF_ON = [false, true] as const

/** Every combination of the inputs that the given nets depend on; all others are off. */
function* allInputs(circuit: Circuit, nets: readonly string[]): Generator<CircuitInputs> {
    const behind = dependencies(circuit, nets)
    const ofKind = (kind: string) =>
        circuit.nets.filter(net => net.kind === kind && behind.has(net.name)).map(net => net.name)
    const [switches, deadmen, indicators, lines] = ["switch", "deadman", "indicator", "line"].map(ofKind)
    const states = <T>(names: readonly string[], values: readonly T[]) => [...product(names.map(() => values))]
    const mapped = <T>(names: readonly string[], values: readonly T[]) =>
        new Map(names.map((name, i) => [name, values[i]]))
    const [switchStates, deadmanStates, burntStates] = [switches, deadmen, indicators].map(names =>
        states(names, OFF_ON),
    )
    const pinStates = states(lines, PIN_STATES)
    for (const supply of OFF_ON)
        for (const closed of switchStates)
            for (const alive of deadmanStates)
                for (const burnt of burntStates)
                    for (const pins of pinStates)
                        yield {
                            supply,
                            switches: mapped(switches, closed),
                            deadmen: mapped(deadmen, alive),
                            burnt: new Set(indicators.filter((_, i) => burnt[i])),
                            pins: mapped(lines, pins),
                        }
}

/** The given nets and all that they depend on. Nets come after those that they need. */
function dependencies(circuit: Circuit, nets: readonly string[]): Set<string> {
    const found = new Set(nets)
    for (const net of circuit.nets.toReversed()) if (found.has(net.name)) for (const need of net.needs) found.add(need)
    return found
}

/** Every combination of the given values, one of each list. */
export function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
    if (lists.length === 0) return yield []
    for (const head of lists[0]) for (const tail of product(lists.slice(1))) yield [head, ...tail]
}

function named<T>(entries: Readonly<Record<string, T>>, wanted: (entry: T) => boolean): string[] {
    return Object.keys(entries).filter(name => wanted(entries[name]))
}

function netOf(part: object, role: "power" | "drive"): string | undefined {
    return role in part ? String((part as Record<string, unknown>)[role]) : undefined
}

function described({ supply, switches, deadmen, burnt, pins }: CircuitInputs): string {
    const pin = ({ level, pull }: { level?: Level; pull?: string }) => level ?? (pull ? `pulled ${pull}` : "floating")
    return [
        `supply ${supply ? "on" : "off"}`,
        ...[...switches].map(([name, closed]) => `${name} ${closed ? "closed" : "open"}`),
        ...[...deadmen].map(([name, alive]) => `${name} ${alive ? "running" : "fallen"}`),
        ...[...burnt].map(name => `${name} burnt`),
        ...[...pins].map(([label, state]) => `${label} ${pin(state)}`),
    ].join(", ")
}
