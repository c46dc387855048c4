import { afterEach, expect, test, vi } from "vitest"
import type { BusNode } from "../../simulators/bus/bus"
import { encodeFrame, FrameFlag, programDeviceId } from "../../simulators/bus/frame"
import { US_PER_S } from "../../simulators/clock"
import { type Random, randomStreams } from "../../simulators/random"
import { type Rig, rig } from "./rig"

afterEach(() => {
    vi.restoreAllMocks()
})

/** What the traffic of a quiet home is multiplied by. */
const TIMES = 10
/** Frames a second, as docs/simulator.md has it for an idle gas valve. */
const NORMAL_RATE = 20
const ALARMS = 4
/** Most that the event log makes of a flood in 600 s: docs/eventlog.md. */
const LOG_ENTRIES = 9
/** In pieces of 72 bytes: a cell of the ring 1, a row of the ledger 2, and the number of the entry, a record in two copies and the head in two, 8. */
const WRITES_PER_ENTRY = 11
/** From gas to a shut valve: docs/fail-safe-matrix.md. */
const LIMIT_S = 0.5

/** Frames a second on the bus of a gas valve and its sensor when nobody does anything: announcements and readings. */
function quietRate(device: Rig): number {
    let frames = 0
    const counter: BusNode = { name: "counter", receive: () => frames++ }
    device.bus.attach(counter)
    device.run(10)
    device.bus.detach(counter)
    return frames / 10
}

/** A frame for the services of a program: any command, any payload, sometimes with a wrong sum or cut short. */
function malformed(random: Random, device: string): Uint8Array {
    const commands = [random.below(0x10000), 0x80 + random.below(0x20), 0x1000 + random.below(0x200)]
    const payload = new Uint8Array(random.below(3) ? random.below(12) : random.below(232))
    random.draw(payload)
    const frame = encodeFrame(device, FrameFlag.Command, {
        serviceIndex: 1 + random.below(3),
        command: commands[random.below(commands.length)],
        payload,
    })
    if (random.below(8) === 0) frame[random.below(frame.length)] ^= 1 << random.below(8)
    return random.below(8) === 0 ? frame.subarray(0, 4 + random.below(frame.length - 4)) : frame
}

/** Sends them at a rate of so many a second, for ever. */
function flood(device: Rig, rate: number): void {
    const random = randomStreams(7)("flood")
    const attacker: BusNode = { name: "attacker", receive: () => {} }
    device.bus.attach(attacker)
    const target = programDeviceId(device.board.deviceId)
    const next = () => {
        device.bus.send(attacker, malformed(random, target))
        device.clock.after(US_PER_S / rate, next)
    }
    next()
}

/** Long enough for a runtime that stands still now and then when its bus is quiet. */
function press(device: Rig): void {
    device.act("button", "press")
    device.run(0.5)
    device.act("button", "release")
    device.run(0.5)
}

/** Gas comes and goes, and somebody acknowledges it and opens again. @returns seconds until the valve was shut */
function alarm(device: Rig): number {
    expect(device.see("valve")).toMatchObject({ state: "open" })
    device.act("gas", "set", 50)
    const seconds = device.secondsUntil("valve", { state: "shut" }, 5)
    device.act("gas", "set", 0)
    device.run(1)
    press(device)
    press(device)
    // Until everything is written: what happens twice before it is, is written once.
    device.run(3)
    return seconds ?? Number.POSITIVE_INFINITY
}

/** Writes to the FRAM in so many alarms, and the slowest of them. */
function alarms(device: Rig): { writes: number; slowest: number } {
    const before = device.see("fram").writes as number
    const times = Array.from({ length: ALARMS }, () => alarm(device))
    return { writes: (device.see("fram").writes as number) - before, slowest: Math.max(...times) }
}

test(`${TIMES} times the normal traffic, malformed, neither delays the valve, nor ends the program, nor wears the memory`, async () => {
    // The library that the host tools are made of prints every frame that it drops.
    vi.spyOn(console, "log").mockImplementation(() => {})
    vi.spyOn(console, "warn").mockImplementation(() => {})
    const device = await rig("gas-valve", "valve_pico")
    device.boot()
    device.press("button")
    const rate = quietRate(device)
    expect(Math.abs(rate - NORMAL_RATE)).toBeLessThan(2)
    const quiet = alarms(device)
    device.log.length = 0
    flood(device, TIMES * rate)
    const flooded = alarms(device)
    expect(flooded.slowest).toBeLessThan(LIMIT_S)
    expect(flooded.writes - quiet.writes).toBeLessThanOrEqual(WRITES_PER_ENTRY * LOG_ENTRIES)
    expect(device.log.filter(line => /Exception|\* start:/.test(line))).toEqual([])
    expect(device.board.flash.operations).toBe(0)
})
