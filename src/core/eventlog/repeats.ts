import { MAX_COUNT } from "./entry"
import { Event, isCritical } from "./event"

/** Time after an entry, in seconds, during which the same event is only counted. */
export const QUIET_S = 600
/** Kinds of events beyond which routine ones are counted together, as `Event.Flood`. */
export const MAX_KINDS = 8

/** An event as often as it happened since it was written last. */
export interface Pending {
    event: Event
    cause: number
    detail: number
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

    note(event: Event, cause: number, detail: number): void {
        const known = this.find(event, cause, detail)
        if (known) {
            if (known.count < MAX_COUNT) known.count++
        } else if (this.kinds.length < MAX_KINDS || isCritical(event) || event === Event.Flood)
            this.kinds.push({ event: event, cause: cause, detail: detail, count: 1, dueS: 0 })
        else this.note(Event.Flood, 0, 0)
    }

    /** An event was written, as so many. */
    written(pending: Pending, count: number, nowS: number): void {
        pending.count -= count
        pending.dueS = nowS + QUIET_S
    }

    /** An event of this kind was written before the program started. */
    remember(event: Event, cause: number, detail: number, nowS: number): void {
        const known = this.find(event, cause, detail)
        if (known) known.dueS = nowS + QUIET_S
        else this.kinds.push({ event: event, cause: cause, detail: detail, count: 0, dueS: nowS + QUIET_S })
    }

    /** What is to be written now. Forgets what has not happened again. */
    due(nowS: number): Pending[] {
        this.kinds = this.kinds.filter(kind => kind.count > 0 || nowS < kind.dueS)
        return this.kinds.filter(kind => kind.count > 0 && nowS >= kind.dueS)
    }

    private find(event: Event, cause: number, detail: number): Pending | undefined {
        for (const kind of this.kinds)
            if (kind.event === event && kind.cause === cause && kind.detail === detail) return kind
        return undefined
    }
}
