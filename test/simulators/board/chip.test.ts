import { describe, expect, test } from "vitest"
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { JacdacServer } from "../../../simulators/bus/server"
import { RelayService } from "../../../simulators/bus/services/relay"
import type { TraceEntry } from "../../../simulators/trace"
import { buildFirmware } from "../../../src/host/build/firmware"
import { workbench } from "./workbench"

const times = (entries: TraceEntry[], wanted: Record<string, unknown>) =>
    entries
        .filter(entry => Object.entries(wanted).every(([key, value]) => entry[key] === value))
        .map(({ us }) => us / 1000)
const startsOf = (entries: TraceEntry[]) =>
    entries.filter(({ line }) => String(line).startsWith("* start:")).map(({ us }) => us / 1000)

/** The runtime's debugger: its service class as it stands in an announcement, and what is said to it. */
const DEBUGGER = "405b5b15"
const [ENABLED, SET_BREAKPOINTS] = [0x2001, 0x90]

describe("a chip", () => {
    test("starts its program 1.1 s after power-on, and again 5.2 s after it failed", async () => {
        const { entries, runMs } = await workbench("test/programs/unhandled-exception.ts")
        runMs(12_000)
        const [first, second] = startsOf(entries)
        const [panic] = times(entries, { kind: "panic", code: 60005 })
        expect(first).toBeGreaterThan(1100)
        expect(first).toBeLessThan(1200)
        expect(second - panic).toBeGreaterThan(5200)
        expect(second - panic).toBeLessThan(5300)
    })

    test("announces itself under the identifier it was given, whatever its bits", async () => {
        for (const deviceId of ["12abdd2289421234", "4b3c2f876e0ac4fa", "ffffffffffffffff", "0000000080000001"]) {
            const { entries, runMs } = await workbench("test/programs/endless-loop.ts", undefined, { deviceId })
            runMs(600)
            const frames = entries.filter(({ kind, from }) => kind === "frame" && from === "dut")
            expect(frames.map(({ hex }) => String(hex).slice(8, 24))).toContain(deviceId)
        }
    })

    test("resets when a program asks for other hardware settings, and starts the servers it asks for", async () => {
        const { board, entries, runMs, bus } = await workbench("test/programs/never-pausing.ts")
        runMs(100)
        expect(board.deploy((await buildFirmware("test/programs/relay-then-crash.ts")).image)).toBe(0)
        runMs(2500)
        expect(times(entries, { kind: "reset" })).toHaveLength(1)
        expect(bus.name).toBe("bus")
        expect(times(entries, { kind: "net", net: "LED", high: true })).toHaveLength(1)
    })

    test("keeps the pins of its own servers after the program has died", async () => {
        const { board, runMs, entries } = await workbench("test/programs/relay-then-crash.ts")
        runMs(2600)
        expect(times(entries, { kind: "panic", code: 60005 })).toHaveLength(1)
        runMs(4000)
        expect(board.wiring.level("LED")).toBe(true)
    })

    test("binds a role of its own server to that, and to no other on the bus, though it is heard of first", async () => {
        const { act, board, bus, clock, runMs } = await workbench("test/programs/relay-then-crash.ts")
        let energised = false
        const relay = new RelayService({ energise: on => (energised = on) })
        const module = { name: "relay", deviceId: "0100000000000000", description: "relay", services: [relay] }
        act("gas", "unplug")
        new JacdacServer({ ...module, bus, clock }).start()
        runMs(2600)
        expect(board.wiring.level("LED")).toBe(true)
        expect(energised).toBe(false)
    })

    test("lets the world go on while a program never pauses, and never the bus: frames wait until the queue overflows", async () => {
        const { act, board, bus, entries, runMs } = await workbench("test/programs/never-pausing.ts")
        act("gas", "unplug")
        runMs(2200)
        expect(board.state).toBe("running")
        const blinks = times(entries, { kind: "net", net: "LED", high: true })
        expect(blinks.length).toBeGreaterThan(1000)
        expect(blinks.at(-1)).toBeGreaterThan(2150)
        expect(times(entries, { kind: "frame", from: "dut" }).filter(ms => ms > blinks[0])).toEqual([])
        const peer = { name: "peer", receive() {} }
        bus.attach(peer)
        const report = encodeFrame("0123456789abcdef", 0, {
            serviceIndex: 1,
            command: 0x101,
            payload: Buffer.alloc(16),
        })
        expect(report).toHaveLength(32)
        for (let i = 0; i < 70; i++) {
            bus.send(peer, report)
            runMs(1)
        }
        // The queue is a ring of 2 KiB, which holds one frame less than there is room for.
        expect(times(entries, { kind: "overflow", from: "bus" })).toHaveLength(70 - (2048 / 32 - 1))
    })

    test("is silent and keeps its pins when it hangs on the I2C bus, until its power goes", async () => {
        const { act, board, entries, runMs } = await workbench("test/programs/stuck-bus.ts")
        runMs(3000)
        act("fram", "hold")
        runMs(2000)
        expect(board.state).toBe("hung")
        expect(board.wiring.level("VALVE")).toBe(true)
        const [hung] = times(entries, { kind: "hung" })
        expect(
            entries.filter(({ kind, from, us }) => kind === "frame" && from === "dut" && us / 1000 > hung + 100),
        ).toEqual([])
        act("fram", "let-go")
        board.powerOff()
        expect(board.state).toBe("off")
        board.powerOn()
        runMs(1500)
        expect(board.state).toBe("running")
        expect(startsOf(entries)).toHaveLength(2)
    })

    test("does nothing while it is stalled", async () => {
        const { board, entries, runMs } = await workbench("test/programs/endless-loop.ts")
        runMs(1500)
        const before = entries.length
        board.stall(1_000_000)
        runMs(900)
        expect(entries.slice(before).filter(({ kind }) => kind === "log" || kind === "panic")).toEqual([])
    })

    test("is reset 8.4 s after an assertion of the runtime has failed, counted anew after a power cut", async () => {
        const { board, entries, runMs } = await workbench("test/programs/runtime-panic.ts")
        runMs(4000)
        expect(board.state).toBe("stopped")
        board.powerOff()
        board.powerOn()
        runMs(16_000)
        const [first, second, third] = times(entries, { kind: "runtime-panic" })
        expect(second).toBeGreaterThan(4000)
        expect(second - 4000).toBeCloseTo(first, -1)
        expect(third - second - first).toBeCloseTo(8400, -1)
    })

    test("takes every frame of a burst that its queue has room for", async () => {
        const { bus, board, clock, entries, runMs } = await workbench("test/programs/endless-loop.ts")
        const tool = { name: "tool", receive() {} }
        bus.attach(tool)
        runMs(500)
        const asked = 40
        // GET of the control service's uptime, to the chip itself.
        const ask = encodeFrame(board.deviceId, FrameFlag.Command, {
            serviceIndex: 0,
            command: 0x1186,
            payload: new Uint8Array(),
        })
        for (let i = 0; i < asked; i++) bus.send(tool, ask)
        runMs(100)
        const answers = entries.filter(
            ({ kind, from, hex }) => kind === "frame" && from === "dut" && String(hex).includes("8611"),
        )
        expect(answers).toHaveLength(asked)
        expect(clock.nowUs).toBe(600_000)
    })

    test("sees time leap when its clock jumps", async () => {
        const { board, entries, runMs } = await workbench("test/programs/unhandled-exception.ts")
        runMs(3500)
        board.jumpClock(6_000_000)
        runMs(100)
        // The restart that was 5.2 s away is due at once.
        expect(startsOf(entries)).toHaveLength(2)
    })

    test("hangs, as the stock runtime does, when an image that is no program replaces one with a configuration", async () => {
        const { board, entries, runMs } = await workbench("test/programs/endless-loop.ts")
        runMs(1500)
        expect(board.deploy(new Uint8Array(256))).toBe(-1000)
        runMs(2000)
        expect(times(entries, { kind: "hung" })).toHaveLength(1)
        expect(board.state).toBe("hung")
    })
})

test("is reset 8.4 s after breakpoints below what runs have led the runtime out of its memory", async () => {
    const { board, bus, entries, runMs } = await workbench("gas-valve")
    const peer = { name: "peer", receive() {} }
    bus.attach(peer)
    runMs(2000)
    const hex = String(entries.find(({ kind, hex }) => kind === "frame" && String(hex).includes(DEBUGGER))?.hex)
    // An announcement has 16 bytes before its first service class.
    const serviceIndex = (hex.indexOf(DEBUGGER) / 2 - 16) / 4
    const say = (command: number, payload: Buffer) =>
        bus.send(peer, encodeFrame(board.deviceId, FrameFlag.Command, { serviceIndex, command, payload }))
    say(ENABLED, Buffer.of(1))
    // Its table of breakpoints has 32 sections, by the lowest bits of a place in the code; whoever runs further up looks for its own behind them.
    for (let place = 1; place <= 32; place++) say(SET_BREAKPOINTS, Buffer.of(place, 0, 0, 0))
    runMs(12_000)
    const [fault] = times(entries, { kind: "runtime-panic", message: "memory access out of bounds" })
    const [, restart] = startsOf(entries)
    expect(fault).toBeLessThan(2100)
    expect(restart - fault).toBeGreaterThan(8400 + 1100)
    expect(restart - fault).toBeLessThan(8400 + 1200)
})

test("a run has the same hash on every machine", async () => {
    // The programs use nothing of the SDK: only the toolchain, the optimiser, the simulator and the package's version, which images carry, change this.
    const { act, board, runMs, trace } = await workbench("test/programs/heap-exhaustion.ts", undefined, { seed: 7 })
    runMs(2000)
    act("button", "bounce", 40)
    board.flash.cutPowerAt({ operation: board.flash.operations + 9, phase: "inside" })
    board.deploy((await buildFirmware("test/programs/stuck-bus.ts")).image)
    runMs(200)
    board.powerOn()
    runMs(6000)
    expect(trace.sha256()).toBe("b350e4768bea2a87270195c3821caf1f9ccd6e15862879f86e718557a5d119f2")
})
