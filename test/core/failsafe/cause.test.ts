import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { jacdac } from "../../../simulators/bus/jacdac"
import { Cause, causeNumber, DEVICE_CAUSES, SENSOR_CAUSES } from "../../../src/core/failsafe/cause"
import { SafetyState } from "../../../src/core/failsafe/fail-safe"

const { enums } = jacdac.parseServiceSpecificationMarkdownToJSON(readFileSync("services/domovoi.md", "utf8"), {})

const namesOf = (members: object) => Object.keys(members).filter(name => !/^\d+$/.test(name))

test("causes and states have the names and numbers of services/domovoi.md", () => {
    const numbers = namesOf(Cause).map(name => [name, causeNumber(Cause[name as keyof typeof Cause])])
    expect({ None: 0, ...Object.fromEntries(numbers) }).toEqual(enums.Cause.members)
    const states = namesOf(SafetyState).map(name => [name, SafetyState[name as keyof typeof SafetyState]])
    expect(Object.fromEntries(states)).toEqual(enums.State.members)
})

test("each cause has a bit of its own", () => {
    const bits = namesOf(Cause).map(name => Cause[name as keyof typeof Cause])
    expect(new Set(bits).size).toBe(bits.length)
    for (const bit of bits) expect(Math.log2(bit) % 1).toBe(0)
    expect(DEVICE_CAUSES & SENSOR_CAUSES).toBe(0)
})
