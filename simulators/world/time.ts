/** Times as a world file writes them, in integer microseconds. */

const UNIT_US = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 }
const DAY_US = 24 * UNIT_US.h
/** Longest span that a world file may write: a leap year. */
export const LONGEST_SPAN_US = 366 * DAY_US

const SPAN = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/
const SPAN_TERM = /(\d+(?:\.\d+)?)(us|ms|s|m|h)/g
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?$/

/** @returns the microseconds of `90s`, `250ms` or `1h30m`, or undefined if `text` is no such span */
export function parseSpan(text: string): number | undefined {
    if (!SPAN.test(text)) return undefined
    let us = 0
    for (const [, amount, unit] of text.matchAll(SPAN_TERM))
        us += Number(amount) * UNIT_US[unit as keyof typeof UNIT_US]
    return Math.round(us)
}

/** @returns the microseconds since midnight of `6:30`, `06:30:15` or `06:30:15.250`, or undefined if `text` is no time of day */
export function parseTimeOfDay(text: string): number | undefined {
    const match = CLOCK.exec(text)
    if (!match) return undefined
    const [hours, minutes, seconds] = match.slice(1).map(field => Number(field ?? 0))
    if (hours > 23 || minutes > 59 || seconds >= 60) return undefined
    return Math.round(hours * UNIT_US.h + minutes * UNIT_US.m + seconds * UNIT_US.s)
}

/**
 * @param startsUs time of day at which the world begins
 * @returns microseconds since the world began of a span since then, or of the first such time of day after it
 */
export function parseMoment(text: string, startsUs: number): number | undefined {
    const timeOfDayUs = parseTimeOfDay(text)
    return timeOfDayUs === undefined ? parseSpan(text) : (timeOfDayUs - startsUs + DAY_US) % DAY_US
}

/** @returns the time of day, `06:30:15.250`, `us` after the world began */
export function formatMoment(us: number, startsUs: number): string {
    const ms = Math.floor((startsUs + us) / 1000)
    const field = (value: number, digits = 2) => String(value).padStart(digits, "0")
    const seconds = Math.floor(ms / 1000)
    const hours = Math.floor(seconds / 3600) % 24
    return `${field(hours)}:${field(Math.floor(seconds / 60) % 60)}:${field(seconds % 60)}.${field(ms % 1000, 3)}`
}

/** @returns `1h30m`, `90.25s` as `1m30.25s`, `0s`: the span as a world file would write it */
export function formatSpan(us: number): string {
    if (us > 0 && us < UNIT_US.s) return us % 1000 === 0 ? `${us / 1000}ms` : `${us}us`
    const hours = Math.floor(us / UNIT_US.h)
    const minutes = Math.floor((us % UNIT_US.h) / UNIT_US.m)
    const seconds = (us % UNIT_US.m) / UNIT_US.s
    return `${hours ? `${hours}h` : ""}${minutes ? `${minutes}m` : ""}${seconds || us === 0 ? `${seconds}s` : ""}`
}
