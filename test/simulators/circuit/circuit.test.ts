import { describe, expect, test } from "vitest"
import { evaluate, type Level, type Pull } from "../../../simulators/circuit/circuit"
import { circuitOf, inputsWith } from "./circuit-of"

const LABELS = ["BARE", "UP", "DOWN", "LOW", "HIGH", "SENSE", "BOTH", "BEAT"]
/** Read anew by each test, which so tells of the reading too. */
const circuit = () =>
    circuitOf(
        `supply: 5V
chip: 3V3
rails: { 3V3: { and: [5V, main] }, rail: { and: [3V3, watch] } }
lines:
    BARE: {}
    UP: { pull: up }
    DOWN: { pull: down }
    LOW: { pull: up, shorted: { by: key, to: low } }
    HIGH: { pull: down, shorted: { by: key, to: high } }
    SENSE: { sense: { or: [rail, 5V] } }
    BOTH: { sense: rail, shorted: { by: key, to: high } }
    BEAT: {}
switches: { main: { kind: slide-switch, closed: true }, key: { kind: button, closed: false } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 3V3 } }
gates: { gate: { and: [UP, { not: lamp }] } }
indicators: { lamp: { drive: rail } }
parts: {}
`,
        LABELS,
    )

const MAIN = ["main", true] as const

/** Level of a line with the board on, for a state of its pin and of the key. */
function lineLevel(
    label: string,
    pin: { level?: Level; pull?: Pull } | undefined,
    key = false,
    supply = true,
): boolean {
    const pins = new Map(pin ? [[label, pin]] : [])
    return evaluate(circuit(), inputsWith({ supply, pins, switches: new Map([MAIN, ["key", key]]) })).get(label)!
}

describe("a line is decided by the strongest that has something to say", () => {
    const RELEASED = undefined
    test.each<[label: string, pin: { level?: Level; pull?: Pull } | undefined, key: boolean, high: boolean]>([
        ["BARE", RELEASED, false, false],
        ["BARE", {}, false, false],
        ["BARE", { pull: "up" }, false, true],
        ["BARE", { pull: "down" }, false, false],
        ["BARE", { level: 1 }, false, true],
        ["BARE", { level: 0 }, false, false],
        ["BARE", { level: 0, pull: "up" }, false, false],
        ["UP", RELEASED, false, true],
        ["UP", { pull: "down" }, false, true],
        ["UP", { level: 0 }, false, false],
        ["DOWN", RELEASED, false, false],
        ["DOWN", { pull: "up" }, false, false],
        ["DOWN", { level: 1 }, false, true],
        ["LOW", RELEASED, false, true],
        ["LOW", RELEASED, true, false],
        ["LOW", { level: 1 }, true, false],
        ["LOW", { level: 0 }, false, false],
        ["HIGH", RELEASED, false, false],
        ["HIGH", RELEASED, true, true],
        ["HIGH", { level: 0 }, true, true],
        ["HIGH", { level: 1 }, false, true],
        ["SENSE", RELEASED, false, true],
        ["SENSE", { pull: "down" }, false, true],
        ["SENSE", { level: 0 }, false, false],
        ["BOTH", RELEASED, false, false],
        ["BOTH", { pull: "up" }, false, false],
        ["BOTH", RELEASED, true, true],
        ["BOTH", { level: 1 }, false, true],
    ])("%s, pin %j, key closed %s: high %s", (label, pin, key, high) => {
        expect(lineLevel(label, pin, key)).toBe(high)
    })

    test.each(["BARE", "UP", "DOWN", "LOW", "HIGH"])("%s is low without supply, whatever pulls or drives it", label => {
        for (const pin of [undefined, { level: 1 as const }, { pull: "up" as const }])
            for (const key of [false, true]) expect(lineLevel(label, pin, key, false)).toBe(false)
    })

    test("with the chip off it is what the circuit feeds into it, or low", () => {
        const levels = evaluate(circuit(), inputsWith({ pins: new Map([["SENSE", { level: 0 }]]) }))
        expect([levels.get("5V"), levels.get("3V3"), levels.get("SENSE"), levels.get("UP")]).toEqual([
            true,
            false,
            true,
            false,
        ])
    })
})

describe("a net", () => {
    const running = { switches: new Map([MAIN]), deadmen: new Map([["watch", true]]) }

    test("that nobody says anything about is off", () => {
        const levels = evaluate(circuit(), inputsWith({}))
        expect([...levels].filter(([, high]) => high).map(([net]) => net)).toEqual(["5V", "SENSE"])
        expect(levels.size).toBe(circuit().nets.length)
    })

    test("of a timer is high while it runs and has power", () => {
        expect(evaluate(circuit(), inputsWith(running)).get("watch")).toBe(true)
        expect(evaluate(circuit(), inputsWith({ ...running, switches: new Map() })).get("watch")).toBe(false)
        expect(evaluate(circuit(), inputsWith({ ...running, deadmen: new Map() })).get("watch")).toBe(false)
    })

    test("of an indicator is high while it is driven and whole", () => {
        const lamp = (burnt: string[]) =>
            evaluate(circuit(), inputsWith({ ...running, burnt: new Set(burnt) })).get("lamp")
        expect([lamp([]), lamp(["other"]), lamp(["lamp"])]).toEqual([true, true, false])
        expect(evaluate(circuit(), inputsWith({ switches: new Map([MAIN]) })).get("lamp")).toBe(false)
    })

    test("that is forced is at that level, and what depends on it follows", () => {
        const forced = (net: string, high: boolean) =>
            evaluate(circuit(), inputsWith({ ...running, forced: new Map([[net, high]]) }))
        expect(forced("rail", false).get("lamp")).toBe(false)
        expect(forced("rail", false).get("gate")).toBe(true)
        expect(forced("UP", false).get("UP")).toBe(false)
        expect(forced("3V3", false).get("watch")).toBe(false)
        const fed = evaluate(circuit(), inputsWith({ supply: false, forced: new Map([["rail", true]]) }))
        expect([...fed].filter(([, high]) => high).map(([net]) => net)).toEqual(["rail", "SENSE", "BOTH", "lamp"])
    })

    test("says what it is, and what it needs", () => {
        const summary = circuit().nets.map(({ name, kind, needs }) => `${kind} ${name}: ${needs.join(" ")}`)
        expect(summary.sort()).toEqual(
            [
                "deadman watch: 3V3",
                "gate gate: UP lamp",
                "indicator lamp: rail",
                "line BARE: 3V3",
                "line BEAT: 3V3",
                "line BOTH: 3V3 key rail",
                "line DOWN: 3V3",
                "line HIGH: 3V3 key",
                "line LOW: 3V3 key",
                "line SENSE: 3V3 rail 5V",
                "line UP: 3V3",
                "rail 3V3: 5V main",
                "rail rail: 3V3 watch",
                "supply 5V: ",
                "switch key: ",
                "switch main: ",
            ].sort(),
        )
    })
})
