/** The valve opens on the word of the module that it was set up with, and of no other; any other that it hears can only shut it. */
import { beforeEach, describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { CELL_BYTES, Field, readEntry } from "../../src/core/eventlog/entry"
import { Event } from "../../src/core/eventlog/event"
import { LOG_AT, LOG_BYTES, RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { recordsInFram } from "../campaigns/subjects"
import { boardOf, release } from "../host/update/releases"
import { FalseButton, LOWEST_ID } from "./false-module"
import { bindRoles, commandLikeReading, floodReadings, HIGHEST_ID, OtherGasModule, OWN, peerOn } from "./gas-modules"
import { DEVICE_ID, Rig, rig } from "./rig"

const OPEN = { state: "open" }
const SHUT = { state: "shut" }
const NORMAL = { state: "Normal", cause: "None" }
const safe = (cause: string) => ({ state: "Safe", cause })
/** From gas to a shut valve, and from a silent sensor to one: docs/fail-safe-matrix.md. */
const GAS_S = 0.5
const SILENT_S = 2.5
/** Until every module is bound, or none counts as heard any more. */
const SETTLED_S = 4

let device: Rig
beforeEach(async () => {
    device = await rig("gas-valve", "valve_pico")
})

/** A valve that was set up with its own module, and is off. */
function setUp(): void {
    device.boot()
    device.press("button")
    expect(device.see("valve")).toMatchObject(OPEN)
    // Until its log tells of it.
    device.run(2)
    off()
}

function off(): void {
    device.board.powerOff()
    device.run(1)
}

function bootAndOpen(): void {
    device.boot()
    device.run(SETTLED_S)
    device.press("button")
    expect(device.see("valve")).toMatchObject(OPEN)
}

/** With time for what that chose to be kept. */
function hold(seconds: number): void {
    device.act("button", "press")
    device.run(seconds)
    device.act("button", "release")
    device.run(2)
}

/** Ways in which another module can be there. Each brings a device that was set up to an open valve. */
const ARRIVALS: Record<string, (id: string) => OtherGasModule> = {
    "before the own one": id => {
        const other = new OtherGasModule(device, id)
        bootAndOpen()
        return other
    },
    "after the own one": id => {
        bootAndOpen()
        const other = new OtherGasModule(device, id)
        device.run(SETTLED_S)
        return other
    },
    "with its gas service behind others": id => {
        const other = new OtherGasModule(device, id, 3)
        bootAndOpen()
        return other
    },
    "while the own one was away": id => {
        bootAndOpen()
        device.act("gas", "unplug")
        const other = new OtherGasModule(device, id)
        device.run(SETTLED_S)
        device.act("gas", "plug")
        device.run(SETTLED_S)
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
        return other
    },
}

describe.each([
    ["a lower", LOWEST_ID],
    ["a higher", HIGHEST_ID],
])("another module with %s identifier", (_, id) => {
    describe.each(Object.keys(ARRIVALS))("%s", arrival => {
        beforeEach(() => setUp())

        test("hides no gas", () => {
            ARRIVALS[arrival](id)
            device.act("gas", "set", 60)
            expect(device.secondsUntil("valve", SHUT, GAS_S)).toBeDefined()
            device.run(SETTLED_S)
            expect(device.register("state")).toEqual(safe("Hazard"))
        })

        test("does not stand in for the own one", () => {
            ARRIVALS[arrival](id)
            device.act("gas", "unplug")
            expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeDefined()
            device.run(SETTLED_S)
            expect(device.register("state")).toEqual(safe("SensorAbsent"))
            device.press("button")
            expect(device.see("valve")).toMatchObject(SHUT)
        })

        test("shuts the valve if it tells of gas, until somebody has acknowledged that it is gone", () => {
            const other = ARRIVALS[arrival](id)
            other.percentLel = 10
            expect(device.secondsUntil("valve", SHUT, GAS_S)).toBeDefined()
            device.run(1)
            expect(device.register("state")).toEqual(safe("Hazard"))
            device.press("button")
            expect(device.see("valve")).toMatchObject(SHUT)
            other.percentLel = 0
            device.run(SETTLED_S)
            expect(device.register("state")).toEqual(safe("Hazard"))
            device.press("button")
            expect(device.register("state")).toEqual(NORMAL)
            device.press("button")
            expect(device.see("valve")).toMatchObject(OPEN)
        })
    })
})

describe("a peer that", () => {
    beforeEach(() => setUp())

    test("has every role bound to its module hides no gas", () => {
        const other = new OtherGasModule(device)
        bootAndOpen()
        bindRoles(peerOn(device), device.board.deviceId, other.name, 50)
        device.act("gas", "set", 60)
        expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeDefined()
        device.run(SETTLED_S)
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
    })

    test("has the roles bound to the own module, and to none, makes nobody else heard", () => {
        new OtherGasModule(device)
        bootAndOpen()
        device.act("gas", "unplug")
        bindRoles(peerOn(device), device.board.deviceId, undefined, 1500)
        expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeDefined()
        device.run(SETTLED_S)
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
    })

    test("has a role bound to another service of the own module, which says a reading, is not heard", () => {
        bootAndOpen()
        const another = OWN.replace("/1", "/0")
        const peer = peerOn(device)
        bindRoles(peer, device.board.deviceId, another, 50)
        floodReadings(peer, another, 0, 20)
        device.act("gas", "set", 60)
        expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeDefined()
    })

    test("says clear air as fast as it can, in its own name, hides no gas and ends no program", () => {
        const other = new OtherGasModule(device)
        bootAndOpen()
        device.log.length = 0
        floodReadings(peerOn(device), other.name, 0, 500)
        device.run(2)
        expect(device.see("valve")).toMatchObject(OPEN)
        device.act("gas", "set", 60)
        expect(device.secondsUntil("valve", SHUT, GAS_S)).toBeDefined()
        device.run(SETTLED_S)
        expect(device.log.filter(line => /Exception|\* start:/.test(line))).toEqual([])
    })

    test("asks the own module in a way that looks like a reading changes nothing", () => {
        bootAndOpen()
        device.act("gas", "set", 60)
        expect(device.secondsUntil("valve", SHUT, GAS_S)).toBeDefined()
        device.act("gas", "fail", "silence")
        for (let n = 0; n < 20; n++) {
            commandLikeReading(device, OWN, 0)
            device.run(0.1)
        }
        device.press("button")
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
    })
})

test("a module that tells what no sound one tells is no reason to shut, unless it is the own one", () => {
    setUp()
    const other = new OtherGasModule(device)
    bootAndOpen()
    other.percentLel = 65535
    device.run(SETTLED_S)
    expect(device.see("valve")).toMatchObject(OPEN)
    expect(device.register("state")).toEqual(NORMAL)
})

describe("a new valve", () => {
    test("opens at no press while it hears two modules, and is set up by the first press when it hears one", async () => {
        const other = new OtherGasModule(device)
        device.boot()
        device.run(SETTLED_S)
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(await recordsInFram(device.board)).not.toHaveProperty("sensor")
        other.unplug()
        device.run(SETTLED_S)
        expect(device.register("state")).toEqual(NORMAL)
        expect(await recordsInFram(device.board)).not.toHaveProperty("sensor")
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
        expect(device.register("sensor")).toEqual({ module: OWN, other: "" })
    })

    test("is not set up by a module that passes for a button, nor by time", async () => {
        const button = new FalseButton(device)
        device.boot()
        for (const seconds of [0.3, 5]) button.press(seconds)
        device.run(20)
        expect(await recordsInFram(device.board)).not.toHaveProperty("sensor")
        expect(device.register("sensor")).toEqual({ module: "", other: OWN })
    })
})

describe("another module is taken", () => {
    /** The own one is unplugged, another is there. */
    function replaced(): OtherGasModule {
        device.act("gas", "unplug")
        const other = new OtherGasModule(device)
        device.boot()
        device.run(SETTLED_S)
        expect(device.register("sensor")).toEqual({ module: OWN, other: other.name })
        return other
    }

    beforeEach(() => setUp())

    test("by whoever holds the button for 4 to 8 s: it opens nothing, stays over a power cycle, and the one before is another then", () => {
        const other = replaced()
        hold(5)
        expect(device.register("sensor")).toMatchObject({ module: other.name })
        device.run(1)
        expect(device.see("valve")).toEqual({ state: "shut", openings: 1 })
        off()
        bootAndOpen()
        device.act("gas", "plug")
        device.run(SETTLED_S)
        expect(device.register("sensor")).toEqual({ module: other.name, other: OWN })
        other.unplug()
        expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeDefined()
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
    })

    test("is in the event log with the one before, and so was the first", () => {
        const other = replaced()
        hold(5)
        device.run(1)
        const [own, taken] = [OWN, other.name].map(module => Buffer.from(module.slice(0, 8), "hex").readUInt32LE())
        expect(choicesIn(device)).toEqual([
            [0, 0],
            [1, own],
            [0, own],
            [1, taken],
        ])
    })

    test.each([0.2, 1, 3.5, 8.6])("by no press of %s s", seconds => {
        replaced()
        hold(seconds)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
    })

    test("by no factory reset, which forgets neither", () => {
        replaced()
        hold(12)
        device.run(10)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
    })

    test("not while two others are heard", () => {
        replaced()
        new OtherGasModule(device, HIGHEST_ID)
        device.run(SETTLED_S)
        hold(5)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
    })

    test.each([
        ["another comes", () => new OtherGasModule(device, HIGHEST_ID)],
        ["the own one comes back", () => device.act("gas", "plug")],
    ])("not if %s while the button is held", (_, happens) => {
        replaced()
        device.act("button", "press")
        device.run(2)
        happens()
        device.run(4)
        device.act("button", "release")
        device.run(0.5)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
    })

    test("not while the own one is heard", () => {
        new OtherGasModule(device)
        device.boot()
        device.run(SETTLED_S)
        hold(5)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
    })

    test("not by a module that passes for a button", () => {
        replaced()
        new FalseButton(device, HIGHEST_ID).press(5)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
    })
})

describe("a valve whose record of the module is damaged", () => {
    beforeEach(() => {
        setUp()
        damage("sensor")
        device.boot()
        device.run(SETTLED_S)
    })

    test("is safe, and no press opens it", () => {
        expect(device.register("state")).toEqual(safe("SensorAbsent"))
        expect(device.register("sensor")).toEqual({ module: "", other: OWN })
        device.press("button")
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
    })

    test("is set up anew by whoever holds the button", () => {
        hold(5)
        expect(device.register("sensor")).toMatchObject({ module: OWN })
        expect(device.register("state")).toEqual(NORMAL)
        off()
        bootAndOpen()
    })

    test("shuts on gas all the same", () => {
        device.act("gas", "set", 60)
        device.run(1)
        expect(device.register("causes")).toBe((1 << 2) | (1 << 3))
    })
})

test("a valve that believes whoever has its role is found out", async () => {
    const firmware = await release("gas-valve", 1, [
        "control.observe(module,",
        "control.observe(gas.pin.module || module,",
    ])
    const definition = boardOf("gas-valve")
    device = new Rig(firmware, definition, await manufacture(firmware.image, definition, DEVICE_ID))
    device.boot()
    device.press("button")
    new OtherGasModule(device)
    device.run(SETTLED_S)
    device.act("gas", "unplug")
    expect(device.secondsUntil("valve", SHUT, SILENT_S)).toBeUndefined()
    expect(device.register("state")).toEqual(NORMAL)
})

/** Cause and detail of the entries about the choice of a module, as they lie in the memory. */
function choicesIn({ board }: Rig): number[][] {
    const { bytes } = board.parts.get("fram") as Fram
    const choices: number[][] = []
    for (let at = LOG_AT; at + CELL_BYTES <= LOG_AT + LOG_BYTES; at += CELL_BYTES) {
        const fields = readEntry(Buffer.from(bytes.subarray(at, at + CELL_BYTES)))?.fields
        if (fields?.[Field.Event] === Event.Sensor) choices.push([fields[Field.Cause], fields[Field.Detail]])
    }
    return choices
}

/** Spoils the value in every slot that has a copy of the record. */
function damage(record: string): void {
    const { bytes } = device.board.parts.get("fram") as Fram
    for (let slot = 0; slot < RECORD_SLOTS; slot++) {
        const copy = Buffer.from(bytes.buffer, bytes.byteOffset + slot * SLOT_BYTES, SLOT_BYTES)
        if (copy.includes(`${record}\0`)) for (let at = 0; at < 8; at++) copy[at] ^= 0xff
    }
}
