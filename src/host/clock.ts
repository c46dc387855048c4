/** Time as this machine tells it, and by what it is doubted: a battery is empty, somebody has set it, an image was started in another year. */
import { InputError } from "./input-error"

/** Whoever needs the time is given one of these; `machineClock` is the only place that reads the machine's. */
export type HostClock = () => Date

export const machineClock: HostClock = () => new Date()

/** Something that has happened, and when. No clock that is right shows an earlier time. */
export interface KnownMoment {
    /** As a message names it: "the CA's certificate". */
    what: string
    at: Date
}

/** Moved on with a release, and coarse: a build does not depend on when it is made. */
export const RELEASE: KnownMoment = { what: "this release of domovoi", at: new Date("2026-01-01T00:00:00Z") }

/** Two clocks that are both right may differ by this. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000

/** If nothing is known to have happened for longer, the clock is more likely to be ahead than everybody to have slept. */
export const LONGEST_PAUSE_YEARS = 3

export interface ClockDoubt {
    is: "behind" | "ahead"
    /** What it says, and what speaks against it. */
    why: string
}

/** @returns undefined if the clock fits all that is known */
export function clockDoubt(now: Date, known: readonly KnownMoment[]): ClockDoubt | undefined {
    const newest = [RELEASE, ...known].reduce((one, other) => (other.at > one.at ? other : one))
    const against = `${newest.what} is of ${newest.at.toISOString()}`
    if (now.getTime() < newest.at.getTime() - CLOCK_TOLERANCE_MS)
        return {
            is: "behind",
            why: `${clockReads(now)}, but ${against}: the clock is behind, or that was dated by one ahead`,
        }
    if (now > yearsAfter(newest.at, LONGEST_PAUSE_YEARS))
        return {
            is: "ahead",
            why: `${clockReads(now)}, and the newest that is known, ${against}, ${LONGEST_PAUSE_YEARS} years earlier or more: the clock is ahead`,
        }
    return undefined
}

/** For messages. */
export function clockReads(now: Date): string {
    return `this machine's clock says ${now.toISOString()}`
}

/**
 * For what is dated for good. A date that is wrong by years makes a certificate that never counts, or a list that never did.
 * @param isRight somebody says that it is, whatever speaks against it
 * @throws InputError if the clock is doubted
 */
export function requireClock(now: Date, known: readonly KnownMoment[], isRight = false): void {
    const doubt = isRight ? undefined : clockDoubt(now, known)
    if (doubt)
        throw new InputError(
            `nothing was issued: ${doubt.why}; set the clock, or, if it is right, add --clock-is-right`,
        )
}

export function yearsAfter(start: Date, years: number): Date {
    const end = new Date(start)
    end.setUTCFullYear(end.getUTCFullYear() + years)
    return end
}
