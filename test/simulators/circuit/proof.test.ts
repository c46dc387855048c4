import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { evaluate } from "../../../simulators/circuit/circuit"
import { type Expression, isHigh } from "../../../simulators/circuit/expression"
import { claimsOf } from "../../../simulators/circuit/promises"
import { prove } from "../../../simulators/circuit/proof"
import { HAZARDS } from "../../../simulators/parts/hazards"
import { circuitOf, inputsWith } from "./circuit-of"

const LABELS = ["ASK", "BEAT", "AUX", "SENSE", "KEY"]
const START = { ASK: 0, BEAT: 0 } as const
const HELD = "asked: ASK, deadman: watch, heartbeat: BEAT, withinMs: 500"

interface Fields {
    kind: string
    power: string
    drive: string | undefined
    promise: string | undefined
    lamp: string
    gate: string
    input: string
    timeoutMs: number
    lines: Record<string, string>
    more: string
    persons: string
    side: string
}

/** A board with one part, `it`, that a gate works: sound for any actuator, until a field is given otherwise. */
function board(fields: Partial<Fields> = {}, start: Record<string, 0 | 1> = START) {
    const { kind = "valve", power = "5V", drive = "gate", promise = HELD, gate = "{ and: [ASK, watch] }" } = fields
    const { input = "BEAT", lamp = "gate", timeoutMs = 500, more = "", persons = "", side } = fields
    const lines = {
        ASK: "{ pull: down }",
        BEAT: "{ pull: down }",
        AUX: "{ pull: down }",
        SENSE: "{ sense: lamp }",
        ...fields.lines,
    }
    const sideText = side === undefined ? "" : `, side: ${side}`
    return circuitOf(
        `supply: 5V
chip: 3V3
rails: { 3V3: 5V }
lines: { ${Object.entries({ KEY: "{ pull: up, shorted: { by: key, to: low } }", ...lines }).map(([label, line]) => `${label}: ${line}`)} }
switches: { key: { kind: button, closed: false${sideText} }, kill: { kind: slide-switch, closed: true${sideText} } }
deadmen: { watch: { input: ${input}, timeoutMs: ${timeoutMs}, power: 3V3 }, other: { input: AUX, timeoutMs: 500, power: 3V3 } }
gates: { gate: ${gate} ${more} }
indicators: { lamp: { drive: ${lamp}${sideText} }, decoy: { drive: gate${sideText} } }
parts: { it: { kind: ${kind}${power ? `, power: ${power}` : ""}${drive ? `, drive: ${drive}` : ""}${sideText} } }
promises: { ${promise ? `it: { ${promise} }` : ""} }
persons: [${persons}]
`,
        LABELS,
        start,
    )
}

const camera = (fields: Partial<Fields> = {}) =>
    board({
        kind: "camera",
        power: "gate",
        drive: "",
        gate: "{ and: [ASK, watch, kill] }",
        promise: `${HELD}, switch: kill, indicator: lamp, sense: SENSE`,
        ...fields,
    })

const broken = (circuit: ReturnType<typeof board>) =>
    prove(circuit).broken.map(({ part, promise, fault }) => `${part}.${promise}: ${fault}`)
const proved = (circuit: ReturnType<typeof board>) => prove(circuit).proved.map(({ promise }) => promise)

const ALL_HELD = ["time", "separate", "start", "asked", "deadman", "heartbeat"]
const ALL_SEEN = ["switch", "indicator", "indicator-only", "sense"]

describe("a part", () => {
    test("that is held as it promises is proved, promise by promise", () => {
        expect(broken(board())).toEqual([])
        expect(proved(board())).toEqual(ALL_HELD)
        expect(broken(camera())).toEqual([])
        expect(proved(camera())).toEqual([...ALL_HELD, ...ALL_SEEN])
    })

    test("that records is told of in these words", () => {
        expect(prove(camera()).proved.map(({ says, witness }) => `${says} [${witness}]`)).toEqual([
            "is off within 500 ms of the last heartbeat [watch]",
            "is asked for on another line than the heartbeat's [ASK]",
            "is not asked for, and no beat comes, between a reset and the program [ASK]",
            "has power only while the chip drives ASK high [ASK]",
            "has no power while watch is not running [watch]",
            "watch hears the edges that the chip drives onto BEAT, and no others [BEAT]",
            "has no power while kill is open [kill]",
            "has power only while lamp is lit, unless that lamp is burnt [lamp]",
            "lamp is lit only while it has power [lamp]",
            "SENSE reads whether lamp carries current [SENSE]",
        ])
    })

    test("that harms nobody needs no promise", () => {
        expect(prove(board({ kind: "buzzer", power: "", promise: "" }))).toEqual({ proved: [], broken: [] })
    })

    test("that harms nobody may make one all the same, and is held to it", () => {
        const buzzer = { kind: "buzzer", power: "" }
        expect(proved(board(buzzer))).toEqual(ALL_HELD)
        expect(broken(board({ ...buzzer, gate: "ASK" }))).toEqual(["it.deadman: supply on, watch fallen, ASK 1"])
        expect(broken(board({ ...buzzer, timeoutMs: 10_000, promise: HELD.replace("500", "10000") }))).toEqual([])
    })

    test.each(["valve", "relay", "relay-module"])("%s without a promise is told what to write", kind => {
        const circuit = board({ kind, promise: "", ...(kind === "relay-module" ? { drive: "" } : {}) })
        expect(prove(circuit)).toEqual({
            proved: [],
            broken: [
                {
                    part: "it",
                    promise: "declared",
                    says: `promises what a ${kind} has to`,
                    fault: "add to promises: { it: { asked: LINE, deadman: TIMER, heartbeat: LINE, withinMs: 950 } }",
                },
            ],
        })
    })

    test.each(["camera", "microphone"])("%s without a promise is told what to write, and what to add", kind => {
        expect(broken(camera({ kind, promise: "" }))).toEqual([
            "it.declared: add to promises: { it: { asked: LINE, deadman: TIMER, heartbeat: LINE, withinMs: 950, switch: SWITCH, indicator: LAMP, sense: LINE } }",
        ])
        expect(broken(camera({ kind, promise: `${HELD}, indicator: lamp` }))).toEqual([
            "it.declared: add to promises: { it: { switch: SWITCH, sense: LINE } }",
        ])
        expect(proved(camera({ kind, promise: `${HELD}, indicator: lamp` }))).toEqual([
            ...ALL_HELD,
            "indicator",
            "indicator-only",
        ])
        expect(broken(camera({ kind, promise: `${HELD}, switch: kill, sense: SENSE` }))).toEqual([
            "it.declared: add to promises: { it: { indicator: LAMP } }",
        ])
    })

    test("is on when it has both supply and drive, so either may be gated", () => {
        expect(broken(board({ power: "gate", drive: "AUX" }))).toEqual([])
        expect(broken(board({ power: "gate", drive: "ASK" }))).toEqual([])
        expect(broken(board({ power: "AUX", drive: "ASK" }))).toEqual([
            "it.deadman: supply on, watch fallen, ASK 1, AUX 1",
        ])
        expect(broken(board({ kind: "relay-module", power: "gate", drive: "" }))).toEqual([])
    })

    test("that locks must be on a board that tells its sides", () => {
        expect(broken(board({ kind: "lock" }))).toEqual([
            "it.sides: add side: inside or side: outside to every switch, indicator and part",
        ])
        expect(prove(board({ kind: "lock" })).broken[0].says).toBe(
            "is on the inside of a board that tells where outside is",
        )
        expect(broken(board({ kind: "lock", side: "inside" }))).toEqual([])
        expect(broken(board({ kind: "lock", promise: "" }))).toHaveLength(2)
        const bare = "supply: 5V\nchip: 5V\nrails: {}\nlines: {}\nparts: { it: { kind: lock, power: 5V, drive: 5V } }\n"
        expect(prove(circuitOf(bare)).broken.map(({ promise }) => promise)).toEqual(["declared", "sides"])
        expect(prove(circuitOf(bare.replace("drive: 5V", "drive: 5V, side: inside"))).broken).toHaveLength(1)
    })
})

describe("time", () => {
    const limits = Object.entries(HAZARDS).flatMap(([kind, hazard]) =>
        hazard.class === "harmless" ? [] : [[kind, hazard.limitMs] as const],
    )

    test("is that of the timer at most", () => {
        expect(broken(board({ timeoutMs: 499 }))).toEqual([])
        expect(broken(board({ timeoutMs: 501 }))).toEqual([
            "it.time: watch falls after 501 ms; make its timeoutMs at most 500",
        ])
    })

    test.each(limits)("of a %s is at most %i ms", (kind, limitMs) => {
        const part = { kind, ...(kind === "relay-module" ? { power: "gate", drive: "" } : {}), side: "inside" }
        const of = HAZARDS[kind as keyof typeof HAZARDS].class === "capturing" ? camera : board
        const promise = (withinMs: number) =>
            `${HELD.replace("500", `${withinMs}`)}${of === camera ? ", switch: kill, indicator: lamp, sense: SENSE" : ""}`
        expect(
            broken(of({ ...(of === camera ? { kind } : part), timeoutMs: limitMs, promise: promise(limitMs) })),
        ).toEqual([])
        expect(
            broken(of({ ...(of === camera ? { kind } : part), timeoutMs: 1, promise: promise(limitMs + 1) })),
        ).toEqual([`it.time: a ${kind} has to be off within ${limitMs} ms; make withinMs at most that`])
    })

    test("is told with the proof", () => {
        expect(prove(board({ timeoutMs: 400 })).proved[0]).toEqual({
            part: "it",
            promise: "time",
            says: "is off within 500 ms of the last heartbeat",
            witness: "watch",
            combinations: 0,
            withinMs: 500,
        })
    })
})

describe("start", () => {
    const start = (levels: Record<string, 0 | 1>, beat = "{ pull: down }") =>
        broken(board({ lines: { BEAT: beat } }, levels))
    const NOT_LOW = 'it.start: the board file has to hold it low: "sPin": { "ASK": 0 }'

    test("has the line that asks held low by the board file", () => {
        expect(start({ ASK: 0 })).toEqual([])
        expect(start({})).toEqual([NOT_LOW])
        expect(start({ ASK: 1 })).toEqual([NOT_LOW])
    })

    test("makes no edge of the heartbeat", () => {
        expect(start({ ASK: 0, BEAT: 1 })).toEqual([
            'it.start: every reset makes an edge on BEAT: "sPin": { "BEAT": 0 }',
        ])
        expect(start({ ASK: 0, BEAT: 1 }, "{ pull: up }")).toEqual([])
        expect(start({ ASK: 0 }, "{ pull: up }")).toEqual([])
        expect(start({ ASK: 0, BEAT: 0 }, "{ pull: up }")).toEqual([
            'it.start: every reset makes an edge on BEAT: "sPin": { "BEAT": 1 }',
        ])
    })
})

describe("the heartbeat", () => {
    test("may reach the timer through a gate, either way up", () => {
        for (const beat of ["{ not: BEAT }", "{ and: [BEAT, 3V3] }"])
            expect(broken(board({ input: "beat", more: `, beat: ${beat}` }))).toEqual([])
    })

    test.each([
        ["AUX", "supply on, BEAT 0, AUX 1"],
        ["3V3", "supply on, BEAT 1"],
        ["KEY", "supply on, key open, KEY 0, BEAT 1"],
        ["kill", "supply on, kill open, BEAT 1"],
    ])("is not that of %s", (input, combination) => {
        expect(broken(board({ input }))).toEqual([`it.heartbeat: ${combination}`])
    })

    test.each([
        ["{ or: [BEAT, AUX] }", "supply on, BEAT 0, AUX 1"],
        ["{ and: [BEAT, AUX] }", "supply on, BEAT 1, AUX 0"],
        ["{ and: [BEAT, kill] }", "supply on, kill open, BEAT 1"],
        ["{ or: [BEAT, gate] }", "supply on, watch running, ASK 1, BEAT 0"],
    ])("comes through no gate with other inputs: %s", (beat, combination) => {
        expect(broken(board({ input: "beat", more: `, beat: ${beat}` }))).toEqual([`it.heartbeat: ${combination}`])
    })

    test.each([0, 1] as const)("is compared with what was seen before, if the chip drove %i first", first => {
        const circuit = board()
        const promised = { part: "it", promise: circuit.description.promises.it }
        const { holds } = claimsOf(circuit, promised).find(({ promise }) => promise === "heartbeat")!
        const driven = (level: 0 | 1) => inputsWith({ pins: new Map([["BEAT", { level }]]) })
        const always = () => true
        expect([holds(always, driven(first)), holds(always, driven(first))]).toEqual([true, true])
        expect(holds(always, driven(first === 0 ? 1 : 0))).toBe(false)
    })

    test("needs a resistor at its line", () => {
        expect(broken(board({ lines: { BEAT: "{}" } }))).toEqual(["it.heartbeat: supply on, BEAT pulled up"])
    })
})

describe("the indicator", () => {
    test("is the one that is named, whatever other lamps do", () => {
        const dark = camera({
            lines: { SENSE: "{ sense: decoy }" },
            promise: `${HELD}, switch: kill, indicator: lamp, sense: SENSE`,
        })
        expect(broken(dark)).toEqual([expect.stringMatching(/^it.sense: .*(lamp|decoy) burnt.*SENSE floating$/)])
    })

    test("that has burnt out is excused, and another's burning excuses nothing", () => {
        const two = circuitOf(
            `supply: 5V
chip: 5V
rails: { rail: { and: [ASK, watch, kill] } }
lines: { ASK: { pull: down }, BEAT: { pull: down }, SENSE: { sense: lamp } }
switches: { kill: { kind: slide-switch, closed: true } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 5V } }
gates: { both: { and: [rail, first] } }
indicators: { first: { drive: rail }, lamp: { drive: both } }
parts: { it: { kind: microphone, power: rail } }
promises: { it: { ${HELD}, switch: kill, indicator: lamp, sense: SENSE } }
`,
            ["ASK", "BEAT", "SENSE"],
            START,
        )
        expect(broken(two)).toEqual(["it.indicator: supply on, kill closed, watch running, first burnt, ASK 1"])
    })

    test("of a part with supply and drive is lit while both are there", () => {
        const lamp = (drive: string) => board({ promise: `${HELD}, indicator: ${drive}` })
        expect(proved(lamp("lamp"))).toEqual([...ALL_HELD, "indicator", "indicator-only"])
        expect(broken(board({ promise: `${HELD}, indicator: lamp`, lamp: "3V3" }))).toEqual([
            "it.indicator-only: supply on, watch fallen, ASK 0",
        ])
    })

    test("may be shared by what records, and by nothing else", () => {
        const shared = (other: string, lamp = "lamp") =>
            circuitOf(
                `supply: 5V
chip: 5V
rails:
    feed: { and: [5V, kill, watch] }
    eye_feed: { and: [feed, ASK] }
    ear_feed: { and: [feed, EAR] }
    both: { or: [eye_feed, ear_feed] }
lines: { ASK: { pull: down }, EAR: { pull: down }, BEAT: { pull: down }, SENSE: { sense: lamp } }
switches: { kill: { kind: slide-switch, closed: true } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 5V } }
indicators: { lamp: { drive: both }, second: { drive: ear_feed } }
parts: { eye: { kind: camera, power: eye_feed }, ear: { kind: ${other}, power: ear_feed } }
promises:
    eye: { ${HELD}, switch: kill, indicator: lamp, sense: SENSE }
    ear: { ${HELD.replace("ASK", "EAR")}, switch: kill, indicator: ${lamp}, sense: SENSE }
`,
                ["ASK", "EAR", "BEAT", "SENSE"],
                { ASK: 0, EAR: 0, BEAT: 0 },
            )
        expect(broken(shared("microphone"))).toEqual([])
        expect(broken(shared("button-module"))).toEqual([
            "eye.indicator-only: supply on, kill closed, watch running, ASK 0, EAR 1",
        ])
        expect(broken(shared("microphone", "second"))).toContain(
            "eye.indicator-only: supply on, kill closed, watch running, ASK 0, EAR 1",
        )
        const says = prove(shared("microphone")).proved.filter(({ promise }) => promise === "indicator-only")
        expect(says.map(({ says }) => says)).toEqual([
            "lamp is lit only while eye or ear has power",
            "lamp is lit only while eye or ear has power",
        ])
    })
})

describe("somebody outside", () => {
    test("who feeds the camera there has his own; all else is still held", () => {
        const circuit = eyeOutside()
        expect(broken(circuit)).toEqual([])
        const says = Object.fromEntries(prove(circuit).proved.map(({ promise, says }) => [promise, says]))
        expect(says.asked).toBe("has power only while the chip drives ASK high, unless somebody outside feeds rail")
        expect(says.deadman).toBe("has no power while watch is not running, unless somebody outside feeds rail")
        expect(says.switch).toBe("has no power while kill is open, unless somebody outside feeds rail")
        expect(says.indicator).toBe("has power only while lamp is lit, unless that lamp is burnt")
    })

    test("who feeds another wire of the camera's supply is not excused", () => {
        const circuit = eyeOutside("raw")
        expect(broken(circuit)).toEqual([
            "eye.asked: supply off, kill closed, watch fallen, ASK 0, raw fed from outside",
            "eye.deadman: supply off, kill closed, watch fallen, ASK 0, raw fed from outside",
        ])
    })

    test("does not move what is inside, whatever he does to the wires named", () => {
        const circuit = circuitOf(
            `supply: 5V
chip: 5V
rails: { own: 5V }
lines: { ASK: { pull: down }, BEAT: { pull: down }, BELL: { pull: up, shorted: { by: bell, to: low } } }
switches: { bell: { kind: button, closed: false, side: outside } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 5V } }
gates: { drive: { and: [ASK, watch] } }
parts: { bolt: { kind: lock, power: 5V, drive: drive, side: inside }, gas: { kind: gas-sensor, power: own, side: outside } }
promises: { bolt: { ${HELD} } }
`,
            ["ASK", "BEAT", "BELL"],
            START,
        )
        const { proved, broken } = prove(circuit)
        expect(broken).toEqual([])
        expect(proved.find(({ promise }) => promise === "asked")!.says).toBe(
            "is on only while the chip drives ASK high, whatever somebody outside does to own, BELL",
        )
    })

    test("is nobody on a board that has no outside", () => {
        const { proved } = prove(board({ side: "inside" }))
        expect(proved.map(({ says }) => says)).toEqual([
            "is off within 500 ms of the last heartbeat",
            "is asked for on another line than the heartbeat's",
            "is not asked for, and no beat comes, between a reset and the program",
            "is on only while the chip drives ASK high",
            "is off while watch is not running",
            "watch hears the edges that the chip drives onto BEAT, and no others",
        ])
    })

    /** A camera outside behind two load switches, and a sensor outside on another net. */
    function eyeOutside(sensed = "spare") {
        return circuitOf(
            `supply: 5V
chip: 5V
rails:
    raw: { and: [5V, kill, ASK, watch] }
    rail: { and: [raw, kill] }
    spare: 5V
lines: { ASK: { pull: down }, BEAT: { pull: down }, SENSE: { sense: lamp } }
switches: { kill: { kind: slide-switch, closed: true, side: inside } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 5V } }
indicators: { lamp: { drive: rail, side: inside } }
parts: { eye: { kind: camera, power: rail, side: outside }, sensor: { kind: gas-sensor, power: ${sensed}, side: outside } }
promises: { eye: { ${HELD}, switch: kill, indicator: lamp, sense: SENSE } }
`,
            ["ASK", "BEAT", "SENSE"],
            START,
        )
    }
})

describe("a person inside", () => {
    test("speaks by a line that only a contact inside moves", () => {
        expect(broken(board({ persons: "KEY" }))).toEqual([])
        expect(prove(board({ persons: "KEY" })).proved.at(-1)).toEqual({
            part: "KEY",
            promise: "inside",
            says: "is moved by somebody inside, and by nobody outside",
            witness: "key",
            combinations: 0,
        })
        const outer = board({ persons: "KEY", side: "outside", kind: "buzzer", power: "", promise: "" })
        expect(broken(outer)).toEqual(["KEY.inside: somebody outside reaches it: KEY"])
    })

    test.each([
        ["AUX", "{ pull: down }"],
        ["AUX", "{ pull: up, shorted: { by: gate, to: low } }"],
    ])("does not speak by %s: %s", (line, rule) => {
        expect(broken(board({ persons: line, lines: { [line]: rule } }))).toEqual([
            `${line}.inside: no contact moves it: give it shorted: { by: SWITCH, to: low }`,
        ])
    })
})

test("a person does not speak by a line whose supply is outside", () => {
    const text = `supply: 5V
chip: 5V
rails: {}
lines: { KEY: { pull: up, shorted: { by: key, to: low } } }
switches: { key: { kind: button, closed: false, side: inside } }
parts: { gas: { kind: gas-sensor, power: 5V, side: outside } }
persons: [KEY]
`
    expect(broken(circuitOf(text, ["KEY"]))).toEqual(["KEY.inside: somebody outside reaches it: 5V → KEY"])
})

test("a person does not speak by a line that senses something too", () => {
    const line = "{ sense: AUX, shorted: { by: key, to: low } }"
    expect(broken(board({ persons: "KEY", lines: { KEY: line } }))).toEqual([
        "KEY.inside: more than its contact moves it: give it a pull instead of sense",
    ])
})

describe("a sentence about what never happens", () => {
    test("is not proved", () => {
        expect(broken(board({ gate: "{ and: [ASK, watch, { not: ASK }] }" }))).toEqual([
            "it.asked: never comes to pass: 5V, gate, ASK are not wired to do anything",
            "it.deadman: never comes to pass: 5V, gate, watch are not wired to do anything",
        ])
    })
})

test("a proof that would take for ever is refused, and one just below is not", () => {
    const buttons = (n: number) => Array.from({ length: n }, (_, i) => i)
    const wide = (n: number) =>
        circuitOf(
            `supply: 5V
chip: 5V
rails: {}
lines: { ASK: { pull: down }, BEAT: { pull: down } }
switches: { ${buttons(n).map(i => `b${i}: { kind: button, closed: false }`)} }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 5V } }
gates: { drive: { and: [ASK, watch, ${buttons(n).map(i => `b${i}`)}] } }
parts: { it: { kind: valve, power: 5V, drive: drive } }
promises: { it: { ${HELD} } }
`,
            ["ASK", "BEAT"],
            START,
        )
    expect(broken(wide(6))).toEqual([])
    expect(broken(wide(16))).toEqual([
        "it.asked: not proved: 5V, drive, ASK depend on so much that there are 1310720 combinations",
        "it.deadman: not proved: 5V, drive, watch depend on so much that there are 1310720 combinations",
    ])
})

test("the proof says of any wiring what going through all its states by hand says", () => {
    const NETS = ["ASK", "AUX", "watch", "key", "kill"]
    const { expression } = fc.letrec<{ expression: Expression }>(tie => ({
        expression: fc.oneof(
            { maxDepth: 3, depthIdentifier: "e" },
            fc.constantFrom(...NETS),
            fc.record({ and: fc.tuple(tie("expression"), tie("expression")) }),
            fc.record({ or: fc.tuple(tie("expression"), tie("expression")) }),
            fc.record({ not: tie("expression") }),
        ) as fc.Arbitrary<Expression>,
    }))
    const verdicts = new Set<string>()
    fc.assert(
        fc.property(expression, gate => {
            const found = prove(board({ gate: JSON.stringify(gate) }))
            const all = [...Array(2 ** NETS.length).keys()].map(
                bits => new Map(NETS.map((net, i) => [net, Boolean((bits >> i) & 1)])),
            )
            const on = all.filter(levels => isHigh(gate, net => levels.get(net)!))
            // Without supply every pin and timer is low, and contacts are where they are; the valve has no supply of its own then.
            for (const [promise, net] of [
                ["asked", "ASK"],
                ["deadman", "watch"],
            ]) {
                const holds = on.length > 0 && on.every(levels => levels.get(net))
                expect([promise, found.proved.some(proved => proved.promise === promise)]).toEqual([promise, holds])
                verdicts.add(`${promise} ${holds}`)
            }
        }),
        { seed: 4, numRuns: 150, examples: [["ASK"], ["watch"], [{ and: ["ASK", "watch"] }]] },
    )
    expect(verdicts.size).toBe(4)
})

test("a combination that is told breaks the promise when it is put in", () => {
    const circuit = board({ gate: "{ or: [{ and: [ASK, watch] }, { and: [AUX, kill] }] }" })
    expect(broken(circuit)).toEqual([
        "it.asked: supply on, kill closed, watch fallen, ASK 0, AUX 1",
        "it.deadman: supply on, kill closed, watch fallen, ASK 0, AUX 1",
    ])
    const levels = evaluate(
        circuit,
        inputsWith({ switches: new Map([["kill", true]]), pins: new Map([["AUX", { level: 1 }]]) }),
    )
    expect([levels.get("gate"), levels.get("watch")]).toEqual([true, false])
})
