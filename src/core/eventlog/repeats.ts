import { MAX_COUNT } from "./entry"
import { Event, isCritical } from "./event"

/** Time after an entry, in seconds, during which the same event is only counted. */
export const QUIET_S = 600
/** Kinds of events beyond which routine ones are counted together, as `Event.Flood`. */
export const MAX_KINDS = 8

/** An event as often as it happened since it was written last. */
export interface Pending {
    readonly event: Event
    readonly cause: number
    readonly detail: number
    count: number
    /** When it may be written, in seconds of uptime. */
    dueS: number
}

/**
 * Keeps repeats from filling the log: an event is due at once, and when it happens again soon after, once more after `QUIET_S` with the
 * number of times. So whatever comes how often, each kind makes at most one entry in `QUIET_S`.
 */
export class Repeats {
    private kinds: Pending[] = []

    /** What is counted for this kind of event, or for a flood if there are too many kinds. */
    kind(event: Event, cause: number, detail: number): Pending {
        for (const kind of this.kinds)
            if (kind.event === event && kind.cause === cause && kind.detail === detail) return kind
        if (this.kinds.length >= MAX_KINDS && !isCritical(event) && event !== Event.Flood)
            return this.kind(Event.Flood, 0, 0)
        const kind = { event: event, cause: cause, detail: detail, count: 0, dueS: 0 }
        this.kinds.push(kind)
        return kind
    }

    note(event: Event, cause: number, detail: number): void {
        const kind = this.kind(event, cause, detail)
        if (kind.count < MAX_COUNT) kind.count++
    }

    /** What is to be written next; undefined if that is nothing. Forgets what has not happened again. */
    due(nowS: number): Pending | undefined {
        this.kinds = this.kinds.filter(kind => kind.count > 0 || nowS < kind.dueS)
        for (const kind of this.kinds) if (kind.count > 0 && nowS >= kind.dueS) return kind
        return undefined
    }
}
