import { MAX_COUNT } from "./entry"
import { Event, FIRST_ROUTINE } from "./event"

/** Time after an entry, in seconds, during which the same event is only counted. */
export const QUIET_S = 600
/** Time in seconds during which what goes on repeating is counted in RAM only. */
export const COUNT_S = 10
/** Kinds of events beyond which routine ones are counted together, as `Event.Flood`. */
export const MAX_KINDS = 8

/** An event as often as it happened since its last entry. */
export interface Pending {
    readonly event: Event
    readonly cause: number
    readonly detail: number
    count: number
    /** How many of these no row of the ledger tells of yet. */
    uncounted: number
    /** When an entry may be written, in seconds of uptime. */
    dueS: number
    /** When its row may be written. */
    countS: number
}

/**
 * Keeps repeats from filling the log: an event is due at once, and when it happens again soon after, once more after `QUIET_S` with the
 * number of times. So whatever comes how often, each kind makes at most one entry in `QUIET_S`. The ledger hears of repeats sooner.
 */
export class Repeats {
    /** Something was noted since this was last set to false. */
    noted = true
    private kinds: Pending[] = []

    /** Counts an event. @returns as what: a flood if there are too many kinds */
    note(event: Event, cause: number, detail: number): Pending {
        let kind: Pending | undefined
        for (const known of this.kinds)
            if (known.event === event && known.cause === cause && known.detail === detail) kind = known
        if (!kind) {
            if (this.kinds.length >= MAX_KINDS && event >= FIRST_ROUTINE && event !== Event.Flood)
                return this.note(Event.Flood, 0, 0)
            kind = { event: event, cause: cause, detail: detail, count: 0, uncounted: 0, dueS: 0, countS: 0 }
            this.kinds.push(kind)
        }
        if (kind.count < MAX_COUNT) kind.count++
        kind.uncounted++
        this.noted = true
        return kind
    }

    /** What is to be written next: an entry if that is due, or else a row; undefined if nothing is. Forgets what has not happened again. */
    next(nowS: number): Pending | undefined {
        const kept: Pending[] = []
        let next: Pending | undefined
        for (const kind of this.kinds) {
            const due = nowS >= kind.dueS
            if (due && kind.count === 0) continue
            kept.push(kind)
            if (!next && (due || (kind.uncounted > 0 && nowS >= kind.countS))) next = kind
        }
        this.kinds = kept
        return next
    }
}
