/**
 * The log of security and privacy events: two rings in one memory, so that critical events outlive routine ones. Entries are sealed and
 * chained; a counter outside the log says how far it has come. docs/eventlog.md says what is detected by what.
 */
import type { Digest } from "../crypto/digest"
import type { ByteMemory, Counter, Log, Pause } from "../ports"
import { CELL_BYTES, EntrySealer, Field } from "./entry"
import { Event, isCritical, LogFault } from "./event"
import { type Pending, QUIET_S, Repeats } from "./repeats"
import { Ring } from "./ring"

/** Newest routine entries whose repeats are only counted after a restart, so that a program that keeps dying does not fill the log. */
const REMEMBERED = 4

/** What entries are made with. */
export interface LogMeans {
    digest: Digest
    /** Of 32 bytes, which nobody else has. */
    key: Buffer
    /** For this log alone; every entry raises it to its sequence number. */
    counter: Counter
}

/** Anybody may record; `mount` and `tick` are for one fiber alone. */
export class EventLog implements Log {
    /** The critical ring, then the routine one. */
    readonly rings: Ring[]
    /** Start of the program, as given to `mount`. */
    boot = 0
    /** Sequence number of the newest entry. */
    sequence = 0
    /** What was recorded is written. Not before the first mount, nor after the memory failed. */
    mounted = false
    private counter!: Counter
    private uptimeS = 0
    private readonly memory: ByteMemory
    private readonly pause: Pause
    private readonly repeats = new Repeats()

    /** @param memory a third of its cells, of 72 bytes each, is for critical events */
    constructor(memory: ByteMemory, pause: Pause) {
        this.memory = memory
        this.pause = pause
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
     * @throws what memory and counter throw
     */
    async mount({ digest, key, counter }: LogMeans, boot: number, uptimeS: number): Promise<void> {
        this.mounted = false
        this.boot = boot
        this.counter = counter
        this.uptimeS = uptimeS
        const counted = await counter.read()
        const sealer = new EntrySealer(digest, key, this.pause)
        for (const ring of this.rings) await ring.scan(sealer)
        this.sequence = Math.max(this.rings[0].newest, this.rings[1].newest, counted)
        if (this.sequence === 0) {
            // Nothing was ever written here: what lies in the memory is none of ours.
            await this.clear()
            await this.tell(0, LogFault.Begun, 0)
        } else await this.tellFaults(counted)
        await this.rememberNewest()
        this.mounted = true
    }

    record(event: Event, cause: number, detail: number): void {
        this.repeats.note(event, cause, detail)
    }

    /**
     * Writes what has become due: news at once, repeats after a while (see `Repeats`). To be called often.
     * @throws what memory and counter throw; then the log is not mounted any more, and what is not written is still pending
     */
    async tick(uptimeS: number): Promise<void> {
        if (!this.mounted) return
        this.mounted = false
        this.uptimeS = uptimeS
        for (let due = this.repeats.due(uptimeS); due; due = this.repeats.due(uptimeS))
            await this.write(isCritical(due.event) ? 0 : 1, due)
        this.mounted = true
    }

    /** Makes every cell blank that is not. */
    private async clear(): Promise<void> {
        const { memory } = this
        for (let at = 0; at < memory.size; at += CELL_BYTES)
            if ((await memory.read(at, 1))[0] !== 0) await memory.write(at, Buffer.alloc(1))
    }

    private async tellFaults(counted: number): Promise<void> {
        const [critical, routine] = this.rings
        const newer = critical.newest > routine.newest ? 0 : 1
        const found = this.rings[newer].newest
        const expected = this.rings[newer].otherNewest
        const setBack = this.rings[1 - newer].newest !== expected
        for (let i = 0; i < this.rings.length; i++) {
            const { torn, damage } = this.rings[i]
            if (torn) await this.tell(i, LogFault.Lost, 1)
            if (damage !== 0) await this.tell(i, LogFault.Damaged, damage)
        }
        if (setBack) await this.tell(1 - newer, LogFault.RolledBack, expected)
        if (found < counted) await this.tell(0, LogFault.RolledBack, counted)
    }

    private async tell(ring: number, fault: LogFault, detail: number): Promise<void> {
        await this.write(ring, { event: Event.Log, cause: fault, detail: detail, count: 1, dueS: 0 })
    }

    private async write(ring: number, pending: Pending): Promise<void> {
        const { event, cause, detail, count } = pending
        const sequence = this.sequence + 1
        const other = this.rings[1 - ring].newest
        await this.rings[ring].append([sequence, other, this.boot, this.uptimeS, event, cause, detail, count])
        this.sequence = sequence
        // Meanwhile it may have happened again.
        pending.count -= count
        pending.dueS = this.uptimeS + QUIET_S
        await this.counter.raise(sequence)
    }

    private async rememberNewest(): Promise<void> {
        for (let age = 0; age < REMEMBERED; age++) {
            const entry = await this.rings[1].entry(age)
            if (!entry) return
            const { fields } = entry
            const kind = this.repeats.kind(fields[Field.Event], fields[Field.Cause], fields[Field.Detail])
            kind.dueS = this.uptimeS + QUIET_S
        }
    }
}
