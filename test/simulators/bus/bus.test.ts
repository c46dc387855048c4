import { describe, expect, test } from "vitest"
import type { BusFault } from "../../../simulators/bus/faults"
import { US_PER_MS } from "../../../simulators/clock"
import { busOnBench, listener } from "./bench"

const frame = (first: number, length = 20) => Uint8Array.from({ length }, (_, i) => (i === 0 ? first : i))

function threeNodes(seed?: number) {
    const bench = busOnBench(seed)
    const nodes = ["a", "b", "c"].map(name => listener(name, bench.clock))
    for (const node of nodes) bench.bus.attach(node)
    return { ...bench, a: nodes[0], b: nodes[1], c: nodes[2] }
}

/** Sends 200 frames, 2 ms apart, under a fault; returns the first bytes that `b` heard, in order, with the times. */
function under(fault: BusFault, seed?: number) {
    const { bus, clock, a, b, trace, entries } = threeNodes(seed)
    bus.impose(fault)
    for (let i = 0; i < 200; i++) clock.at(i * 2 * US_PER_MS, () => bus.send(a, frame(i)))
    clock.runUntil(1000 * US_PER_MS)
    const struck = entries.filter(entry => entry.kind === "fault").length
    return { order: b.heard.map(({ frame }) => frame[0]), heard: b.heard, struck, sha256: trace.sha256() }
}

const inOrder = Array.from({ length: 200 }, (_, i) => i)

describe("the wire", () => {
    test("carries a frame to every other node, 10 µs a byte after it was sent", () => {
        const { bus, clock, a, b, c } = threeNodes()
        clock.runUntil(50)
        bus.send(a, frame(7))
        clock.runUntil(10_000)
        expect(a.heard).toEqual([])
        for (const { heard } of [b, c]) expect(heard).toEqual([{ us: 50 + 200, frame: frame(7) }])
    })

    test("carries one frame at a time, with a gap", () => {
        const { bus, clock, a, b, c } = threeNodes()
        bus.send(a, frame(1))
        bus.send(b, frame(2, 40))
        clock.runUntil(10_000)
        expect(c.heard.map(({ us }) => us)).toEqual([200, 200 + 100 + 400])
    })

    test.each([frame(1), Buffer.from(frame(1))])("keeps its own copy of the bytes of a %o", mine => {
        const { bus, clock, a, b } = threeNodes()
        bus.send(a, mine)
        mine.fill(0)
        clock.runUntil(10_000)
        expect(b.heard[0].frame).toEqual(frame(1))
    })

    test("does not reach a node that was detached while the frame was under way, nor hear it", () => {
        const { bus, clock, a, b, c } = threeNodes()
        bus.send(a, frame(1))
        bus.detach(b)
        bus.send(b, frame(2))
        clock.runUntil(10_000)
        expect(b.heard).toEqual([])
        expect(c.heard).toHaveLength(1)
    })

    test("delivers to the others when one node leaves during the delivery", () => {
        const { bus, clock, a, b, c } = threeNodes()
        bus.detach(b)
        bus.detach(c)
        bus.attach({ name: "leaver", receive: () => bus.detach(b) })
        bus.attach(b)
        bus.attach(c)
        bus.send(a, frame(1))
        clock.runUntil(10_000)
        expect(b.heard).toEqual([])
        expect(c.heard).toHaveLength(1)
    })

    test("refuses two nodes of one name", () => {
        const { bus, clock } = threeNodes()
        expect(() => bus.attach(listener("a", clock))).toThrow("a node named a is attached already")
    })

    test("drops what waits longer than a transmit queue holds, and says so", () => {
        const { bus, clock, a, b, entries } = threeNodes()
        for (let i = 0; i < 1000; i++) bus.send(a, frame(i & 0xff, 100))
        clock.runUntil(2_000_000)
        // 1.1 ms a frame: the queue of 50 ms takes 46 of them, and one is on the wire.
        expect(b.heard).toHaveLength(46)
        expect(entries.filter(({ kind }) => kind === "overrun")).toHaveLength(1000 - 46)
        bus.send(a, frame(1))
        clock.runUntil(3_000_000)
        expect(b.heard).toHaveLength(47)
    })

    test("traces each frame in full", () => {
        const { bus, clock, a, entries } = threeNodes()
        bus.send(a, Uint8Array.of(0xde, 0xad))
        clock.runUntil(10_000)
        expect(entries).toEqual([{ us: 20, source: "bus", kind: "frame", from: "a", hex: "dead" }])
    })
})

describe("faults of the wire", () => {
    test("loss drops about the share asked for, and traces each loss", () => {
        const { order, struck } = under({ kind: "loss", probability: 0.25 })
        expect(order.length).toBe(200 - struck)
        expect(struck).toBeGreaterThan(30)
        expect(struck).toBeLessThan(70)
        expect(order).toEqual([...order].sort((x, y) => x - y))
    })

    test("loss of everything is silence", () => {
        expect(under({ kind: "loss", probability: 1 }).order).toEqual([])
    })

    test("duplication brings frames twice", () => {
        const { order, struck } = under({ kind: "duplication", probability: 0.5 })
        expect(order.length).toBe(200 + struck)
        expect(struck).toBeGreaterThan(60)
        expect([...new Set(order)]).toEqual(inOrder)
    })

    test("delay brings frames late, but in order and all of them", () => {
        const { order, heard } = under({ kind: "delay", probability: 0.3, withinUs: 30 * US_PER_MS })
        expect(order).toEqual(inOrder)
        const lateUs = heard.map(({ us }, i) => us - (i * 2 * US_PER_MS + 200))
        expect(Math.max(...lateUs)).toBeGreaterThan(20 * US_PER_MS)
        expect(Math.max(...lateUs)).toBeLessThanOrEqual(30 * US_PER_MS)
        expect(Math.min(...lateUs)).toBe(0)
    })

    test("reordering lets frames overtake others, and loses none", () => {
        const { order } = under({ kind: "reordering", probability: 0.3, withinUs: 30 * US_PER_MS })
        expect(order).not.toEqual(inOrder)
        expect([...order].sort((x, y) => x - y)).toEqual(inOrder)
    })

    test.each<BusFault>([
        { kind: "loss", probability: 0.5 },
        { kind: "duplication", probability: 0.5 },
        { kind: "delay", probability: 0.5, withinUs: 5000 },
        { kind: "reordering", probability: 0.5, withinUs: 5000 },
    ])("$kind strikes by the seed", fault => {
        expect(under(fault, 1).sha256).toBe(under(fault, 1).sha256)
        expect(under(fault, 1).sha256).not.toBe(under(fault, 2).sha256)
    })

    test("end after their time, when cleared, and when replaced", () => {
        const { bus, clock, a, b, entries } = threeNodes()
        const send = (atUs: number) => clock.at(atUs, () => bus.send(a, frame(1)))
        bus.impose({ kind: "loss", probability: 1 }, 10_000)
        send(1_000)
        send(20_000)
        clock.at(30_000, () => bus.impose({ kind: "loss", probability: 1 }))
        send(31_000)
        clock.at(40_000, () => bus.clear("loss"))
        send(41_000)
        clock.at(50_000, () => bus.impose({ kind: "loss", probability: 1 }, 10_000))
        clock.at(51_000, () => bus.impose({ kind: "loss", probability: 0 }, 20_000))
        send(52_000)
        clock.runUntil(100_000)
        expect(b.heard.map(({ us }) => us)).toEqual([20_200, 41_200, 52_200])
        const marks = entries.filter(({ kind }) => kind === "fault-begins" || kind === "fault-ends")
        expect(marks.map(({ us, kind }) => [us, kind])).toEqual([
            [0, "fault-begins"],
            [10_000, "fault-ends"],
            [30_000, "fault-begins"],
            [40_000, "fault-ends"],
            [50_000, "fault-begins"],
            [51_000, "fault-ends"],
            [51_000, "fault-begins"],
            [71_000, "fault-ends"],
        ])
    })
})
