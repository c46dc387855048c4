import { describe, expect, test } from "vitest"
import { type GasCondition, judgeGas, nextValveState, type ValveState } from "../../../src/core/rules/gas-valve"

describe("judgeGas", () => {
    test.each<[number | undefined, number, GasCondition]>([
        [0, 0, "clear"],
        [9.99, 2000, "clear"],
        [10, 0, "hazard"],
        [100, 2000, "hazard"],
        [5, 2001, "faulty"],
        [50, 2001, "faulty"],
        [undefined, 0, "faulty"],
        [Number.NaN, 0, "faulty"],
        [-0.1, 0, "faulty"],
        [100.1, 0, "faulty"],
        [65535.99, 0, "faulty"],
    ])("a reading of %s that is %s ms old is %s", (percentLel, ageMs, condition) => {
        expect(judgeGas(percentLel, ageMs)).toBe(condition)
    })
})

describe("nextValveState", () => {
    test.each<[ValveState, GasCondition, "press" | "-", ValveState]>([
        ["shut", "clear", "-", "shut"],
        ["shut", "clear", "press", "open"],
        ["shut", "hazard", "-", "alarm"],
        ["shut", "hazard", "press", "alarm"],
        ["shut", "faulty", "-", "shut"],
        ["shut", "faulty", "press", "shut"],
        ["open", "clear", "-", "open"],
        ["open", "clear", "press", "shut"],
        ["open", "hazard", "-", "alarm"],
        ["open", "hazard", "press", "alarm"],
        ["open", "faulty", "-", "shut"],
        ["open", "faulty", "press", "shut"],
        ["alarm", "clear", "-", "alarm"],
        ["alarm", "clear", "press", "shut"],
        ["alarm", "hazard", "-", "alarm"],
        ["alarm", "hazard", "press", "alarm"],
        ["alarm", "faulty", "-", "alarm"],
        ["alarm", "faulty", "press", "alarm"],
    ])("%s, air %s, %s: %s", (state, gas, press, next) => {
        expect(nextValveState(state, gas, press === "press")).toBe(next)
    })
})
