import { describe, expect, test } from "vitest"
import { jacdac } from "../../../../simulators/bus/jacdac"
import { deviceIdOf } from "../../../../simulators/bus/server"
import { CHIP_SERVICES, type ChipPins, chipServer } from "../../../../simulators/bus/services/chip"
import type { Level, Pull } from "../../../../simulators/circuit/circuit"
import { US_PER_MS, US_PER_S } from "../../../../simulators/clock"
import { busOnBench } from "../bench"
import { BusProbe } from "../probe"

const id = deviceIdOf("chip")
const PIN = 7

/** A chip with one server at service index 1 and a pin that the test can move. */
function chip(service: string, settings: Record<string, unknown> = {}) {
    const bench = busOnBench()
    const driven = new Map<number, { level: Level | undefined; pull?: Pull }>()
    const outside = { level: undefined as Level | undefined, watchers: [] as (() => void)[] }
    const pins: ChipPins = {
        drivePin: (gpio, level, pull) => void driven.set(gpio, { level, pull }),
        readPin: gpio => outside.level ?? driven.get(gpio)?.level ?? (driven.get(gpio)?.pull === "up" ? 1 : 0),
        watchPin(_, callback) {
            outside.watchers.push(callback)
            return () => outside.watchers.splice(outside.watchers.indexOf(callback), 1)
        },
    }
    const movePin = (level: Level) => {
        outside.level = level
        for (const callback of [...outside.watchers]) callback()
    }
    const server = chipServer([{ service, settings: { pin: PIN, ...settings } }], pins, undefined, {
        name: "chip",
        deviceId: id,
        description: "chip",
        bus: bench.bus,
        clock: bench.clock,
    })
    const probe = new BusProbe(bench.bus, bench.clock)
    server.start()
    bench.clock.runUntil(100 * US_PER_MS)
    const later = (ms: number) => bench.clock.runUntil(bench.clock.nowUs + ms * US_PER_MS)
    return { ...bench, server, probe, driven, outside, movePin, later }
}

describe("a relay of the chip", () => {
    const set = (bench: ReturnType<typeof chip>, active: boolean) => {
        bench.probe.set(id, 1, jacdac.RelayReg.Active, "u8", [active ? 1 : 0])
        bench.later(10)
    }

    test.each([
        { settings: {}, off: 0, on: 1 },
        { settings: { activeLow: 1 }, off: 1, on: 0 },
    ])("drives its pin as $settings says", ({ settings, off, on }) => {
        const bench = chip("relay", settings)
        expect(bench.driven.get(PIN)?.level).toBe(off)
        set(bench, true)
        expect(bench.driven.get(PIN)?.level).toBe(on)
        set(bench, false)
        expect(bench.driven.get(PIN)?.level).toBe(off)
    })

    test("keeps its pin until told otherwise, whoever falls silent", () => {
        const bench = chip("relay")
        set(bench, true)
        bench.bus.detach(bench.probe)
        bench.later(600_000)
        expect(bench.driven.get(PIN)?.level).toBe(1)
    })

    test("starts active if so configured, and lights its LED", () => {
        const bench = chip("relay", { initialActive: 1, pinLed: 8, ledActiveLow: 1 })
        expect(bench.driven.get(PIN)?.level).toBe(1)
        expect(bench.driven.get(8)?.level).toBe(0)
    })
})

describe("a button of the chip", () => {
    test("tells of presses, holds every 500 ms, and releases with their length", () => {
        const bench = chip("button", { name: "bell", pinBacklight: 9 })
        expect(bench.driven.get(PIN)).toEqual({ level: undefined, pull: "up" })
        bench.movePin(0)
        bench.later(1_250)
        bench.movePin(1)
        bench.later(200)
        expect(bench.probe.events(jacdac.ButtonEvent.Down)).toHaveLength(3)
        expect(bench.probe.events(jacdac.ButtonEvent.Hold)).toHaveLength(6)
        const [up] = bench.probe.events(jacdac.ButtonEvent.Up)
        expect(jacdac.jdunpack(up.payload, "u32")[0]).toBeGreaterThanOrEqual(1_241)
        expect(jacdac.jdunpack(up.payload, "u32")[0]).toBeLessThanOrEqual(1_259)
        expect(bench.driven.get(9)?.level).toBe(0)
    })

    test("does not see a bounce shorter than its sampling of 9 ms", () => {
        const bench = chip("button")
        bench.later(1)
        bench.movePin(0)
        bench.later(2)
        bench.movePin(1)
        bench.later(100)
        expect(bench.probe.events(jacdac.ButtonEvent.Down)).toEqual([])
    })

    test("pressed while the chip starts is a press", () => {
        const bench = chip("button")
        bench.movePin(0)
        bench.server.stop()
        bench.server.start()
        bench.later(100)
        expect(bench.probe.events(jacdac.ButtonEvent.Down)).toHaveLength(3)
    })

    test("stops watching its pin with the chip", () => {
        const bench = chip("button", { activeHigh: 1 })
        expect(bench.outside.watchers).toHaveLength(1)
        bench.server.stop()
        expect(bench.outside.watchers).toEqual([])
        bench.movePin(1)
        bench.later(100)
        expect(bench.probe.events(jacdac.ButtonEvent.Down)).toEqual([])
    })

    test("answers with its pressure and its name", () => {
        const bench = chip("button", { name: "bell" })
        bench.movePin(0)
        bench.later(20)
        bench.probe.get(id, 1, jacdac.SystemReg.Reading)
        bench.probe.get(id, 1, jacdac.SystemReg.InstanceName)
        bench.later(10)
        expect(bench.probe.value(jacdac.SystemReg.Reading, "u0.16")).toBeCloseTo(1, 4)
        expect(bench.probe.value(jacdac.SystemReg.InstanceName, "s")).toBe("bell")
    })
})

test("a switch of the chip tells when it goes on and off", () => {
    const bench = chip("switch")
    bench.movePin(1)
    bench.later(50)
    bench.probe.get(id, 1, jacdac.SystemReg.Reading)
    bench.later(50)
    expect(bench.probe.value(jacdac.SystemReg.Reading, "u8")).toBe(1)
    bench.movePin(0)
    bench.later(100)
    expect(bench.probe.events(jacdac.SwitchEvent.On)).toHaveLength(3)
    expect(bench.probe.events(jacdac.SwitchEvent.Off)).toHaveLength(3)
})

describe("a buzzer of the chip", () => {
    const play = (bench: ReturnType<typeof chip>, periodUs: number, dutyUs: number, ms: number) => {
        bench.probe.send(id, 1, jacdac.BuzzerCmd.PlayTone, jacdac.jdpack("u16 u16 u16", [periodUs, dutyUs, ms]))
        bench.later(5)
    }

    test("sounds for the time asked for", () => {
        const bench = chip("buzzer")
        expect(bench.driven.get(PIN)?.level).toBe(0)
        play(bench, 2000, 1000, 300)
        expect(bench.driven.get(PIN)?.level).toBe(1)
        bench.later(290)
        expect(bench.driven.get(PIN)?.level).toBe(1)
        bench.later(20)
        expect(bench.driven.get(PIN)?.level).toBe(0)
    })

    test("lets a newer tone replace the older", () => {
        const bench = chip("buzzer", { activeLow: 1 })
        expect(bench.driven.get(PIN)?.level).toBe(1)
        play(bench, 2000, 1000, 100)
        play(bench, 1000, 500, 500)
        bench.later(400)
        expect(bench.driven.get(PIN)?.level).toBe(0)
        play(bench, 0, 0, 500)
        expect(bench.driven.get(PIN)?.level).toBe(1)
    })

    test("is silent at no volume", () => {
        const bench = chip("buzzer")
        bench.probe.set(id, 1, jacdac.BuzzerReg.Volume, "u0.8", [0])
        play(bench, 2000, 1000, 300)
        expect(bench.driven.get(PIN)?.level).toBe(0)
    })
})

test.each([
    { settings: {}, off: { level: undefined, pull: "down" }, on: 1 },
    { settings: { activeLow: 1, dimmable: 1 }, off: { level: undefined, pull: "up" }, on: 0 },
])(
    "a light bulb of the chip drives its pin when on, and lets go of it when off ($settings)",
    ({ settings, off, on }) => {
        const bench = chip("lightBulb", settings)
        expect(bench.driven.get(PIN)).toEqual(off)
        bench.probe.set(id, 1, jacdac.LightBulbReg.Brightness, "u0.16", [0.3])
        bench.later(10)
        expect(bench.driven.get(PIN)?.level).toBe(on)
        bench.probe.set(id, 1, jacdac.LightBulbReg.Brightness, "u0.16", [0])
        bench.later(10)
        expect(bench.driven.get(PIN)).toEqual(off)
    },
)

test("several servers of one chip are services of one device, and unknown ones are passed over", () => {
    const { bus, clock } = busOnBench()
    const probe = new BusProbe(bus, clock)
    const pins: ChipPins = { drivePin: () => {}, readPin: () => 0, watchPin: () => () => {} }
    const configs = ["relay", "rotaryEncoder", "buzzer:loud"].map(service => ({ service, settings: {} }))
    chipServer(configs, pins, undefined, { name: "chip", deviceId: id, description: "chip", bus, clock }).start()
    clock.runUntil(US_PER_MS * 10)
    expect(jacdac.jdunpack(probe.of(0)[0].payload, "u32 u32[]")[1]).toEqual([jacdac.SRV_RELAY, jacdac.SRV_BUZZER])
    expect(CHIP_SERVICES).toEqual(["button", "buzzer", "lightBulb", "relay", "switch"])
    expect(clock.nowUs).toBeLessThan(US_PER_S)
})
