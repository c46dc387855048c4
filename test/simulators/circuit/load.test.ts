import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate } from "../../../simulators/circuit/circuit"
import { loadCircuit } from "../../../simulators/circuit/load"
import { DocumentError } from "../../../simulators/document-error"

const pins = { OUT: 1, IN: 2 }
let folder: string
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "circuit-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

function load(text: string) {
    const file = path.join(folder, "circuit.yaml")
    writeFileSync(file, text)
    return loadCircuit(file, pins)
}

/** The message without the folder. */
function problemOf(text: string): string {
    try {
        load(text)
    } catch (error) {
        expect(error).toBeInstanceOf(DocumentError)
        return (error as Error).message.replace(`${folder}${path.sep}`, "")
    }
    throw new Error("the circuit was taken")
}

/** A circuit file that is right: line 1 supply, 2 chip, 3 rails, 4 lines, 5 parts, then what is added. */
const base = (extra = "") => `supply: 5V
chip: 3V3
rails: { 3V3: 5V }
lines: { OUT: {}, IN: { pull: up } }
parts: {}
${extra}`

describe("a circuit file", () => {
    test("that is right gives nets in an order in which each comes after those it needs", () => {
        const circuit = load(
            base(`gates:
    both: { and: [inner, OUT] }
    inner: { or: [IN, { not: OUT }] }`),
        )
        expect(circuit.nets.map(({ name }) => name)).toEqual(["5V", "3V3", "OUT", "IN", "inner", "both"])
        expect(circuit.pins).toEqual(new Map(Object.entries(pins)))
    })

    test("may write a gate before what it depends on, to any depth", () => {
        const circuit = load(
            base(`gates:
    a: { not: b }
    b: { not: c }
    c: { not: OUT }`),
        )
        const levels = (level: 0 | 1) =>
            evaluate(circuit, {
                supply: true,
                pins: new Map([["OUT", { level }]]),
                switches: new Map(),
                deadmen: new Map(),
                burnt: new Set(),
            })
        expect(levels(1).get("a")).toBe(false)
        expect(levels(0).get("a")).toBe(true)
    })

    test.each<[string, string, string]>([
        ["that is not YAML", "supply: [", "circuit.yaml:1:"],
        ["without a supply", "chip: 3V3", "circuit.yaml:1:1: supply: "],
        ["with a key that does not exist", base("rial: {}"), "circuit.yaml:6:1: rial: no such key"],
        [
            "with an expression of no form",
            base("gates: { g: { xor: [OUT, IN] } }"),
            "circuit.yaml:6:10: gates.g: must be a net, { and: [...] }, { or: [...] } or { not: ... }",
        ],
        [
            "with a net that does not exist",
            base("gates: { g: { and: [OUT, TUO] } }"),
            'circuit.yaml:6:10: gates.g: no net "TUO"; nets are 5V, 3V3, OUT, IN, g',
        ],
        [
            "with a rail of no net",
            base().replace("3V3: 5V", "3V3: 6V"),
            'circuit.yaml:3:10: rails.3V3: no net "6V"; nets are 5V, 3V3, OUT, IN',
        ],
        [
            "with a line that senses no net",
            base().replace("pull: up", "sense: x"),
            'circuit.yaml:4:19: lines.IN: no net "x"; nets are 5V, 3V3, OUT, IN',
        ],
        [
            "with a dead-man on no net",
            base("deadmen: { d: { input: OUT, timeoutMs: 500, power: 6V } }"),
            'circuit.yaml:6:12: deadmen.d: no net "6V"; nets are 5V, 3V3, OUT, IN, d',
        ],
        [
            "with a lamp driven by no net",
            base("indicators: { lamp: { drive: x } }"),
            'circuit.yaml:6:15: indicators.lamp: no net "x"; nets are 5V, 3V3, OUT, IN, lamp',
        ],
        [
            "with a chip on no net",
            base().replace("chip: 3V3", "chip: 1V8"),
            'circuit.yaml:2:1: chip: no net "1V8"; nets are 5V, 3V3, OUT, IN',
        ],
        [
            "with a pin that the board file does not have",
            base().replace("OUT:", "OTU:"),
            "circuit.yaml:4:10: lines.OTU: no such pin; the board file has OUT, IN",
        ],
        [
            "with one name for two nets",
            base("switches: { OUT: { kind: button, closed: false } }"),
            "circuit.yaml:6:13: switches.OUT: OUT is a line already; give it another name",
        ],
        [
            "with one name for a net and a part",
            base().replace("parts: {}", "parts: { OUT: { kind: camera, power: 5V } }"),
            "circuit.yaml:5:10: parts.OUT: OUT is a line already; give it another name",
        ],
        [
            "with a part on no net",
            base().replace("parts: {}", "parts: { eye: { kind: camera, power: 6V } }"),
            'circuit.yaml:5:31: parts.eye.power: no net "6V"; nets are 5V, 3V3, OUT, IN',
        ],
        [
            "with a part driven by no net",
            base().replace("parts: {}", "parts: { v: { kind: valve, power: 5V, drive: x } }"),
            'circuit.yaml:5:39: parts.v.drive: no net "x"; nets are 5V, 3V3, OUT, IN',
        ],
        [
            "with a kind of part that does not exist",
            base().replace("parts: {}", "parts: { v: { kind: vlave, power: 5V } }"),
            "circuit.yaml:5:15: parts.v.kind: no such kind of part; kinds are atecc608, button-module, buzzer",
        ],
        [
            "with a part that lacks its drive",
            base().replace("parts: {}", "parts: { v: { kind: valve, power: 5V } }"),
            "circuit.yaml:5:10: parts.v.drive: ",
        ],
        [
            "with an option that the part does not have",
            base().replace("parts: {}", "parts: { v: { kind: camera, power: 5V, drive: OUT } }"),
            "circuit.yaml:5:40: parts.v.drive: no such key",
        ],
        [
            "with a dead-man that watches no net",
            base("deadmen: { d: { input: BEAT, timeoutMs: 500, power: 3V3 } }"),
            'circuit.yaml:6:17: deadmen.d.input: no net "BEAT"; nets are 5V, 3V3, OUT, IN, d',
        ],
        [
            "with a dead-man that never falls",
            base("deadmen: { d: { input: OUT, timeoutMs: 0, power: 3V3 } }"),
            "circuit.yaml:6:29: deadmen.d.timeoutMs: ",
        ],
        [
            "with a line both sensed and pulled",
            base().replace("pull: up", "pull: up, sense: OUT"),
            "circuit.yaml:4:19: lines.IN: has both sense and pull: a sensed line needs no pull",
        ],
        [
            "with a loop",
            base(`gates:
    a: { and: [OUT, b] }
    b: { not: c }
    c: { or: [a, IN] }`),
            "circuit.yaml:7:5: gates.a: depends on itself: a → b → c → a; only a dead-man may close a loop",
        ],
        [
            "with a loop that something before it depends on",
            base(`gates:
    first: { and: [OUT, a] }
    a: { not: b }
    b: { not: a }`),
            "circuit.yaml:8:5: gates.a: depends on itself: a → b → a; only a dead-man may close a loop",
        ],
        [
            "with a net that is its own condition",
            base("gates: { latch: { or: [OUT, latch] } }"),
            "circuit.yaml:6:10: gates.latch: depends on itself: latch → latch; only a dead-man may close a loop",
        ],
    ])("%s is refused with its place", (_, text, problem) => {
        expect(problemOf(text).startsWith(problem), problemOf(text)).toBe(true)
        expect(problemOf(text)).not.toContain("\n")
    })

    test.each<[string, string, string]>([
        [
            "of a part that is not there",
            "{ w: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500 } }",
            "w: no such part; parts are v",
        ],
        [
            "asked for on no line",
            "{ v: { asked: g, deadman: d, heartbeat: IN, withinMs: 500 } }",
            'v.asked: no "g" among lines; there are OUT, IN',
        ],
        [
            "beaten for on no line",
            "{ v: { asked: OUT, deadman: d, heartbeat: g, withinMs: 500 } }",
            'v.heartbeat: no "g" among lines; there are OUT, IN',
        ],
        [
            "held by no timer",
            "{ v: { asked: OUT, deadman: g, heartbeat: IN, withinMs: 500 } }",
            'v.deadman: no "g" among deadmen; there are d',
        ],
        ["held within no time", "{ v: { asked: OUT, deadman: d, heartbeat: IN } }", "v.withinMs: "],
        ["held at once", "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 0 } }", "v.withinMs: "],
        [
            "cut by no switch",
            "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500, switch: OUT } }",
            'v.switch: no "OUT" among switches; there are key, slide',
        ],
        [
            "cut by a button",
            "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500, switch: key } }",
            "v.switch: must be a slide-switch, which keeps its position",
        ],
        [
            "shown by no lamp",
            "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500, indicator: g } }",
            'v.indicator: no "g" among indicators; there are none',
        ],
        [
            "sensed on no line",
            "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500, sense: g } }",
            'v.sense: no "g" among lines; there are OUT, IN',
        ],
        [
            "with a key that does not exist",
            "{ v: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500, lamp: g } }",
            "v.lamp: no such key",
        ],
    ])("with a promise %s is refused with its place", (_, promises, problem) => {
        const text = base(`deadmen: { d: { input: IN, timeoutMs: 500, power: 3V3 } }
switches: { key: { kind: button, closed: false }, slide: { kind: slide-switch, closed: true } }
gates: { g: OUT }
promises: ${promises}`).replace("parts: {}", "parts: { v: { kind: valve, power: 5V, drive: g } }")
        expect(problemOf(text)).toMatch(/^circuit.yaml:9:\d+: promises\./)
        expect(
            problemOf(text)
                .replace(/^[^ ]* promises\./, "")
                .startsWith(problem),
            problemOf(text),
        ).toBe(true)
    })

    test("with a promise that names what is there is taken as it stands", () => {
        const promise = {
            asked: "OUT",
            deadman: "d",
            heartbeat: "IN",
            withinMs: 500,
            switch: "slide",
            indicator: "l",
            sense: "IN",
        }
        const { description } = load(
            base(`deadmen: { d: { input: IN, timeoutMs: 500, power: 3V3 } }
switches: { slide: { kind: slide-switch, closed: true } }
indicators: { l: { drive: OUT } }
persons: [IN]
promises: { v: ${JSON.stringify(promise)} }`).replace(
                "parts: {}",
                "parts: { v: { kind: valve, power: 5V, drive: OUT } }",
            ),
        )
        expect(description.promises).toEqual({ v: promise })
        expect(description.persons).toEqual(["IN"])
    })

    test("may have a part without supply, and a promise that names no switch, lamp or sense line", () => {
        const { description } = load(
            base(`deadmen: { d: { input: IN, timeoutMs: 500, power: 3V3 } }
promises: { b: { asked: OUT, deadman: d, heartbeat: IN, withinMs: 500 } }`).replace(
                "parts: {}",
                "parts: { b: { kind: buzzer, drive: OUT } }",
            ),
        )
        expect(description.parts).toEqual({ b: { kind: "buzzer", drive: "OUT" } })
        expect(description.promises.b.switch).toBeUndefined()
    })

    test("may leave out all but supply, chip, rails, lines and parts", () => {
        const { description, startLevels } = load(base())
        expect(description).toMatchObject({
            switches: {},
            gates: {},
            deadmen: {},
            indicators: {},
            promises: {},
            persons: [],
        })
        expect(startLevels).toEqual(new Map())
        for (const section of ["rails", "lines", "parts"])
            expect(problemOf(base().replace(new RegExp(`${section}: .*`), ""))).toContain(`: ${section}: `)
    })

    test("has the levels that the board file starts with", () => {
        const file = path.join(folder, "circuit.yaml")
        writeFileSync(file, base())
        expect(loadCircuit(file, pins, { OUT: 0, IN: 1 }).startLevels).toEqual(
            new Map([
                ["OUT", 0],
                ["IN", 1],
            ]),
        )
    })

    test("whose person speaks by no line is refused", () => {
        expect(problemOf(base("persons: [OUT, 3V3]"))).toBe(
            'circuit.yaml:6:16: persons[1]: no "3V3" among lines; there are OUT, IN',
        )
    })

    describe("that tells a side", () => {
        const sided = (keySide: string, lampSide: string, partSide: string) =>
            base(`switches: { key: { kind: button, closed: false${keySide} } }
indicators: { lamp: { drive: OUT${lampSide} } }`).replace(
                "parts: {}",
                `parts: { eye: { kind: camera, power: 5V${partSide} } }`,
            )
        const [inside, outside] = [", side: inside", ", side: outside"]

        test.each([
            ["a switch", sided("", inside, outside), "6:13: switches.key"],
            ["an indicator", sided(outside, "", inside), "7:15: indicators.lamp"],
            ["a part", sided(inside, outside, ""), "5:10: parts.eye"],
            ["all others", sided("", "", outside), "6:13: switches.key"],
        ])("but not that of %s is refused", (_, text, place) => {
            expect(problemOf(text)).toBe(
                `circuit.yaml:${place}: say whether its side is inside or outside, as others here do`,
            )
        })

        test("tells all of them, or none", () => {
            for (const text of [sided("", "", ""), sided(inside, outside, inside)])
                expect(() => load(text)).not.toThrow()
        })

        test("knows two", () => {
            expect(problemOf(sided(", side: above", inside, inside))).toContain("switches.key.side: ")
        })
    })

    test("with two lines on one pin of the chip is refused", () => {
        const file = path.join(folder, "circuit.yaml")
        writeFileSync(file, base())
        expect(() => loadCircuit(file, { OUT: 7, IN: 7, SPARE: 7 })).toThrow(
            "circuit.yaml:4:19: lines.IN: is GPIO 7 in the board file, as OUT is",
        )
    })

    test.each(["constructor", "toString", "hasOwnProperty", '""'])("with a net of the name %s is refused", name => {
        expect(problemOf(base(`gates: { ${name}: OUT }`))).toMatch(
            /^circuit.yaml:6:10: gates[.].*: is empty, or a word that JavaScript keeps for itself; give it another name$/,
        )
        expect(problemOf(base().replace("pull: up", `sense: ${name}`))).toMatch(/lines.IN.sense: is empty, or a word/)
    })

    test("that is not there is refused", () => {
        expect(() => loadCircuit(path.join(folder, "none.yaml"), pins)).toThrow("none.yaml: no such file")
    })

    test("may let a dead-man watch what it gates", () => {
        const circuit = load(
            base(`deadmen: { d: { input: g, timeoutMs: 500, power: 3V3 } }
gates: { g: { and: [OUT, d] } }`),
        )
        expect(circuit.nets.map(({ name }) => name)).toContain("g")
    })
})
