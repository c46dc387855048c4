/**
 * The log of security and privacy events: two rings in one memory, so that critical events outlive routine ones, and a ledger, so that the first and
 * the last of every kind outlive all others. Entries are sealed and chained; a counter outside the log says how far it has come. docs/eventlog.md
 * says what is detected by what.
 */
import type { Digest } from "../crypto/digest"
import type { ByteMemory, Counter, Pause } from "../ports"
import { CELL_BYTES, EntrySealer } from "./entry"
import { Event, FIRST_ROUTINE, LogFault, newsOf } from "./event"
import { Ledger } from "./ledger"
import { COUNT_S, type Pending, QUIET_S, Repeats } from "./repeats"
import { Ring } from "./ring"

/** Told before or not, it makes an entry. */
const AT_ONCE = -1

/** What entries are made with. */
export interface LogMeans {
    digest: Digest
    /** Of 32 bytes, which nobody else has. */
    logKey: Buffer
    /** Counts the entries of this log alone; every one raises it to its sequence number. */
    entries: Counter
}

/** Anybody may record; `mount` and `tick` are for one fiber alone. */
export class EventLog {
    /** The critical ring, then the routine one. */
    readonly rings: Ring[]
    readonly ledger: Ledger
    /** Start of the program, as given to `mount`. */
    boot!: number
    /** Sequence number of the newest entry. */
    sequence = 0
    /** What was recorded is written. Not before the first mount, nor after the memory failed. */
    mounted = false
    private counter!: Counter
    private uptimeS!: number
    /** Second of the last look for what is due: within it only what is noted since can have become so. */
    private lookedS: number | undefined
    private readonly pause: Pause
    private readonly repeats = new Repeats()
    /** What the rings told when the log was mounted. */
    private news!: number[]

    /**
     * @param memory a third of its cells, of 72 bytes each, is for critical events
     * @param rows for the ledger, 78 bytes for each kind of event and for one more
     */
    constructor(memory: ByteMemory, rows: ByteMemory, pause: Pause) {
        this.pause = pause
        this.ledger = new Ledger(rows, pause)
        const cells = Math.floor(memory.size / CELL_BYTES)
        const critical = Math.floor(cells / 3)
        this.rings = [
            new Ring(memory, 0, critical, pause),
            new Ring(memory, critical * CELL_BYTES, cells - critical, pause),
        ]
    }

    /**
     * Finds out how far the log has come, and writes what it has to say of itself. To be called at the start, and again whenever the log is not
     * mounted.
     * @param boot which start of the program this is
     * @param forget whether the device is another owner's from now on. That erases what tells of an owner's days: every entry, and when it was that each
     * kind of event happened, but for those that tell the next owner whether the device can be trusted. Numbers go on rising. If power goes away
     * meanwhile, the rings are half empty and prove nothing: to be done again.
     * @throws what memory and counter throw; what is to be forgotten has to be asked for again then
     */
    async mount(means: LogMeans, boot: number, uptimeS: number, forget: boolean): Promise<void> {
        this.mounted = false
        this.boot = boot
        this.counter = means.entries
        this.uptimeS = uptimeS
        const counted = await this.counter.read()
        const sealer = new EntrySealer(means.digest, means.logKey, this.pause)
        this.news = []
        for (const ring of this.rings) await ring.scan(sealer, this.news)
        const missing = await this.ledger.scan(sealer)
        // The entry that a row speaks of is written after the row.
        // (`Math.max` takes two numbers on the device.)
        const newest = Math.max(this.rings[0].newest, this.rings[1].newest)
        this.sequence = Math.max(Math.max(newest, counted), this.ledger.sequence - 1)
        if (this.sequence === 0) {
            // Nothing was ever written here: what lies in the memory is none of ours.
            await this.clear()
            await this.tell(0, LogFault.Begun, 0, 1)
        } else if (forget) {
            // First, while rows and entries still show it. Its row outlives the owner.
            await this.tellMiscounted(missing, newest)
            await this.ledger.forget()
            await this.clear()
            await this.tell(0, LogFault.Begun, 1, 1)
        } else await this.tellFaults(missing)
        this.mounted = true
    }

    record(event: Event, cause: number, detail: number): void {
        this.repeats.note(event, cause, detail)
    }

    /** Whether all that is due was written. */
    settled(uptimeS: number): boolean {
        return this.mounted && !this.repeats.next(uptimeS)
    }

    /**
     * Writes what has become due: news at once, repeats after a while (see `Repeats`). What the rings tell from before this start is no news: it is
     * only counted until the program has run for `QUIET_S`, so switching off and on adds nothing. To be called often.
     * @throws what memory and counter throw; then the log is not mounted any more, and what is not written is still pending
     */
    async tick(uptimeS: number): Promise<void> {
        const { repeats } = this
        if (!this.mounted || (uptimeS === this.lookedS && !repeats.noted)) return
        this.mounted = false
        this.uptimeS = uptimeS
        for (let next = repeats.next(uptimeS); next; next = repeats.next(uptimeS))
            await this.write(next.event < FIRST_ROUTINE ? 0 : 1, next)
        repeats.noted = false
        this.lookedS = uptimeS
        this.mounted = true
    }

    private async clear(): Promise<void> {
        for (const ring of this.rings) await ring.clear()
        this.news = []
    }

    /** @param missing of the ledger */
    private async tellFaults(missing: number): Promise<void> {
        const { rings, sequence } = this
        const newer = rings[0].newest > rings[1].newest ? 0 : 1
        const { newest: found, otherNewest: expected } = rings[newer]
        const setBack = rings[1 - newer].newest !== expected
        await this.tellMiscounted(missing, found)
        for (let i = 0; i < rings.length; i++) {
            const { torn, damage } = rings[i]
            if (torn) await this.tell(i, LogFault.Lost, 1, 1)
            if (damage !== 0) await this.tell(i, LogFault.Damaged, damage, 1)
        }
        if (setBack) await this.tell(1 - newer, LogFault.RolledBack, expected, 1)
        if (found < sequence) await this.tell(0, LogFault.RolledBack, sequence, 1)
    }

    /** @param newest number of the newest entry, which a row has to know of */
    private async tellMiscounted(missing: number, newest: number): Promise<void> {
        if (missing > 0 || this.ledger.sequence < newest) await this.tell(0, LogFault.Miscounted, missing, missing + 1)
    }

    /** @param times that its row counts it */
    private async tell(ring: number, fault: LogFault, detail: number, times: number): Promise<void> {
        const told = {
            event: Event.Log,
            cause: fault,
            detail: detail,
            count: 1,
            uncounted: times,
            dueS: AT_ONCE,
            countS: 0,
        }
        await this.write(ring, told)
    }

    /** Counts what happened in its row, and writes an entry about it if that is due. */
    private async write(ring: number, pending: Pending): Promise<void> {
        const { ledger, boot, uptimeS } = this
        const { event, cause, detail, count, uncounted } = pending
        const row = await ledger.of(event, cause)
        if (pending.dueS === 0 && this.news.indexOf(newsOf(event, cause, detail)) >= 0) pending.dueS = QUIET_S
        const due = uptimeS >= pending.dueS
        const sequence = due ? this.sequence + 1 : this.sequence
        await ledger.count(row, uncounted, [sequence, boot, uptimeS, detail])
        // Meanwhile it may have happened again.
        pending.uncounted -= uncounted
        pending.countS = uptimeS + COUNT_S
        if (!due) return
        const other = this.rings[1 - ring].newest
        await this.rings[ring].append([sequence, other, boot, uptimeS, event, cause, detail, count])
        this.sequence = sequence
        pending.count -= count
        pending.dueS = uptimeS + QUIET_S
        await this.counter.raise(sequence)
    }
}
