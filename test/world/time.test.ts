import fc from "fast-check"
import { expect, test } from "vitest"
import { formatMoment, formatSpan, parseMoment, parseSpan, parseTimeOfDay } from "../../simulators/world/time"

const S = 1_000_000
const H = 3600 * S

test.each([
    ["90s", 90 * S],
    ["250ms", 250_000],
    ["1h30m", 1.5 * H],
    ["1.5s", 1_500_000],
    ["10us", 10],
    ["0s", 0],
])("span %s is %d µs", (text, us) => expect(parseSpan(text)).toBe(us))

test.each(["", "90", "s", "90 s", "-5s", "1h 30m", "10 minutes", "06:30"])("%j is no span", text =>
    expect(parseSpan(text)).toBeUndefined(),
)

test.each([
    ["06:30", 6.5 * H],
    ["6:30", 6.5 * H],
    ["00:00", 0],
    ["23:59:59.999999", 24 * H - 1],
])("time of day %s is %d µs after midnight", (text, us) => expect(parseTimeOfDay(text)).toBe(us))

test.each(["24:00", "06:60", "06:30:60", "6", "90s", "06:3"])("%j is no time of day", text =>
    expect(parseTimeOfDay(text)).toBeUndefined(),
)

test("a moment is a span since the start, or the first such time of day after it", () => {
    const start = parseTimeOfDay("22:00")!
    expect(parseMoment("90s", start)).toBe(90 * S)
    expect(parseMoment("22:30", start)).toBe(0.5 * H)
    expect(parseMoment("06:00", start)).toBe(8 * H)
    expect(parseMoment("soon", start)).toBeUndefined()
})

test("a formatted span is read as the same span", () =>
    fc.assert(fc.property(fc.integer({ min: 0, max: 48 * H }), us => parseSpan(formatSpan(us)) === us)))

test("a formatted moment is read as the same moment, to the millisecond", () =>
    fc.assert(
        fc.property(fc.integer({ min: 0, max: 24 * H - 1 }), fc.integer({ min: 0, max: 24 * H - 1 }), (us, start) => {
            const startMs = Math.floor(start / 1000) * 1000
            return parseMoment(formatMoment(us, startMs), startMs) === Math.floor(us / 1000) * 1000
        }),
    ))
