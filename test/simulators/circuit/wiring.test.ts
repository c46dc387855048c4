import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { evaluate } from "../../../simulators/circuit/circuit"
import { loadCircuit } from "../../../simulators/circuit/load"
import { Wiring } from "../../../simulators/circuit/wiring"
import { US_PER_MS } from "../../../simulators/clock"
import { busOnBench } from "../bus/bench"

const pins = { OUT: 1, BEAT: 2, KEY: 3, SENSE: 4 }
const UNWIRED = 30
const file = `supply: 5V
chip: 3V3
rails: { 3V3: 5V }
lines:
    OUT: { pull: down }
    BEAT: {}
    KEY: { pull: up, shorted: { by: key, to: low } }
    SENSE: { sense: lamp }
switches: { key: { kind: button, closed: false } }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 3V3 } }
gates: { drive: { and: [OUT, watch] } }
indicators: { lamp: { drive: OUT } }
parts: {}
`

function circuit() {
    const folder = mkdtempSync(path.join(tmpdir(), "wiring-"))
    try {
        writeFileSync(path.join(folder, "circuit.yaml"), file)
        return loadCircuit(path.join(folder, "circuit.yaml"), pins)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function live() {
    const { clock, trace, entries } = busOnBench()
    const wiring = new Wiring({ name: "board", circuit: circuit(), clock, trace })
    const elapse = (ms: number) => clock.runUntil(clock.nowUs + ms * US_PER_MS)
    return { wiring, clock, entries, elapse }
}

describe("pins", () => {
    test("follow the chip's driver, and the pull when it lets go", () => {
        const { wiring } = live()
        wiring.setPower(true)
        wiring.drivePin(pins.OUT, 1)
        expect(wiring.level("OUT")).toBe(true)
        wiring.drivePin(pins.OUT, undefined)
        expect(wiring.level("OUT")).toBe(false)
    })

    test("with no resistor on the board follow the one in the chip", () => {
        const { wiring } = live()
        wiring.setPower(true)
        expect(wiring.readPin(pins.BEAT)).toBe(0)
        wiring.drivePin(pins.BEAT, undefined, "up")
        expect(wiring.readPin(pins.BEAT)).toBe(1)
        wiring.drivePin(pins.OUT, undefined, "up")
        expect(wiring.readPin(pins.OUT)).toBe(0)
    })

    test("shorted by a switch read its side, whatever the chip drives", () => {
        const { wiring } = live()
        wiring.setPower(true)
        expect(wiring.readPin(pins.KEY)).toBe(1)
        wiring.setSwitch("key", true)
        wiring.drivePin(pins.KEY, 1)
        expect(wiring.readPin(pins.KEY)).toBe(0)
    })

    test("that sense the circuit read it, and driving them changes nothing behind them", () => {
        const { wiring } = live()
        wiring.setPower(true)
        wiring.drivePin(pins.OUT, 1)
        expect(wiring.readPin(pins.SENSE)).toBe(1)
        wiring.setBurnt("lamp", true)
        expect(wiring.readPin(pins.SENSE)).toBe(0)
        wiring.drivePin(pins.SENSE, 1)
        expect(wiring.level("lamp")).toBe(false)
        wiring.drivePin(pins.SENSE, undefined)
        wiring.setBurnt("lamp", false)
        expect(wiring.readPin(pins.SENSE)).toBe(1)
    })

    test("all float after a reset, and all are dead without supply", () => {
        const { wiring } = live()
        wiring.setPower(true)
        wiring.drivePin(pins.OUT, 1)
        wiring.reset()
        expect(wiring.level("OUT")).toBe(false)
        wiring.drivePin(pins.OUT, 1)
        wiring.setPower(false)
        expect(wiring.level("OUT")).toBe(false)
        expect(wiring.level("KEY")).toBe(false)
    })

    test("wired to nothing read what the chip puts on them", () => {
        const { wiring } = live()
        wiring.setPower(true)
        expect(wiring.readPin(UNWIRED)).toBe(0)
        wiring.drivePin(UNWIRED, undefined, "up")
        expect(wiring.readPin(UNWIRED)).toBe(1)
        wiring.drivePin(UNWIRED, 0)
        expect(wiring.readPin(UNWIRED)).toBe(0)
        expect(wiring.watchPin(UNWIRED, () => {})).toBeTypeOf("function")
        wiring.drivePin(UNWIRED + 1, 1)
        expect([wiring.readPin(UNWIRED), wiring.readPin(UNWIRED + 1)]).toEqual([0, 1])
    })
})

describe("the dead-man", () => {
    /** Beats with an edge every 100 ms, for that many edges. */
    function beating(edges: number) {
        const bench = live()
        bench.wiring.setPower(true)
        bench.wiring.drivePin(pins.OUT, 1)
        for (let i = 1; i <= edges; i++)
            bench.clock.at(i * 100 * US_PER_MS, () => bench.wiring.drivePin(pins.BEAT, (i & 1) as 0 | 1))
        return bench
    }

    test("lets nothing through before the first beat", () => {
        const { wiring, elapse } = beating(0)
        elapse(10_000)
        expect(wiring.level("drive")).toBe(false)
    })

    test("holds while beats keep coming, and falls 500 ms after the last", () => {
        const { wiring, elapse } = beating(50)
        elapse(100)
        expect(wiring.level("drive")).toBe(true)
        elapse(4900 + 499)
        expect(wiring.level("drive")).toBe(true)
        elapse(1)
        expect(wiring.level("drive")).toBe(false)
    })

    test.each([49, 50])("falls too when the line is stuck at the level of beat %i", edges => {
        const { wiring, elapse } = beating(edges)
        elapse(edges * 100 + 500)
        expect(wiring.level("BEAT")).toBe(edges % 2 === 1)
        elapse(10_000)
        expect(wiring.level("drive")).toBe(false)
    })

    test("takes up again with the next beat", () => {
        const { wiring, elapse } = beating(3)
        elapse(5_000)
        wiring.drivePin(pins.BEAT, 0)
        expect(wiring.level("drive")).toBe(true)
        elapse(500)
        expect(wiring.level("drive")).toBe(false)
    })

    test("forgets its beats without supply, and takes no power-on for one", () => {
        const { wiring, elapse } = beating(5)
        elapse(550)
        expect(wiring.level("watch")).toBe(true)
        wiring.setPower(false)
        expect(wiring.level("watch")).toBe(false)
        wiring.drivePin(pins.BEAT, 1)
        wiring.setPower(true)
        expect(wiring.level("BEAT")).toBe(true)
        expect(wiring.level("watch")).toBe(false)
        elapse(10_000)
        expect(wiring.level("watch")).toBe(false)
    })
})

describe("a board whose wiring is proved keeps its promises at every moment", () => {
    const sound = () => loadBoard("doorbell_c3", "boards").circuit

    /** The doorbell, alive, with what it was seen to do against a promise. */
    function doorbell(circuit = sound()) {
        const gpio = (label: string) => circuit.pins.get(label)!
        const { clock, trace } = busOnBench()
        const wiring = new Wiring({ name: "board", circuit, clock, trace })
        const broken: string[] = []
        let [captures, strikes] = [0, 0]
        wiring.watch("capture", high => high && captures++)
        wiring.watch("strike_drive", high => high && strikes++)
        // Whatever changes, everything is looked at.
        for (const { name } of circuit.nets) wiring.watch(name, () => look())
        const driven = new Set<string>()
        const look = () => {
            const at = (net: string) => wiring.level(net)
            if (at("capture") && !(at("kill") && at("recording") && at("deadman"))) broken.push("capture")
            if (at("recording") && !at("capture")) broken.push("recording")
            if (at("strike_drive") && !(driven.has("STRIKE") && at("deadman"))) broken.push("strike")
        }
        const drive = (label: string, level: 0 | 1 | undefined) => {
            if (level === 1) driven.add(label)
            wiring.drivePin(gpio(label), level)
            if (level !== 1) driven.delete(label)
        }
        wiring.setPower(true)
        const beatEvery = (ms: number, until: number) => {
            for (let i = 1; i * ms <= until; i++)
                clock.at(i * ms * US_PER_MS, () => drive("HEARTBEAT", (i & 1) as 0 | 1))
        }
        const seen = () => ({ broken: [...new Set(broken)], captures, strikes })
        return { wiring, clock, drive, driven, beatEvery, seen }
    }

    test("while privacy switch, tamper loop and both buttons bounce", () => {
        const circuit = sound()
        fc.assert(
            fc.property(
                fc.array(
                    fc.record({
                        us: fc.integer({ min: 20, max: 3000 }),
                        contact: fc.constantFrom("kill", "tamper", "button", "release"),
                        closed: fc.boolean(),
                    }),
                    { minLength: 50, maxLength: 200 },
                ),
                bounces => {
                    const { wiring, clock, drive, beatEvery, seen } = doorbell(circuit)
                    beatEvery(50, 1000)
                    clock.at(60 * US_PER_MS, () => drive("CAPTURE", 1))
                    let us = 70 * US_PER_MS
                    for (const { contact, closed, ...after } of bounces) {
                        us += after.us
                        clock.at(us, () => wiring.setSwitch(contact, closed))
                    }
                    clock.at(us + 1, () => drive("STRIKE", 1))
                    clock.runUntil(3_000_000)
                    expect(seen()).toMatchObject({ broken: [], strikes: us < 1_500_000 ? 1 : seen().strikes })
                    expect(seen().captures).toBeGreaterThan(0)
                },
            ),
            { seed: 1, numRuns: 40 },
        )
    })

    test("while nobody beats, however much the contacts bounce", () => {
        const { wiring, clock, drive, seen } = doorbell()
        drive("STRIKE", 1)
        drive("CAPTURE", 1)
        for (let i = 0; i < 1000; i++)
            for (const contact of ["kill", "tamper", "button", "release"])
                clock.at(i * 1000 + 7, () => wiring.setSwitch(contact, i % 2 === 0))
        clock.runUntil(2_000_000)
        expect(seen()).toEqual({ broken: [], captures: 0, strikes: 0 })
    })

    test("from power-on until the board file's levels are driven, and in a reset while the timer still runs", () => {
        const circuit = sound()
        const { wiring, clock, drive, driven, beatEvery, seen } = doorbell(circuit)
        const atRest = () => ["STRIKE", "CAPTURE", "HEARTBEAT", "strike_drive", "capture"].map(net => wiring.level(net))
        expect(atRest()).toEqual([false, false, false, false, false])
        for (const [label, level] of circuit.startLevels) drive(label, level)
        expect(atRest()).toEqual([false, false, false, false, false])
        beatEvery(50, 500)
        clock.at(100_000, () => drive("STRIKE", 1))
        clock.runUntil(510_000)
        expect(wiring.level("strike_drive")).toBe(true)
        driven.clear()
        wiring.reset()
        expect(wiring.level("deadman")).toBe(true)
        expect(atRest()).toEqual([false, false, false, false, false])
        for (const [label, level] of circuit.startLevels) drive(label, level)
        clock.runUntil(2_000_000)
        expect(wiring.level("deadman")).toBe(false)
        expect(seen()).toEqual({ broken: [], captures: 0, strikes: 1 })
    })
})

describe("watchers", () => {
    test("hear of changes and nothing else, until they are off", () => {
        const { wiring } = live()
        const heard: boolean[] = []
        const off = wiring.watch("OUT", high => heard.push(high))
        wiring.setPower(true)
        wiring.drivePin(pins.OUT, 1)
        wiring.drivePin(pins.OUT, 1)
        wiring.drivePin(pins.OUT, 0)
        off()
        wiring.drivePin(pins.OUT, 1)
        expect(heard).toEqual([true, false])
    })

    test("end their own watch and no other", () => {
        const { wiring } = live()
        const heard: string[] = []
        const off = wiring.watch("OUT", () => heard.push("first"))
        wiring.watch("OUT", () => heard.push("second"))
        off()
        wiring.setPower(true)
        wiring.drivePin(pins.OUT, 1)
        expect(heard).toEqual(["second"])
    })

    test("that change an input are heard after those who watch the change before", () => {
        const { wiring } = live()
        const heard: string[] = []
        wiring.watch("KEY", high => wiring.drivePin(pins.OUT, high ? 0 : 1))
        wiring.watch("OUT", high => heard.push(`OUT ${high}`))
        wiring.watch("KEY", high => heard.push(`KEY ${high}`))
        wiring.setPower(true)
        wiring.setSwitch("key", true)
        expect(heard).toEqual(["KEY true", "KEY false", "OUT true"])
    })

    test("may change inputs themselves", () => {
        const { wiring } = live()
        wiring.watch("KEY", high => wiring.drivePin(pins.OUT, high ? 0 : 1))
        wiring.setPower(true)
        wiring.setSwitch("key", true)
        expect(wiring.level("OUT")).toBe(true)
        wiring.setSwitch("key", false)
        expect(wiring.level("OUT")).toBe(false)
    })

    test("that throw leave the wiring in order", () => {
        const { wiring } = live()
        wiring.setPower(true)
        const off = wiring.watch("OUT", () => {
            throw new Error("out of order")
        })
        expect(() => wiring.drivePin(pins.OUT, 1)).toThrow("out of order")
        off()
        wiring.drivePin(pins.OUT, 0)
        expect(wiring.level("OUT")).toBe(false)
    })

    test("cannot watch what is not there", () => {
        const { wiring } = live()
        expect(() => wiring.watch("nothing", () => {})).toThrow("no net nothing")
        expect(() => wiring.setSwitch("OUT", true)).toThrow("no switch OUT")
    })
})

test("every change of a net is traced but the beats", () => {
    const { wiring, entries, elapse } = live()
    wiring.setPower(true)
    entries.length = 0
    wiring.drivePin(pins.OUT, 1)
    wiring.drivePin(pins.BEAT, 1)
    elapse(600)
    expect(entries.every(({ source, kind }) => source === "board" && kind === "net")).toBe(true)
    expect(entries.map(({ net, high }) => [net, high])).toEqual([
        ["OUT", true],
        ["lamp", true],
        ["SENSE", true],
        ["watch", true],
        ["drive", true],
        ["watch", false],
        ["drive", false],
    ])
})

test("whatever came before, live levels are those of the pure evaluator", () => {
    const step = fc.oneof(
        fc.record({ gpio: fc.constantFrom(...Object.values(pins)), level: fc.constantFrom(0, 1, undefined) }),
        fc.record({ supply: fc.boolean() }),
        fc.record({ closed: fc.boolean() }),
        fc.record({ burnt: fc.boolean() }),
        fc.record({ ms: fc.integer({ min: 0, max: 700 }) }),
    )
    fc.assert(
        fc.property(fc.array(step, { maxLength: 30 }), steps => {
            const { wiring, elapse } = live()
            const inputs = { supply: false, pins: new Map(), switches: new Map(), burnt: new Set<string>() }
            const label = (gpio: number) => Object.entries(pins).find(([, number]) => number === gpio)![0]
            for (const step of steps) {
                if ("gpio" in step) {
                    wiring.drivePin(step.gpio, step.level as 0 | 1 | undefined)
                    inputs.pins.set(label(step.gpio), { level: step.level })
                } else if ("supply" in step) wiring.setPower((inputs.supply = step.supply))
                else if ("closed" in step) {
                    wiring.setSwitch("key", step.closed)
                    inputs.switches.set("key", step.closed)
                } else if ("burnt" in step) {
                    wiring.setBurnt("lamp", step.burnt)
                    if (step.burnt) inputs.burnt.add("lamp")
                    else inputs.burnt.delete("lamp")
                } else elapse(step.ms)
                const deadmen = new Map([["watch", wiring.level("watch")]])
                const levels = evaluate(wiring.circuit, { ...inputs, deadmen })
                for (const [net, high] of levels) expect([net, wiring.level(net)]).toEqual([net, high])
            }
        }),
        { numRuns: 60 },
    )
})
