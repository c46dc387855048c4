import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Cause } from "../../../src/core/failsafe/cause"
import { SensorJudge, type SensorLimits } from "../../../src/core/failsafe/sensor-judge"

const limits: SensorLimits = { min: 0, max: 100, maxAgeMs: 2000, maxPerSecond: 20, stuckAfterMs: 60_000 }
const { SensorAbsent, SensorStuck, SensorRange, SensorRate } = Cause

test.each<[string, [reading: number, atMs: number][], number, number]>([
    ["no reading yet", [], 5000, SensorAbsent],
    ["a sound one", [[5, 1000]], 1000, 0],
    ["just not too old", [[5, 1000]], 3000, 0],
    ["too old", [[5, 1000]], 3001, SensorAbsent],
    [
        "at the upper limit of the range",
        [
            [0, 0],
            [20, 1000],
            [100, 6000],
        ],
        6000,
        0,
    ],
    ["at the lower limit of the range", [[0, 1000]], 1000, 0],
    ["below the range", [[-0.1, 0]], 0, SensorRange],
    ["above the range", [[100.1, 0]], 0, SensorRange],
    ["not a number", [[Number.NaN, 0]], 0, SensorRange],
    [
        "not a number after a number",
        [
            [5, 0],
            [Number.NaN, 100],
        ],
        100,
        SensorRange,
    ],
    [
        "as fast as it can",
        [
            [5, 0],
            [7, 100],
        ],
        100,
        0,
    ],
    [
        "faster than it can",
        [
            [5, 0],
            [7.1, 100],
        ],
        100,
        SensorRate,
    ],
    [
        "faster than it can, downwards",
        [
            [50, 0],
            [5, 1000],
        ],
        1000,
        SensorRate,
    ],
    [
        "fast over a gap in which it had the time",
        [
            [5, 0],
            [45, 2000],
        ],
        2000,
        0,
    ],
    [
        "sound again after a jump",
        [
            [5, 0],
            [80, 100],
            [80, 200],
        ],
        200,
        0,
    ],
    [
        "two in the same millisecond are one",
        [
            [5, 0],
            [6, 100],
            [7, 100],
        ],
        100,
        0,
    ],
    [
        "but a jump is one",
        [
            [5, 0],
            [80, 100],
            [80, 100],
        ],
        100,
        SensorRate,
    ],
    [
        "still, but not for long",
        [
            [5, 0],
            [5, 60_000],
        ],
        60_000,
        0,
    ],
    [
        "still for too long",
        [
            [5, 0],
            [5, 60_001],
        ],
        60_001,
        SensorStuck,
    ],
    [
        "still until now",
        [
            [5, 0],
            [5, 60_001],
            [5.1, 60_101],
        ],
        60_101,
        0,
    ],
    [
        "out of range, too fast and too old",
        [
            [5, 0],
            [500, 100],
        ],
        5000,
        SensorRange | SensorRate | SensorAbsent,
    ],
])("%s", (_, readings, nowMs, faults) => {
    const judge = new SensorJudge(limits)
    for (const [reading, atMs] of readings) judge.observe(reading, atMs)
    expect(judge.faults(nowMs)).toBe(faults)
})

test("a sensor that may stand still may", () => {
    const judge = new SensorJudge({ ...limits, stuckAfterMs: undefined })
    judge.observe(5, 0)
    judge.observe(5, 1_000_000)
    expect(judge.faults(1_000_000)).toBe(0)
})

describe("over any readings", () => {
    const reading = fc.double({ min: -50, max: 150, noNaN: true })
    const steps = fc.array(fc.tuple(reading, fc.integer({ min: 1, max: 3000 })), { minLength: 1, maxLength: 30 })

    test("each fault is told exactly when the readings show it", () => {
        fc.assert(
            fc.property(steps, fc.nat({ max: 4000 }), (steps, sinceMs) => {
                const judge = new SensorJudge(limits)
                let atMs = 0
                const times = steps.map(([reading, ms]) => {
                    atMs += ms
                    judge.observe(reading, atMs)
                    return atMs
                })
                const [value] = steps.at(-1)!
                const still = steps.findLastIndex(([reading]) => reading !== value) + 1
                let expected = 0
                if (sinceMs > 2000) expected |= SensorAbsent
                if (value < 0 || value > 100) expected |= SensorRange
                if (atMs - times[still] > 60_000) expected |= SensorStuck
                if (steps.length > 1 && Math.abs(value - steps.at(-2)![0]) > (20 * steps.at(-1)![1]) / 1000)
                    expected |= SensorRate
                expect(judge.faults(atMs + sinceMs)).toBe(expected)
            }),
        )
    })
})
