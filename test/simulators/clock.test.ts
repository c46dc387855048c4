import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { VirtualClock } from "../../simulators/clock"

describe("virtual clock", () => {
    test("runs events by due time, then in the order they were scheduled", () => {
        fc.assert(
            fc.property(fc.array(fc.nat(20)), delays => {
                const clock = new VirtualClock()
                const ran: number[] = []
                delays.forEach((delay, i) => void clock.after(delay, () => ran.push(i)))
                clock.runUntil(100)
                const expected = delays.map((delay, i) => ({ delay, i })).sort((a, b) => a.delay - b.delay || a.i - b.i)
                expect(ran).toEqual(expected.map(({ i }) => i))
            }),
        )
    })

    test("stands at each event's time while it runs, and at the end of the run after it", () => {
        const clock = new VirtualClock()
        const times: number[] = []
        for (const delay of [30, 10, 20.4]) clock.after(delay, () => times.push(clock.nowUs))
        clock.runUntil(50)
        expect(times).toEqual([10, 21, 30])
        expect(clock.nowUs).toBe(50)
    })

    test("an event due in the past runs now, after those already due", () => {
        const clock = new VirtualClock()
        const ran: string[] = []
        clock.at(10, () => {
            clock.at(5, () => ran.push("late"))
            ran.push("first")
        })
        clock.at(10, () => ran.push("second"))
        clock.runUntil(10)
        expect(ran).toEqual(["first", "second", "late"])
    })

    test("a cancelled event does not run and is not next", () => {
        const clock = new VirtualClock()
        const timer = clock.after(10, () => expect.unreachable())
        clock.after(20, () => {})
        clock.cancel(timer)
        expect(clock.nextUs).toBe(20)
        clock.runUntil(30)
        expect(clock.nextUs).toBeUndefined()
    })
})
