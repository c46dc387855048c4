import { describe, expect, test } from "vitest"
import { type DoorSituation, mayEnergiseStrike, nextLockdown } from "../../../src/core/rules/door-release"

describe("mayEnergiseStrike", () => {
    const quiet: DoorSituation = {
        releasePressed: false,
        sinceRingMs: undefined,
        energisedMs: undefined,
        locked: false,
    }

    test.each<[string, Partial<DoorSituation>, boolean]>([
        ["nothing happens", {}, false],
        ["somebody rings, nobody releases", { sinceRingMs: 0 }, false],
        ["release without a ring", { releasePressed: true }, false],
        ["release 30 s after a ring", { releasePressed: true, sinceRingMs: 30_000 }, true],
        ["release later than that", { releasePressed: true, sinceRingMs: 30_001 }, false],
        ["energised for less than 3 s", { energisedMs: 2999, sinceRingMs: 40_000 }, true],
        ["energised for 3 s", { energisedMs: 3000, sinceRingMs: 10_000 }, false],
        ["pressed again while energised", { energisedMs: 3000, sinceRingMs: 10_000, releasePressed: true }, false],
        ["release in a lockdown", { releasePressed: true, sinceRingMs: 1000, locked: true }, false],
        ["energised when a lockdown begins", { energisedMs: 100, sinceRingMs: 1000, locked: true }, false],
    ])("%s", (_, situation, energised) => {
        expect(mayEnergiseStrike({ ...quiet, ...situation })).toBe(energised)
    })
})

test.each([
    // locked, case open, release pressed → locked
    [false, false, false, false],
    [false, false, true, false],
    [false, true, false, true],
    [false, true, true, true],
    [true, false, false, true],
    [true, false, true, false],
    [true, true, false, true],
    [true, true, true, true],
])("nextLockdown(%s, %s, %s) is %s", (locked, caseOpen, releasePressed, next) => {
    expect(nextLockdown(locked, caseOpen, releasePressed)).toBe(next)
})
