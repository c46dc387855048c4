import { describe, expect, test } from "vitest"
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { Sensor } from "../../../simulators/bus/sensor"
import { deviceIdOf, JacdacServer } from "../../../simulators/bus/server"
import { Service } from "../../../simulators/bus/service"
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { busOnBench } from "./bench"
import { BusProbe } from "./probe"

const ANNOUNCE = 0x0000
const ACK_INDEX = 0x3f
const NOT_IMPLEMENTED = 0x0003
const READING = 0x101
const STREAMING_SAMPLES = 0x003
const STREAMING_INTERVAL = 0x004
const id = deviceIdOf("thing")

/** A device with an adjustable level at 1 and a sensor at 2. */
function thing() {
    const bench = busOnBench()
    const state = { level: 5, reading: 20 as number | undefined, beeps: [] as number[][] }
    const device = new Service(0x1abcdef0, "dial").register(
        0x80,
        "u16",
        () => [state.level],
        ([level]) => {
            state.level = level
        },
    )
    device.register(0x180, "u8", () => [3])
    device.command(0x90, "u8 u16", 3, values => void state.beeps.push(values))
    const sensor = new Sensor(jacdac.SRV_TEMPERATURE, "i22.10", () =>
        state.reading === undefined ? undefined : [state.reading],
    )
    const server = new JacdacServer({
        name: "thing",
        deviceId: id,
        description: "A thing",
        services: [device, sensor],
        bus: bench.bus,
        clock: bench.clock,
    })
    return { ...bench, state, device, sensor, server, probe: new BusProbe(bench.bus, bench.clock) }
}

const startCounter = (payload: Uint8Array) => payload[0] & 0xf

describe("a Jacdac device", () => {
    test("announces its services every 500 ms, with a restart counter that rises to 15", () => {
        const { server, probe, clock } = thing()
        server.start()
        clock.runUntil(10 * US_PER_S)
        const announcements = probe.of(ANNOUNCE)
        expect(announcements).toHaveLength(20)
        expect(announcements[1].us - announcements[0].us).toBe(500 * US_PER_MS)
        expect(announcements.map(({ payload }) => startCounter(payload))).toEqual([
            ...Array.from({ length: 15 }, (_, i) => i + 1),
            ...Array(5).fill(15),
        ])
        const { payload, deviceId } = announcements[0]
        expect(deviceId).toBe(id)
        expect(jacdac.jdunpack(payload, "u16 u8 x[1] u32[]")).toEqual([0x0701, 1, [0x1abcdef0, jacdac.SRV_TEMPERATURE]])
    })

    test("counts its packets between announcements", () => {
        const { server, probe, clock } = thing()
        server.start()
        for (let i = 0; i < 4; i++) probe.get(id, 1, 0x80)
        clock.runUntil(600 * US_PER_MS)
        expect(probe.of(ANNOUNCE).map(({ payload }) => payload[2])).toEqual([1, 5])
    })

    test("is silent without power, forgets what it had begun, and starts anew", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [255])
        clock.runUntil(2 * US_PER_S)
        server.stop()
        probe.forget()
        probe.get(id, 1, 0x80)
        clock.runUntil(4 * US_PER_S)
        expect(probe.heard).toEqual([])
        server.start()
        clock.runUntil(5 * US_PER_S)
        expect(startCounter(probe.of(ANNOUNCE)[0].payload)).toBe(1)
        expect(probe.of(0x1000 | READING)).toEqual([])
        expect(state.level).toBe(5)
    })

    test("answers for itself through its control service", () => {
        const { server, probe, clock } = thing()
        server.start()
        clock.runUntil(US_PER_S)
        probe.get(id, 0, jacdac.ControlReg.DeviceDescription)
        probe.get(id, 0, jacdac.ControlReg.Uptime)
        probe.send(id, 0, jacdac.ControlCmd.Services)
        clock.runUntil(1.1 * US_PER_S)
        expect(probe.value(jacdac.ControlReg.DeviceDescription, "s")).toBe("A thing")
        expect(probe.value(jacdac.ControlReg.Uptime, "u32")).toBeGreaterThanOrEqual(US_PER_S)
        expect(probe.of(ANNOUNCE).length).toBe(4)
    })

    test("resets when asked to", () => {
        const { server, probe, clock } = thing()
        server.start()
        clock.runUntil(3.1 * US_PER_S)
        probe.forget()
        probe.send(id, 0, jacdac.ControlCmd.Reset)
        clock.runUntil(3.3 * US_PER_S)
        expect(probe.of(ANNOUNCE).map(({ payload }) => startCounter(payload))).toEqual([1])
    })

    test("gets and sets registers, and runs commands", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        probe.set(id, 1, 0x80, "u16", [777])
        probe.get(id, 1, 0x80)
        probe.get(id, 1, jacdac.SystemReg.InstanceName)
        probe.send(id, 1, 0x90, jacdac.jdpack("u8 u16", [7, 300]))
        clock.runUntil(10_000)
        expect(state.level).toBe(777)
        expect(probe.value(0x80, "u16")).toBe(777)
        expect(probe.value(jacdac.SystemReg.InstanceName, "s")).toBe("dial")
        expect(state.beeps).toEqual([[7, 300]])
    })

    test("takes a short number for one with zeros above, and ignores a short command", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        probe.send(id, 1, 0x2080, Uint8Array.of(9))
        probe.send(id, 1, 0x90, Uint8Array.of(9))
        clock.runUntil(10_000)
        expect(state).toMatchObject({ level: 9, beeps: [] })
    })

    test.each([
        ["an unknown register", 0x1181],
        ["an unknown command", 0x0091],
        ["a write to a register that cannot be written", 0x2180],
    ])("says that it does not implement %s", (_, command) => {
        const { server, probe, clock } = thing()
        server.start()
        const crc = probe.send(id, 1, command, Uint8Array.of(1))
        clock.runUntil(10_000)
        const [report] = probe.of(NOT_IMPLEMENTED)
        expect(jacdac.jdunpack(report.payload, "u16 u16")).toEqual([command, crc])
    })

    test("acknowledges when asked to, before it answers", () => {
        const { server, probe, clock } = thing()
        server.start()
        clock.runUntil(100_000)
        probe.forget()
        const crc = probe.send(id, 1, 0x1080, undefined, FrameFlag.AckRequested)
        clock.runUntil(200_000)
        expect(probe.heard.map(({ serviceIndex, command }) => [serviceIndex, command])).toEqual([
            [ACK_INDEX, crc],
            [1, 0x1080],
        ])
    })

    test("hears commands to a service class, and does not complain about those", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        clock.runUntil(100_000)
        probe.forget()
        const all = "f0debc1aaaaaaaaa"
        probe.send(all, 0x3d, 0x2080, Uint8Array.of(66, 0), FrameFlag.Multicast)
        probe.send(all, 0x3d, 0x1199, undefined, FrameFlag.Multicast)
        clock.runUntil(200_000)
        expect(state.level).toBe(66)
        expect(probe.heard).toEqual([])
    })

    test("ignores frames that are not for it, not commands, or broken", () => {
        const { server, probe, bus, clock, state } = thing()
        server.start()
        const set = { serviceIndex: 1, command: 0x2080, payload: Uint8Array.of(1, 0) }
        const broken = encodeFrame(id, FrameFlag.Command, set)
        broken[17] ^= 1
        for (const frame of [
            encodeFrame(deviceIdOf("other"), FrameFlag.Command, set),
            encodeFrame(id, 0, set),
            broken,
            encodeFrame(id, FrameFlag.Command, { ...set, serviceIndex: 9 }),
            Uint8Array.of(1, 2, 3),
        ])
            bus.send(probe, frame)
        clock.runUntil(100_000)
        expect(state.level).toBe(5)
    })

    test("sends each event three times under one counter, and counts events", () => {
        const { server, device, probe, clock } = thing()
        server.start()
        clock.runUntil(100_000)
        device.event(1)
        clock.runUntil(300_000)
        device.event(2, "u32", [70_000])
        clock.runUntil(499_000)
        const [first, second] = [probe.events(1), probe.events(2)]
        expect(first.map(({ command }) => command)).toEqual([0x8101, 0x8101, 0x8101])
        expect(first.map(({ us }) => us - first[0].us)).toEqual([0, 20_000, 70_000])
        expect(second.map(({ command }) => command)).toEqual([0x8202, 0x8202, 0x8202])
        expect(jacdac.jdunpack(second[0].payload, "u32")).toEqual([70_000])
    })

    test("sends no event without power", () => {
        const { server, device, probe, clock } = thing()
        server.start()
        device.event(1)
        server.stop()
        device.event(2)
        clock.runUntil(US_PER_S)
        expect(probe.events(2)).toEqual([])
        expect(probe.events(1)).toEqual([])
    })
})

describe("a sensor", () => {
    test("gives a reading when asked, and streams only as many as asked for", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        clock.runUntil(US_PER_S)
        expect(probe.of(0x1000 | READING)).toEqual([])
        probe.get(id, 2, READING)
        clock.runUntil(1.1 * US_PER_S)
        expect(probe.value(READING, "i22.10")).toBe(20)

        probe.forget()
        state.reading = -4.5
        probe.set(id, 2, STREAMING_INTERVAL, "u32", [50])
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [3])
        clock.runUntil(2 * US_PER_S)
        const samples = probe.of(0x1000 | READING)
        expect(samples).toHaveLength(3)
        expect(samples[2].us - samples[1].us).toBe(50 * US_PER_MS)
        expect(probe.value(READING, "i22.10")).toBe(-4.5)
    })

    test("streams every 100 ms unless told otherwise, and keeps the interval within 20 ms and 100 s", () => {
        const { server, probe, clock } = thing()
        server.start()
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [10])
        clock.runUntil(950 * US_PER_MS)
        expect(probe.of(0x1000 | READING)).toHaveLength(10)
        for (const [asked, given] of [
            [1, 20],
            [1_000_000, 100_000],
        ]) {
            probe.set(id, 2, STREAMING_INTERVAL, "u32", [asked])
            probe.get(id, 2, STREAMING_INTERVAL)
            clock.runUntil(clock.nowUs + 10_000)
            expect(probe.value(STREAMING_INTERVAL, "u32")).toBe(given)
        }
    })

    test("asked again while it streams, starts over and does not stream twice as fast", () => {
        const { server, probe, clock } = thing()
        server.start()
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [255])
        clock.runUntil(250 * US_PER_MS)
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [255])
        clock.runUntil(300 * US_PER_MS)
        probe.forget()
        clock.runUntil(1300 * US_PER_MS)
        expect(probe.of(0x1000 | READING)).toHaveLength(10)
    })

    test("without a reading says nothing, but stays on the bus", () => {
        const { server, probe, clock, state } = thing()
        server.start()
        probe.set(id, 2, STREAMING_SAMPLES, "u8", [255])
        clock.runUntil(US_PER_S)
        state.reading = undefined
        probe.forget()
        probe.get(id, 2, READING)
        clock.runUntil(2 * US_PER_S)
        expect(probe.of(0x1000 | READING)).toEqual([])
        expect(probe.of(ANNOUNCE)).toHaveLength(2)
    })
})
