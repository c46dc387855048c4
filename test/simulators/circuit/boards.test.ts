import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import {
    type Circuit,
    type CircuitInputs,
    evaluate,
    type Level,
    type Levels,
} from "../../../simulators/circuit/circuit"
import { product } from "../../../simulators/circuit/combinations"
import { loadCircuit } from "../../../simulators/circuit/load"
import { outsideNets } from "../../../simulators/circuit/outside"

/** The promises that the boards keep by wiring, over every combination of what can be put into them. */

function circuitOf(board: string): Circuit {
    const { pins } = JSON.parse(readFileSync(`boards/${board}/${board}.board.json`, "utf8"))
    return loadCircuit(`boards/${board}/circuit.yaml`, pins)
}

const onOff = [false, true] as const
/** A pin that the chip holds low, holds high, leaves alone, or pulls up. */
const pinStates = [{ level: 0 as Level }, { level: 1 as Level }, {}, { pull: "up" as const }]

/**
 * Supply, every switch, dead-man and indicator both ways, and each of `outputs` in every state of a pin. Pins that are not among the outputs
 * are driven too, all of them low, all high, or none: no firmware has to leave an input alone.
 */
function* allInputs(circuit: Circuit, outputs: readonly string[]): Generator<CircuitInputs> {
    const { switches, deadmen, indicators } = circuit.description
    const [switchNames, timers, lights] = [switches, deadmen, indicators].map(Object.keys)
    const others = [...circuit.pins.keys()].filter(label => !outputs.includes(label))
    const named = (names: string[], values: readonly boolean[]) => new Map(names.map((name, i) => [name, values[i]]))
    for (const [supply] of product([onOff]))
        for (const switchStates of product(switchNames.map(() => onOff)))
            for (const timerStates of product(timers.map(() => onOff)))
                for (const burnt of product(lights.map(() => onOff)))
                    for (const states of product([pinStates, ...outputs.map(() => pinStates)]))
                        yield {
                            supply,
                            switches: named(switchNames, switchStates),
                            deadmen: named(timers, timerStates),
                            burnt: new Set(lights.filter((_, i) => burnt[i])),
                            pins: new Map([
                                ...others.map(label => [label, states[0]] as const),
                                ...outputs.map((label, i) => [label, states[i + 1]] as const),
                            ]),
                        }
}

type Rule = (levels: Levels, inputs: CircuitInputs) => boolean | undefined

interface Finding {
    combinations: number
    /** In how many the rule had something to say. */
    relevant: number
    broken: string | undefined
}

/** Looks at rules over all inputs and all that is done to wires. */
function survey(
    circuit: Circuit,
    outputs: readonly string[],
    rules: Readonly<Record<string, Rule>>,
    wires: readonly string[] = [],
): Record<string, Finding> {
    const findings: Record<string, Finding> = {}
    for (const name of Object.keys(rules)) findings[name] = { combinations: 0, relevant: 0, broken: undefined }
    for (const done of product(wires.map(() => [undefined, false, true]))) {
        const forced = new Map<string, boolean>()
        for (const [i, high] of done.entries()) if (high !== undefined) forced.set(wires[i], high)
        for (const free of allInputs(circuit, outputs)) {
            const inputs = { ...free, forced }
            const levels = evaluate(circuit, inputs)
            for (const [name, rule] of Object.entries(rules)) {
                const finding = findings[name]
                const verdict = rule(levels, inputs)
                finding.combinations++
                if (verdict !== undefined) finding.relevant++
                if (verdict === false)
                    finding.broken ??= JSON.stringify({ ...inputs, pins: [...inputs.pins], forced: [...forced] })
            }
        }
    }
    return findings
}

/** One survey serves all rules of a board. */
function once<T>(work: () => T): () => T {
    let result: T | undefined
    return () => (result ??= work())
}

describe("doorbell_c3, over every combination of supply, switches, timers, lamps and firmware outputs", () => {
    const circuit = circuitOf("doorbell_c3")
    const outputs = ["STRIKE", "CAPTURE", "HEARTBEAT", "REC_SENSE"]
    const rules: Record<string, Rule> = {
        "privacy switch open: the capture rail is dead": (levels, { switches }) =>
            switches.get("kill") ? undefined : !levels.get("capture"),
        "capture rail live: the recording indicator is lit, unless it is burnt": (levels, { burnt }) =>
            levels.get("capture") && !burnt.has("recording") ? levels.get("recording") : undefined,
        "recording indicator burnt: it carries no current": (levels, { burnt }) =>
            burnt.has("recording") ? !levels.get("recording") : undefined,
        "recording indicator lit: the capture rail is live": levels =>
            levels.get("recording") ? levels.get("capture") : undefined,
        "dead-man fallen: the strike is without drive": (levels, { deadmen }) =>
            deadmen.get("deadman") ? undefined : !levels.get("strike_drive"),
        "no supply: no net is high but closed contacts": (levels, { supply }) =>
            supply ? undefined : circuit.nets.every(({ name, kind }) => kind === "switch" || !levels.get(name)),
    }

    const findings = once(() => survey(circuit, outputs, rules))
    test.each(Object.keys(rules))("%s", rule => {
        const { combinations, relevant, broken } = findings()[rule]
        expect(broken).toBeUndefined()
        expect(combinations).toBe(2 * 16 * 2 * 2 * 4 ** 5)
        expect(relevant).toBeGreaterThan(0)
    })

    test("the chip reads the truth while it leaves the sense pins alone", () => {
        const truths: Record<string, (levels: Levels, inputs: CircuitInputs) => boolean | undefined> = {
            REC_SENSE: levels => levels.get("recording"),
            KILL_SENSE: (_, { switches }) => switches.get("kill"),
            TAMPER: (_, { switches }) => !switches.get("tamper"),
            BUTTON: (_, { switches }) => !switches.get("button"),
            RELEASE: (_, { switches }) => !switches.get("release"),
        }
        for (const [pin, truth] of Object.entries(truths)) {
            const rule: Rule = (levels, inputs) => {
                const alone = Object.keys(inputs.pins.get(pin)!).length === 0
                return inputs.supply && alone ? levels.get(pin) === truth(levels, inputs) : undefined
            }
            const finding = survey(circuit, ["CAPTURE", pin], { rule }).rule
            expect([pin, finding.broken]).toEqual([pin, undefined])
            expect(finding.relevant).toBeGreaterThan(0)
        }
    })

    test("a rule that does not hold is found out", () => {
        const wrong: Rule = levels => !levels.get("capture")
        expect(survey(circuit, ["CAPTURE"], { wrong }).wrong.broken).toContain('["CAPTURE",{"level":1}]')
    })
})

describe("doorbell_c3, over every combination of that and of what is done to the wires outside", () => {
    const circuit = circuitOf("doorbell_c3")
    const wires = ["capture", "BUTTON", "TAMPER"]
    const alone = (inputs: CircuitInputs, pin: string) =>
        inputs.supply && Object.keys(inputs.pins.get(pin)!).length === 0
    const rules: Record<string, Rule> = {
        "the strike is locked unless the chip asks, alive": (levels, { pins, deadmen }) =>
            levels.get("strike_drive") ? pins.get("STRIKE")!.level === 1 && deadmen.get("deadman") : undefined,
        "the capture rail is dead or the lamp lit, unless it is burnt": (levels, { burnt }) =>
            levels.get("capture") && !burnt.has("recording") ? levels.get("recording") : undefined,
        "the lamp is dark or the capture rail live": levels =>
            levels.get("recording") ? levels.get("capture") : undefined,
        "with the privacy switch open, only he who feeds the rail has it live": (levels, { switches, forced }) =>
            levels.get("capture") && !switches.get("kill") ? forced!.get("capture") : undefined,
        "the chip reads the button of the person inside": (levels, inputs) =>
            alone(inputs, "RELEASE") ? levels.get("RELEASE") === !inputs.switches.get("release") : undefined,
        "the chip reads the privacy switch": (levels, inputs) =>
            alone(inputs, "KILL_SENSE") ? levels.get("KILL_SENSE") === inputs.switches.get("kill") : undefined,
        // What the outside does decide.
        "a tamper loop that is bridged reads closed": (levels, inputs) =>
            inputs.forced!.get("TAMPER") === false ? levels.get("TAMPER") === false : undefined,
    }

    const findings = once(() => survey(circuit, ["STRIKE", "CAPTURE"], rules, wires))
    test.each(Object.keys(rules))("%s", rule => {
        const { combinations, relevant, broken } = findings()[rule]
        expect(broken).toBeUndefined()
        expect(combinations).toBe(27 * 2 * 16 * 2 * 2 * 4 ** 3)
        expect(relevant).toBeGreaterThan(0)
    })

    test("are the wires that leave the inside", () => {
        expect([...outsideNets(circuit)].sort()).toEqual(wires.toSorted())
    })
})

describe("valve_pico, over every combination", () => {
    const circuit = circuitOf("valve_pico")
    const outputs = ["VALVE", "HEARTBEAT", "LED"]
    const driven = (inputs: CircuitInputs) => inputs.pins.get("VALVE")!.level === 1
    const rules: Record<string, Rule> = {
        "dead-man fallen: the valve is without drive": (levels, { deadmen }) =>
            deadmen.get("deadman") ? undefined : !levels.get("valve_drive"),
        "not asked for: the valve is without drive": (levels, inputs) =>
            driven(inputs) ? undefined : !levels.get("valve_drive"),
        "asked for, alive and supplied: the valve is driven": (levels, inputs) =>
            inputs.supply && driven(inputs) && inputs.deadmen.get("deadman") ? levels.get("valve_drive") : undefined,
        "no supply: no net is high but closed contacts": (levels, { supply }) =>
            supply ? undefined : circuit.nets.every(({ name, kind }) => kind === "switch" || !levels.get(name)),
    }

    const findings = once(() => survey(circuit, outputs, rules))
    test.each(Object.keys(rules))("%s", rule => {
        const { combinations, relevant, broken } = findings()[rule]
        expect(broken).toBeUndefined()
        expect(combinations).toBe(2 * 2 * 2 * 2 * 4 ** 4)
        expect(relevant).toBeGreaterThan(0)
    })
})
