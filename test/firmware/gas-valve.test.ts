import { beforeEach, describe, expect, test } from "vitest"
import type { Json } from "../../simulators/trace"
import { Cause } from "../../src/core/failsafe/cause"
import { recordsInFram } from "../campaigns/subjects"
import { meteredRig, type Rig, rig } from "./rig"

let device: Rig
beforeEach(async () => {
    device = await rig("gas-valve", "valve_pico")
})

const OPEN = { state: "open" }
const SHUT = { state: "shut" }
const NORMAL = { state: "Normal", cause: "None" }
const safe = (cause: string) => ({ state: "Safe", cause })

/** A running device with clear air and an open valve. */
function open(): void {
    device.boot()
    device.press("button")
    expect(device.see("valve")).toMatchObject(OPEN)
}

test("starts shut, opens and shuts at a press", () => {
    device.boot()
    expect(device.see("valve")).toMatchObject(SHUT)
    expect(device.see("led")).toMatchObject({ lit: false })
    expect(device.register("state")).toEqual(NORMAL)

    device.press("button")
    expect(device.see("valve")).toMatchObject(OPEN)
    expect(device.see("led")).toMatchObject({ lit: true })
    expect(device.register("state")).toEqual(NORMAL)

    device.press("button")
    expect(device.see("valve")).toMatchObject(SHUT)
    expect(device.register("state")).toEqual(NORMAL)
})

test("one long press opens once", () => {
    device.boot()
    device.act("button", "press")
    device.run(9)
    expect(device.see("valve")).toEqual({ state: "open", openings: 1 })
})

describe("gas", () => {
    test("shuts the valve at once, and has to be acknowledged before it opens again", () => {
        open()
        device.act("gas", "set", 10)
        expect(device.secondsUntil("valve", SHUT, 1)).toBeLessThan(0.5)
        device.run(1)
        expect(device.register("state")).toEqual(safe("Hazard"))

        device.press("button")
        device.act("gas", "set", 2)
        device.run(1)
        expect(device.register("state")).toEqual(safe("Hazard"))

        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(device.register("state")).toEqual(NORMAL)
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
    })

    test("below the limit changes nothing", () => {
        open()
        device.act("gas", "set", 9.9)
        device.run(5)
        expect(device.see("valve")).toMatchObject(OPEN)
    })

    test("blinks the LED while it is not acknowledged", () => {
        open()
        device.act("gas", "set", 50)
        device.run(1)
        const before = device.see("led").flashes as number
        device.run(10)
        expect((device.see("led").flashes as number) - before).toBeGreaterThanOrEqual(9)
    })

    test("stays latched over a power cycle, which leaves the valve shut", () => {
        open()
        device.act("gas", "set", 50)
        device.run(1)
        device.board.powerOff()
        device.act("gas", "set", 0)
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual(safe("Hazard"))
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
    })
})

/** A silent bus lets the stock runtime stand still (docs/simulator.md): whoever asks wakes it, and asks again what it says when it is awake. */
function awakened(): Json | undefined {
    for (let times = 0; times < 8; times++) device.register("state")
    return device.register("state")
}

describe("the sensor", () => {
    test.each([
        ["talks nonsense", "fail", "nonsense", "SensorRange"],
        ["falls silent", "fail", "silence", "SensorAbsent"],
        ["is unplugged", "unplug", undefined, "SensorAbsent"],
    ])("%s: the valve shuts within 2.5 s, and opens at a press once it is well again", (_, action, argument, cause) => {
        open()
        device.act("gas", action, argument)
        expect(device.secondsUntil("valve", SHUT, 2.5)).toBeDefined()
        device.run(0.5)
        expect(awakened()).toEqual(safe(cause))
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)

        device.act("gas", action === "unplug" ? "plug" : "repair")
        device.run(3)
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(device.register("state")).toEqual(NORMAL)
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
    })

    test("absent from the start: the valve does not open", () => {
        device.act("gas", "unplug")
        device.boot()
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(awakened()).toEqual(safe("SensorAbsent"))
    })
})

describe("the FRAM", () => {
    test("absent: the device stays safe, says so, answers, and works when it is back", () => {
        device.act("fram", "unplug")
        device.boot()
        device.press("button")
        expect(device.see("valve")).toMatchObject(SHUT)
        expect(device.see("deadman")).toMatchObject({ alive: false })
        expect(device.register("state")).toEqual(safe("Storage"))
        expect(device.register("storage")).toBe("Fram")

        device.act("fram", "plug")
        // It starts anew now and then to look for the memory, and is up 2.4 to 3.6 s after that is back.
        device.run(4)
        expect(device.register("state")).toEqual(NORMAL)
        device.press("button")
        expect(device.see("valve")).toMatchObject(OPEN)
    })

    test("lost while the valve is open: shut at the next write at the latest", () => {
        open()
        // Until that it was opened, and by whose word, is written.
        device.run(3)
        device.act("fram", "unplug")
        device.act("gas", "set", 20)
        expect(device.secondsUntil("valve", SHUT, 1)).toBeLessThan(0.5)
        device.run(0.5)
        // Neither cause hides the other.
        expect(device.register("state")).toEqual(safe("Hazard"))
        expect(device.register("causes")).toBe(Cause.Hazard | Cause.Storage)
        expect(device.see("deadman")).toMatchObject({ alive: false })
    })
})

test("keeps count of its openings over power cycles", async () => {
    open()
    device.board.powerOff()
    device.run(1)
    device.boot()
    expect(device.see("valve")).toMatchObject(SHUT)
    device.press("button")
    device.press("button")
    device.press("button")
    const { openings } = await recordsInFram(device.board)
    expect(Buffer.from(openings, "hex").readUInt32LE()).toBe(3)
})

test("the heartbeat has a period of 100 ms", () => {
    device.boot()
    let edges = 0
    device.board.wiring.watch("HEARTBEAT", () => edges++)
    edges = 0
    device.run(10)
    expect(edges).toBeGreaterThan(170)
    expect(edges).toBeLessThanOrEqual(200)
})

test("leaves most of the heap and of the opcode limit", async () => {
    device = await meteredRig("gas-valve", "valve_pico")
    open()
    device.run(60)
    const meter = device.board.meter()!
    expect(meter.heapLivePeakBytes).toBeLessThan(32 * 1024)
    expect(meter.longestRunOpcodes).toBeLessThan(60_000)
})
