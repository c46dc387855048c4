import { expect, test } from "vitest"
import { Tick } from "../../../simulators/board/tick"

test("ticks every jd_max_sleep, as it stands at each tick, and a little later each time", () => {
    const tick = new Tick(true)
    tick.arm(0, 1000)
    expect(tick.pass(999, 1000)).toBe(false)
    expect(tick.pass(1000, 10_000)).toBe(true)
    expect(tick.next(0, 1000)).toBe(11_002)
    expect(tick.pass(11_001, 1000)).toBe(false)
    expect(tick.next(20_000, 1000)).toBe(11_002 + 9 * 1002)
})

test("an alarm 0 ms away is lost, unless the port is repaired", () => {
    for (const losesZeroAlarm of [true, false]) {
        const tick = new Tick(losesZeroAlarm)
        tick.arm(0, 1000)
        expect(tick.next(5000, 0)).toBe(losesZeroAlarm ? 1000 : 5008)
        expect(tick.pass(1000, 0)).toBe(true)
        expect(tick.next(2000, 0) === undefined).toBe(losesZeroAlarm)
        // What comes on the bus sets it anew.
        tick.arm(3000, 1000)
        expect(tick.next(0, 1000)).toBe(4000)
    }
})

test("one that is disarmed does not tick", () => {
    const tick = new Tick(false)
    tick.arm(0, 1000)
    tick.disarm()
    expect(tick.pass(9000, 1000)).toBe(false)
    expect(tick.next(0, 1000)).toBeUndefined()
})
