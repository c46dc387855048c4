/** What the ledger has to hold, in the plainest words, to compare a log with. */
import { Event, FIRST_ROUTINE } from "../../../src/core/eventlog/event"
import { COUNT_S, MAX_KINDS, QUIET_S } from "../../../src/core/eventlog/repeats"
import { CELLS, type Kind } from "./rig"

/** Entries of either ring. */
const ROOM = [CELLS / 3, (2 * CELLS) / 3]

interface Waiting {
    event: Event
    cause: number
    detail: number
    /** Since its last entry. */
    times: number
    uncounted: number
    quietUntilS: number
    countedAgainS: number
}

interface Row {
    times: number
    first: number[]
    last: number[]
}

export class LedgerModel {
    /** Of the log's newest entry. */
    sequence = 0
    boot = 0
    #rows = new Map<string, Row>()
    #waiting: Waiting[] = []
    /** What each entry of either ring is news of, oldest first. */
    #rings: string[][] = [[], []]
    /** What they told when the program started. */
    #old: string[] = []

    /** A start of the program: what was in RAM only is gone. */
    start(): void {
        this.boot++
        this.#waiting = []
        this.#old = this.#rings.flat()
        if (this.sequence === 0) this.told("Log 0", 0)
    }

    /** The log tells something of itself when it starts, in the critical ring. */
    told(kind: string, detail: number): void {
        this.sequence++
        this.#count(kind, 1, [this.sequence, this.boot, 0, detail])
        this.#enter(0, `${kind} ${detail}`)
    }

    record(event: Event, cause: number, detail: number): void {
        const waiting = this.#waitingFor(event, cause, detail)
        waiting.times++
        waiting.uncounted++
    }

    /** @returns what the rows are after each write, the state before the first included */
    tick(nowS: number): Snapshot[] {
        const states = [this.snapshot()]
        this.#waiting = this.#waiting.filter(({ times, quietUntilS }) => times > 0 || quietUntilS > nowS)
        for (const waiting of this.#waiting) {
            const due = () => nowS >= waiting.quietUntilS && waiting.times > 0
            if (!due() && !(waiting.uncounted > 0 && nowS >= waiting.countedAgainS)) continue
            const kind = `${Event[waiting.event]} ${waiting.cause}`
            const news = newsIn(waiting.event, waiting.cause, waiting.detail)
            if (waiting.quietUntilS === 0 && this.#old.includes(news)) waiting.quietUntilS = QUIET_S
            const tells = due()
            if (tells) {
                this.sequence++
                this.#enter(waiting.event < FIRST_ROUTINE ? 0 : 1, news)
            }
            if (waiting.uncounted > 0)
                this.#count(kind, waiting.uncounted, [this.sequence, this.boot, nowS, waiting.detail])
            else this.#rows.get(kind)!.last[0] = this.sequence
            waiting.uncounted = 0
            waiting.countedAgainS = nowS + COUNT_S
            if (tells) {
                waiting.times = 0
                waiting.quietUntilS = nowS + QUIET_S
            }
            states.push(this.snapshot())
        }
        return states
    }

    kinds(): Kind[] {
        return [...this.#rows].map(([kind, { times, first, last }]) => [kind, times, [...first], [...last]])
    }

    snapshot(): Snapshot {
        return { kinds: this.kinds(), sequence: this.sequence }
    }

    /** Goes on from what was found after a power cut. @param rings what each entry is news of */
    goOnFrom({ kinds, sequence }: Snapshot, rings: string[][]): void {
        this.#rings = rings
        this.#old = rings.flat()
        this.#rows = new Map(kinds.map(([kind, times, first, last]) => [kind, { times, first, last: [...last] }]))
        this.sequence = sequence
    }

    #count(kind: string, times: number, when: number[]): void {
        const row = this.#rows.get(kind) ?? { times: 0, first: when, last: when }
        this.#rows.set(kind, { times: row.times + times, first: row.first, last: [...when] })
    }

    #enter(ring: 0 | 1, news: string): void {
        this.#rings[ring] = [...this.#rings[ring], news].slice(-ROOM[ring])
    }

    #waitingFor(event: Event, cause: number, detail: number): Waiting {
        const same = this.#waiting.find(
            other => other.event === event && other.cause === cause && other.detail === detail,
        )
        if (same) return same
        if (this.#waiting.length >= MAX_KINDS && event >= FIRST_ROUTINE && event !== Event.Flood)
            return this.#waitingFor(Event.Flood, 0, 0)
        const waiting = { event, cause, detail, times: 0, uncounted: 0, quietUntilS: 0, countedAgainS: 0 }
        this.#waiting.push(waiting)
        return waiting
    }
}

export interface Snapshot {
    kinds: Kind[]
    sequence: number
}

/** Refusals are all the same, whatever the reason. */
export function newsIn(event: Event, cause: number, detail: number): string {
    return `${Event[event]} ${cause} ${event === Event.Refusal ? "any" : detail}`
}
