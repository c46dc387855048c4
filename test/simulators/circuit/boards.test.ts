import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import {
    type Circuit,
    type CircuitInputs,
    evaluate,
    type Level,
    type Levels,
} from "../../../simulators/circuit/circuit"
import { loadCircuit } from "../../../simulators/circuit/load"
import { product } from "../../../simulators/circuit/proof"

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

/** Checks a rule over all inputs; returns how many combinations there were, and in how many the rule had something to say. */
function check(
    circuit: Circuit,
    outputs: readonly string[],
    rule: (levels: Levels, inputs: CircuitInputs) => boolean | undefined,
) {
    let combinations = 0
    let relevant = 0
    for (const inputs of allInputs(circuit, outputs)) {
        const levels = evaluate(circuit, inputs)
        const verdict = rule(levels, inputs)
        combinations++
        if (verdict !== undefined) relevant++
        if (verdict === false)
            throw new Error(
                `broken for ${JSON.stringify({ ...inputs, pins: [...inputs.pins], switches: [...inputs.switches] })}`,
            )
    }
    return { combinations, relevant }
}

describe("doorbell_c3, over every combination of supply, switches, timers, lamps and firmware outputs", () => {
    const circuit = circuitOf("doorbell_c3")
    const outputs = ["STRIKE", "CAPTURE", "HEARTBEAT", "REC_SENSE"]
    const every = { combinations: 2 * 8 * 2 * 2 * 4 ** 5 }
    const rules: Record<string, (levels: Levels, inputs: CircuitInputs) => boolean | undefined> = {
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

    test.each(Object.entries(rules))("%s", (_, rule) => {
        const { combinations, relevant } = check(circuit, outputs, rule)
        expect(combinations).toBe(every.combinations)
        expect(relevant).toBeGreaterThan(0)
    })

    test("the chip reads the truth while it leaves the sense pins alone", () => {
        const senses: [string, (levels: Levels, inputs: CircuitInputs) => boolean | undefined][] = [
            ["REC_SENSE", levels => levels.get("recording")],
            ["KILL_SENSE", (_, { switches }) => switches.get("kill")],
            ["TAMPER", (_, { switches }) => !switches.get("tamper")],
            ["BUTTON", (_, { switches }) => !switches.get("button")],
        ]
        for (const [pin, truth] of senses) {
            const rule = (levels: Levels, inputs: CircuitInputs) => {
                const alone = Object.keys(inputs.pins.get(pin)!).length === 0
                return inputs.supply && alone ? levels.get(pin) === truth(levels, inputs) : undefined
            }
            expect(check(circuit, ["CAPTURE", pin], rule).relevant).toBeGreaterThan(0)
        }
    })

    test("a rule that does not hold is found out", () => {
        const wrong = (levels: Levels) => !levels.get("capture")
        expect(() => check(circuit, outputs, wrong)).toThrow("broken for")
    })
})

describe("valve_pico, over every combination", () => {
    const circuit = circuitOf("valve_pico")
    const outputs = ["VALVE", "HEARTBEAT", "LED"]
    const driven = (inputs: CircuitInputs) => inputs.pins.get("VALVE")!.level === 1
    const rules: Record<string, (levels: Levels, inputs: CircuitInputs) => boolean | undefined> = {
        "dead-man fallen: the valve is without drive": (levels, { deadmen }) =>
            deadmen.get("deadman") ? undefined : !levels.get("valve_drive"),
        "not asked for: the valve is without drive": (levels, inputs) =>
            driven(inputs) ? undefined : !levels.get("valve_drive"),
        "asked for, alive and supplied: the valve is driven": (levels, inputs) =>
            inputs.supply && driven(inputs) && inputs.deadmen.get("deadman") ? levels.get("valve_drive") : undefined,
        "no supply: no net is high but closed contacts": (levels, { supply }) =>
            supply ? undefined : circuit.nets.every(({ name, kind }) => kind === "switch" || !levels.get(name)),
    }

    test.each(Object.entries(rules))("%s", (_, rule) => {
        const { combinations, relevant } = check(circuit, outputs, rule)
        expect(combinations).toBe(2 * 2 * 2 * 2 * 4 ** 4)
        expect(relevant).toBeGreaterThan(0)
    })
})
