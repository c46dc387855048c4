import { describe, expect, test } from "vitest"
import { DeadmanTimer } from "../../../simulators/circuit/deadman"
import { US_PER_MS, VirtualClock } from "../../../simulators/clock"

/** A timer with nets to itself. `set` changes them and returns whether the output changed. */
function bench(timeoutMs = 500) {
    const clock = new VirtualClock()
    const expiries: number[] = []
    const timer = new DeadmanTimer({
        name: "watch",
        input: "BEAT",
        power: "3V3",
        timeoutMs,
        clock,
        onExpiry: () => expiries.push(clock.nowUs / US_PER_MS),
    })
    let levels = new Map([
        ["BEAT", false],
        ["3V3", false],
    ])
    const set = (net: "BEAT" | "3V3", high: boolean) => {
        const before = levels
        levels = new Map(before).set(net, high)
        return timer.observe(before, levels)
    }
    const at = (ms: number) => clock.runUntil(ms * US_PER_MS)
    return { timer, expiries, set, at }
}

/** One that runs since 0 ms. */
function running() {
    const made = bench()
    made.set("3V3", true)
    expect(made.set("BEAT", true)).toBe(true)
    expect(made.timer.running).toBe(true)
    return made
}

describe("the dead-man timer", () => {
    test("says whose it is", () => {
        const { timer } = bench()
        expect([timer.name, timer.input, timer.running]).toEqual(["watch", "BEAT", false])
    })

    test.each([1, 500, 3_600_000])("of %i ms falls that long after the last edge, once", timeoutMs => {
        const { timer, expiries, set, at } = bench(timeoutMs)
        set("3V3", true)
        set("BEAT", true)
        at(timeoutMs - 0.001)
        expect(timer.running).toBe(true)
        at(timeoutMs)
        expect(timer.running).toBe(false)
        at(10 * timeoutMs)
        expect(expiries).toEqual([timeoutMs])
    })

    test("counts rising and falling edges, and tells a change of its output only", () => {
        const { timer, expiries, set, at } = running()
        at(400)
        expect(set("BEAT", false)).toBe(false)
        at(800)
        expect(set("BEAT", true)).toBe(false)
        at(1299)
        expect(timer.running).toBe(true)
        at(1300)
        expect(expiries).toEqual([1300])
    })

    test("takes no change of anything else for an edge", () => {
        const { timer, set, at } = running()
        at(499)
        expect(set("BEAT", true)).toBe(false)
        at(500)
        expect(timer.running).toBe(false)
    })

    test("starts anew with the next edge", () => {
        const { timer, expiries, set, at } = running()
        at(700)
        expect(set("BEAT", false)).toBe(true)
        expect(timer.running).toBe(true)
        at(5_000)
        expect(expiries).toEqual([500, 1200])
    })

    test("without power hears nothing", () => {
        const { timer, set, at, expiries } = bench()
        expect(set("BEAT", true)).toBe(false)
        at(100)
        expect(timer.running).toBe(false)
        expect(expiries).toEqual([])
    })

    test("falls at once with its power, and has forgotten its beats when that comes back", () => {
        const { timer, expiries, set, at } = running()
        at(100)
        expect(set("3V3", false)).toBe(true)
        expect(timer.running).toBe(false)
        expect(set("3V3", false)).toBe(false)
        expect(set("3V3", true)).toBe(false)
        at(10_000)
        expect([timer.running, expiries]).toEqual([false, []])
    })

    test("takes an edge that comes with its power for none", () => {
        const clock = new VirtualClock()
        const timer = new DeadmanTimer({ name: "w", input: "BEAT", power: "3V3", timeoutMs: 5, clock, onExpiry() {} })
        const off = new Map([
            ["BEAT", false],
            ["3V3", false],
        ])
        const on = new Map([
            ["BEAT", true],
            ["3V3", true],
        ])
        expect(timer.observe(off, on)).toBe(false)
        expect(timer.running).toBe(false)
        expect(timer.observe(on, off)).toBe(false)
    })

    test("that lost its power is not ended by the time it would have fallen at", () => {
        const { timer, expiries, set, at } = running()
        at(100)
        set("3V3", false)
        set("3V3", true)
        at(300)
        set("BEAT", false)
        at(799)
        expect(timer.running).toBe(true)
        at(800)
        expect([timer.running, expiries]).toEqual([false, [800]])
    })
})
