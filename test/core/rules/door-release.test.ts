import { describe, expect, test } from "vitest"
import { Cause, DEVICE_CAUSES } from "../../../src/core/failsafe/cause"
import { FailSafe, SafetyState } from "../../../src/core/failsafe/fail-safe"
import { DOOR_STRIKE, type DoorSituation, mayEnergiseStrike } from "../../../src/core/rules/door-release"
import { PERSON } from "../failsafe/words"

describe("mayEnergiseStrike", () => {
    const quiet: DoorSituation = {
        released: undefined,
        sinceRingMs: undefined,
        energisedMs: undefined,
        locked: false,
    }

    test.each<[string, Partial<DoorSituation>, boolean]>([
        ["nothing happens", {}, false],
        ["somebody rings, nobody releases", { sinceRingMs: 0 }, false],
        ["release without a ring", { released: PERSON }, false],
        ["release 30 s after a ring", { released: PERSON, sinceRingMs: 30_000 }, true],
        ["release later than that", { released: PERSON, sinceRingMs: 30_001 }, false],
        ["energised for less than 3 s", { energisedMs: 2999, sinceRingMs: 40_000 }, true],
        ["energised for 3 s", { energisedMs: 3000, sinceRingMs: 10_000 }, false],
        ["pressed again while energised", { energisedMs: 3000, sinceRingMs: 10_000, released: PERSON }, false],
        ["release in a lockdown", { released: PERSON, sinceRingMs: 1000, locked: true }, false],
        ["energised when a lockdown begins", { energisedMs: 100, sinceRingMs: 1000, locked: true }, false],
    ])("%s", (_, situation, energised) => {
        expect(mayEnergiseStrike({ ...quiet, ...situation })).toBe(energised)
    })
})

describe("an opened case", () => {
    const door = () => {
        const failSafe = new FailSafe([DOOR_STRIKE])
        failSafe.tell(DEVICE_CAUSES, 0)
        return failSafe
    }

    test("holds the strike until it is closed and somebody has released it, over a power cut too", () => {
        const failSafe = door()
        expect(failSafe.heldBy(0)).toBe(0)
        failSafe.tell(Cause.Tamper, Cause.Tamper)
        expect(failSafe.release(0, PERSON)).toBe(false)
        failSafe.tell(Cause.Tamper, 0)
        expect(failSafe.state()).toBe(SafetyState.Lockdown)
        const later = door()
        later.restore(failSafe.save())
        expect(later.heldBy(0)).toBe(Cause.Tamper)
        expect(later.release(0, PERSON)).toBe(true)
        expect(later.state()).toBe(SafetyState.Normal)
    })
})
