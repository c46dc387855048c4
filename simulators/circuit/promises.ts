/** What a board owes by its wiring to the people around its parts, as sentences that are true or false in each state of the circuit. */
import { HAZARDS, netsOfPart } from "../parts/hazards"
import type { Circuit, CircuitInputs } from "./circuit"
import { outsideNets, outsideWay } from "./outside"
import type { PartPromise } from "./schema"

/** Names of the promises, for programs that read a proof. docs/circuits.md has the table. */
export const PROMISE_NAMES = [
    "declared",
    "sides",
    "time",
    "separate",
    "start",
    "asked",
    "deadman",
    "heartbeat",
    "switch",
    "indicator",
    "indicator-only",
    "sense",
    "inside",
] as const
export type PromiseName = (typeof PROMISE_NAMES)[number]

/** The level of a net in the state that is looked at. */
type At = (net: string) => boolean

/** A sentence about one part. */
export interface Sentence {
    readonly part: string
    readonly promise: PromiseName
    readonly says: string
    /** What keeps it: a net of the circuit. */
    readonly witness: string
}

/** A sentence about levels: to be looked at in every combination of what its nets depend on. */
export interface Claim extends Sentence {
    readonly nets: readonly string[]
    /** Whether it is true there; undefined where it says nothing, because the part is off or the chip is. */
    holds(at: At, inputs: CircuitInputs): boolean | undefined
}

/** A sentence about the file: true or not, and in that case why. */
export interface Declaration extends Sentence {
    readonly fault: string | undefined
    readonly withinMs?: number
}

/** A part with what it promises. */
export interface Promised {
    readonly part: string
    readonly promise: PartPromise
}

/** What the figures of circuit file and board file alone decide: the time of a part's dead-man, its lines, and its start. */
export function declarationsOf(circuit: Circuit, { part, promise }: Promised): Declaration[] {
    const { asked, heartbeat, deadman, withinMs } = promise
    return [
        {
            part,
            promise: "time",
            says: `is off within ${withinMs} ms of the last heartbeat`,
            witness: deadman,
            withinMs,
            fault: timeFault(circuit, part, promise),
        },
        {
            part,
            promise: "separate",
            says: "is asked for on another line than the heartbeat's",
            witness: asked,
            fault: asked === heartbeat ? `both are ${asked}; give the heartbeat a line of its own` : undefined,
        },
        {
            part,
            promise: "start",
            says: "is not asked for, and no beat comes, between a reset and the program",
            witness: asked,
            fault: startFault(circuit, promise),
        },
    ]
}

function timeFault({ description: { parts, deadmen } }: Circuit, part: string, promise: PartPromise) {
    const { deadman, withinMs } = promise
    const { timeoutMs } = deadmen[deadman]
    const { kind } = parts[part]
    const hazard = HAZARDS[kind]
    if (timeoutMs > withinMs) return `${deadman} falls after ${timeoutMs} ms; make its timeoutMs at most ${withinMs}`
    if (hazard.class !== "harmless" && withinMs > hazard.limitMs)
        return `a ${kind} has to be off within ${hazard.limitMs} ms; make withinMs at most that`
    return undefined
}

/** While pins float the other promises hold, as they do in all states of all pins; then the runtime drives what the board file says. */
function startFault({ description: { lines }, startLevels }: Circuit, { asked, heartbeat }: PartPromise) {
    if (startLevels.get(asked) !== 0) return `the board file has to hold it low: "sPin": { "${asked}": 0 }`
    const floats = lines[heartbeat].pull === "up" ? 1 : 0
    if ((startLevels.get(heartbeat) ?? floats) !== floats)
        return `every reset makes an edge on ${heartbeat}: "sPin": { "${heartbeat}": ${floats} }`
    return undefined
}

/** The promises about levels of a part. */
export function claimsOf(circuit: Circuit, { part, promise }: Promised): Claim[] {
    const { chip, parts, deadmen } = circuit.description
    const { asked, deadman, heartbeat, switch: privacySwitch, indicator, sense } = promise
    const nets = netsOfPart(parts[part])
    const isCapturing = HAZARDS[parts[part].kind].class === "capturing"
    const [on, off] = isCapturing ? ["has power", "has no power"] : ["is on", "is off"]

    // Whoever feeds our camera in its open case could as well have brought his own; what he does not feed has to stay off.
    const wires = [...outsideNets(circuit)]
    const feedable = isCapturing ? wires.filter(net => nets.includes(net)) : []
    const whoever =
        feedable.length > 0
            ? `, unless somebody outside feeds ${feedable.join(", ")}`
            : wires.length > 0
              ? `, whatever somebody outside does to ${wires.join(", ")}`
              : ""
    const onByItself = (at: At, { forced }: CircuitInputs) => nets.every(at) && !feedable.some(net => forced?.get(net))

    const claims: Claim[] = [
        {
            part,
            promise: "asked",
            says: `${on} only while the chip drives ${asked} high${whoever}`,
            witness: asked,
            nets: [...nets, asked],
            holds: (at, inputs) =>
                onByItself(at, inputs) ? at(chip) && inputs.pins.get(asked)?.level === 1 : undefined,
        },
        {
            part,
            promise: "deadman",
            says: `${off} while ${deadman} is not running${whoever}`,
            witness: deadman,
            nets: [...nets, deadman],
            holds: (at, inputs) => (onByItself(at, inputs) ? at(deadman) : undefined),
        },
        {
            part,
            promise: "heartbeat",
            says: `${deadman} hears the edges that the chip drives onto ${heartbeat}, and no others`,
            witness: heartbeat,
            nets: [deadmen[deadman].input, heartbeat],
            holds: followsPin(circuit, deadmen[deadman].input, heartbeat),
        },
    ]
    if (privacySwitch !== undefined)
        claims.push({
            part,
            promise: "switch",
            says: `${off} while ${privacySwitch} is open${whoever}`,
            witness: privacySwitch,
            nets: [...nets, privacySwitch],
            holds: (at, inputs) => (onByItself(at, inputs) ? at(privacySwitch) : undefined),
        })
    if (indicator !== undefined) claims.push(...indicatorClaims(circuit, part, indicator, on))
    if (indicator !== undefined && sense !== undefined) claims.push(senseClaim(circuit, part, indicator, sense))
    return claims
}

/**
 * Lit when, and only when. No wiring makes a burnt lamp shine: what it can do is tell the chip so, and the firmware takes the power away. Several
 * things that record may share a lamp; one that does not record is no reason for it to be lit.
 */
function indicatorClaims(
    { description: { parts, promises } }: Circuit,
    part: string,
    lamp: string,
    on: string,
): Claim[] {
    const nets = netsOfPart(parts[part])
    const shown = Object.keys(promises).filter(
        name => promises[name].indicator === lamp && (name === part || HAZARDS[parts[name].kind].class === "capturing"),
    )
    return [
        {
            part,
            promise: "indicator",
            says: `${on} only while ${lamp} is lit, unless that lamp is burnt`,
            witness: lamp,
            nets: [...nets, lamp],
            holds: (at, { burnt }) => (nets.every(at) ? at(lamp) || burnt.has(lamp) : undefined),
        },
        {
            part,
            promise: "indicator-only",
            says: `${lamp} is lit only while ${shown.join(" or ")} ${on}`,
            witness: lamp,
            nets: [lamp, ...shown.flatMap(name => netsOfPart(parts[name]))],
            holds: at => (at(lamp) ? shown.some(name => netsOfPart(parts[name]).every(at)) : undefined),
        },
    ]
}

function senseClaim({ description: { chip } }: Circuit, part: string, lamp: string, sense: string): Claim {
    return {
        part,
        promise: "sense",
        says: `${sense} reads whether ${lamp} carries current`,
        witness: sense,
        nets: [sense, lamp],
        holds: (at, { pins }) =>
            at(chip) && pins.get(sense)?.level === undefined ? at(sense) === at(lamp) : undefined,
    }
}

/** The promise of each line that speaks for a person on the spot: a stranger at the outer case is none. */
export function personsOf(circuit: Circuit): Declaration[] {
    const { persons, lines } = circuit.description
    return persons.map(line => ({
        part: line,
        promise: "inside",
        says: "is moved by somebody inside, and by nobody outside",
        witness: lines[line].shorted?.by ?? line,
        fault: personFault(circuit, line),
    }))
}

function personFault(circuit: Circuit, line: string): string | undefined {
    const { lines, switches } = circuit.description
    const { shorted, sense } = lines[line]
    if (!shorted || !(shorted.by in switches)) return "no contact moves it: give it shorted: { by: SWITCH, to: low }"
    if (sense !== undefined) return "more than its contact moves it: give it a pull instead of sense"
    const way = outsideWay(circuit, line)
    return way.length > 0 ? `somebody outside reaches it: ${way.join(" → ")}` : undefined
}

/**
 * True while the level of a net follows from what the chip does with a pin: one way driven low, the other way driven high, and always the same
 * way when the pin is let go.
 */
function followsPin({ description: { chip } }: Circuit, net: string, label: string): Claim["holds"] {
    const seen = new Map<string, boolean>()
    return (at, { pins }) => {
        if (!at(chip)) return undefined
        const level = pins.get(label)?.level
        const high = at(net)
        if (level !== undefined && !seen.has(`${level}`)) seen.set(`${1 - level}`, !high).set(`${level}`, high)
        if (level === undefined && !seen.has("let go")) seen.set("let go", high)
        return seen.get(level === undefined ? "let go" : `${level}`) === high
    }
}
