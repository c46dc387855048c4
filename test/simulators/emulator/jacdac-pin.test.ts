import { describe, expect, test } from "vitest"
import { Bus, type BusNode } from "../../../simulators/bus/bus"
import { encodeFrame } from "../../../simulators/bus/frame"
import { VirtualClock } from "../../../simulators/clock"
import { ChipClock } from "../../../simulators/emulator/chip-clock"
import { type Edge, edgesOf, LineReader } from "../../../simulators/emulator/jacdac-line"
import { JacdacPin } from "../../../simulators/emulator/jacdac-pin"
import { Random } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"

const FRAME = encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload: new Uint8Array(9) })
const OTHER = encodeFrame("fedcba9876543210", 0, { serviceIndex: 2, command: 0x1101, payload: new Uint8Array(3) })

/** A chip's end of the line, driven by hand, on a bus with somebody who listens. */
function rig() {
    const clock = new VirtualClock()
    const chipClock = new ChipClock()
    const bus = new Bus({ name: "bus", clock, trace: new Trace(clock), random: new Random("bus") })
    const heard: string[] = []
    const listener: BusNode = { name: "listener", receive: frame => heard.push(Buffer.from(frame).toString("hex")) }
    bus.attach(listener)
    const levels: Edge[] = []
    const drive = { pullsLow: false, sinceNanos: 0 }
    const pin = new JacdacPin({
        name: "chip",
        bus,
        clock: chipClock,
        pin: {
            get pullsLow() {
                return drive.pullsLow
            },
            get sinceNanos() {
                return chipClock.nanos
            },
            setLevel(high) {
                if (levels.at(-1)?.low !== !high) levels.push({ at: chipClock.nanos, low: !high })
            },
        },
    })
    const runTo = (nanos: number) => {
        while (chipClock.nextNanos <= nanos) {
            chipClock.nanos = chipClock.nextNanos
            chipClock.fire()
        }
        chipClock.nanos = nanos
    }
    const play = (edges: readonly Edge[]) => {
        const from = chipClock.nanos
        for (const { at, low } of edges) {
            runTo(from + at)
            drive.pullsLow = low
            pin.changed()
        }
    }
    return { clock, chipClock, pin, levels, heard, runTo, play }
}

/** Frames that the chip sees at its pin. */
function seen(levels: readonly Edge[]): string[] {
    const frames: string[] = []
    const reader = new LineReader(frame => frames.push(Buffer.from(frame).toString("hex")))
    for (const edge of levels) reader.take(edge)
    return frames
}
const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex")

describe("the chip's Jacdac pin", () => {
    test("shows what the bus delivers, one frame after the other", () => {
        const { chipClock, pin, levels, runTo } = rig()
        chipClock.nanos = 1e6
        pin.receive(FRAME)
        pin.receive(OTHER)
        runTo(3e6)
        expect(seen(levels)).toEqual([hex(FRAME), hex(OTHER)])
    })

    test("tells the bus what the chip sends", () => {
        const { clock, heard, play } = rig()
        play(edgesOf(FRAME))
        clock.runUntil(10_000)
        expect(heard).toEqual([hex(FRAME)])
    })

    test("lets the chip's frame end before another begins", () => {
        const { clock, chipClock, pin, levels, heard, play, runTo } = rig()
        chipClock.nanos = 1e6
        const edges = edgesOf(FRAME)
        play(edges.slice(0, 20))
        pin.receive(OTHER)
        const from = chipClock.nanos - edges[19].at
        for (const { at, low } of edges.slice(20)) {
            runTo(from + at)
            play([{ at: 0, low }])
        }
        const endNanos = chipClock.nanos
        runTo(5e6)
        clock.runUntil(10_000)
        expect(heard).toEqual([hex(FRAME)])
        expect(seen(levels)).toEqual([hex(FRAME), hex(OTHER)])
        const next = levels.find(({ at, low }) => low && at > endNanos)!
        expect(next.at - endNanos).toBeGreaterThanOrEqual(100_000)
    })

    test("off the bus, it hears nothing and is not heard", () => {
        const { clock, pin, heard, play } = rig()
        pin.detach()
        play(edgesOf(FRAME))
        clock.runUntil(10_000)
        expect(heard).toEqual([])
    })
})
