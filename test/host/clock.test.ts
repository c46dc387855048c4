import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
    CLOCK_TOLERANCE_MS,
    clockDoubt,
    type KnownMoment,
    LONGEST_PAUSE_YEARS,
    RELEASE,
    requireClock,
    yearsAfter,
} from "../../src/host/clock"
import { InputError } from "../../src/host/input-error"

const MADE: KnownMoment = { what: "unit GV-1 in the manufacture log", at: new Date("2026-11-29T12:00:00Z") }
const OLDER: KnownMoment = { what: "the CA's certificate", at: new Date("2026-02-01T00:00:00Z") }
const limit = yearsAfter(MADE.at, LONGEST_PAUSE_YEARS)
const beside = (time: Date, ms: number) => new Date(time.getTime() + ms)

describe("the clock, beside what is known", () => {
    test.each<[string, Date, "behind" | "ahead" | undefined]>([
        ["1970", new Date(0), "behind"],
        ["2020", new Date("2020-06-01T00:00:00Z"), "behind"],
        ["a day before the newest", beside(MADE.at, -86_400_000), "behind"],
        ["more before it than clocks differ", beside(MADE.at, -CLOCK_TOLERANCE_MS - 1), "behind"],
        ["as much before it as clocks differ", beside(MADE.at, -CLOCK_TOLERANCE_MS), undefined],
        ["the same moment", MADE.at, undefined],
        ["the end of the longest pause", limit, undefined],
        ["after it", beside(limit, 1), "ahead"],
        ["2046", new Date("2046-01-01T00:00:00Z"), "ahead"],
        ["9999", new Date("9999-12-31T23:59:59Z"), "ahead"],
    ])("%s", (_name, now, is) => {
        const doubt = clockDoubt(now, [OLDER, MADE, OLDER])
        expect(doubt?.is).toBe(is)
        if (!doubt) return
        expect(doubt.why).toContain(`this machine's clock says ${now.toISOString()}`)
        expect(doubt.why).toContain("unit GV-1 in the manufacture log is of 2026-11-29T12:00:00.000Z")
    })

    test("of which nothing is known but the release of this program", () => {
        expect(clockDoubt(beside(RELEASE.at, -CLOCK_TOLERANCE_MS - 1), [])?.why).toContain(RELEASE.what)
        expect(clockDoubt(RELEASE.at, [])).toBeUndefined()
        // What is older than the release says less than the release.
        expect(clockDoubt(new Date("2025-01-01"), [{ what: "old", at: new Date(0) }])?.is).toBe("behind")
    })

    test("if it is doubted, nothing is issued, and the message says what to do; unless somebody says that it is right", () => {
        const issue = (isRight?: boolean) => requireClock(new Date(0), [MADE], isRight)
        expect(issue).toThrow(InputError)
        expect(issue).toThrow(/^nothing was issued: .*set the clock, or, if it is right, add --clock-is-right$/)
        expect(() => issue(true)).not.toThrow()
        expect(() => requireClock(MADE.at, [MADE])).not.toThrow()
    })
})

/** @returns the sources in which the machine's clock is read */
function readersOfTheClock(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter(file => file.endsWith(".ts") && readsClock(readFileSync(join(folder, file), "utf8")))
        .map(file => join(folder, file))
}

function readsClock(source: string): boolean {
    return /\bnew Date\(\)|\bDate\.now\b|\bDate\(\)/.test(source)
}

test("one place reads the machine's clock", () => {
    for (const scattered of ["const now = new Date()", "const ms = Date.now()"])
        expect(readsClock(scattered)).toBe(true)
    expect(["src", "simulators"].flatMap(readersOfTheClock)).toEqual(["src/host/clock.ts"])
})
