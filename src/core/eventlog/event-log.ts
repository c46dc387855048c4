/**
 * The log of security and privacy events: two rings in one memory, so that critical events outlive routine ones. Entries are sealed and
 * chained; a counter outside the log says how far it has come. docs/eventlog.md says what is detected by what.
 */
import type { Digest } from "../crypto/digest"
import type { ByteMemory, Counter, Pause } from "../ports"
import { CELL_BYTES, EntrySealer, Field } from "./entry"
import { Event, isCritical, LogFault } from "./event"
import { Repeats } from "./repeats"
import { Ring } from "./ring"

/** Newest routine entries whose repeats are only counted after a restart, so that a program that keeps dying does not fill the log. */
const REMEMBERED = 4

export class EventLog {
    /** The critical ring, then the routine one. */
    readonly rings: Ring[]
    /** Start of the program, as given to `mount`. */
    boot = 0
    /** Sequence number of the newest entry. */
    sequence = 0
    private readonly counter: Counter
    private readonly pause: Pause
    private readonly repeats = new Repeats()
    private mounted = false
    private busy = false

    /**
     * @param memory a third of its cells, of 72 bytes each, is for critical events
     * @param counter for this log alone; every entry raises it to its sequence number
     * @param key of 32 bytes, which nobody else has
     */
    constructor(memory: ByteMemory, counter: Counter, digest: Digest, key: Buffer, pause: Pause) {
        const sealer = new EntrySealer(digest, key, pause)
        const cells = Math.floor(memory.size / CELL_BYTES)
        const critical = Math.floor(cells / 3)
        this.rings = [
            new Ring(memory, 0, critical, sealer, pause),
            new Ring(memory, critical * CELL_BYTES, cells - critical, sealer, pause),
        ]
        this.counter = counter
        this.pause = pause
    }

    /**
     * Finds out how far the log has come, writes what it has to say of itself, and then whatever was recorded meanwhile. To be called at the
     * start, and again after the memory failed.
     * @param boot which start of the program this is
     * @throws what memory and counter throw
     */
    async mount(boot: number, uptimeS: number): Promise<void> {
        await this.begin()
        try {
            this.mounted = false
            this.boot = boot
            for (const ring of this.rings) await ring.scan()
            const counted = await this.counter.read()
            const found = Math.max(this.rings[0].newest, this.rings[1].newest)
            this.sequence = Math.max(found, counted)
            if (this.sequence === 0) await this.start(uptimeS)
            else await this.tellFaults(counted, uptimeS)
            await this.rememberNewest(uptimeS)
            this.mounted = true
            await this.flush(uptimeS)
        } finally {
            this.busy = false
        }
    }

    /**
     * Records an event. It is written at once if it is news, and counted if it has just been written (see `Repeats`) or the log is not mounted.
     * @param cause 0 to 255
     * @param detail 0 to 2^32 - 1; nothing that tells of a person
     * @throws what memory and counter throw; then the event is still pending
     */
    async record(event: Event, cause: number, detail: number, uptimeS: number): Promise<void> {
        this.repeats.note(event, cause, detail)
        await this.tick(uptimeS)
    }

    /** Writes what has become due. To be called every minute or so. @throws what memory and counter throw */
    async tick(uptimeS: number): Promise<void> {
        await this.begin()
        try {
            if (this.mounted) await this.flush(uptimeS)
        } finally {
            this.busy = false
        }
    }

    private async flush(uptimeS: number): Promise<void> {
        for (const pending of this.repeats.due(uptimeS)) {
            const { event, cause, detail, count } = pending
            await this.write(isCritical(event) ? 0 : 1, event, cause, detail, count, uptimeS)
            this.repeats.written(pending, count, uptimeS)
            await this.counter.raise(this.sequence)
        }
    }

    /** Nothing was ever written here: what lies in the memory is none of ours. */
    private async start(uptimeS: number): Promise<void> {
        for (const ring of this.rings) await ring.clear()
        await this.tell(0, LogFault.Begun, 0, uptimeS)
    }

    private async tellFaults(counted: number, uptimeS: number): Promise<void> {
        const [critical, routine] = this.rings
        const newer = critical.newest > routine.newest ? 0 : 1
        const found = this.rings[newer].newest
        const expected = this.rings[newer].otherNewest
        const setBack = this.rings[1 - newer].newest !== expected
        for (let i = 0; i < this.rings.length; i++) {
            const { torn, damage } = this.rings[i]
            if (torn) await this.tell(i, LogFault.Lost, 1, uptimeS)
            if (damage !== 0) await this.tell(i, LogFault.Damaged, damage, uptimeS)
        }
        if (setBack) await this.tell(1 - newer, LogFault.RolledBack, expected, uptimeS)
        if (found < counted) await this.tell(0, LogFault.RolledBack, counted, uptimeS)
    }

    private async tell(ring: number, fault: LogFault, detail: number, uptimeS: number): Promise<void> {
        await this.write(ring, Event.Log, fault, detail, 1, uptimeS)
        await this.counter.raise(this.sequence)
    }

    private async write(
        ring: number,
        event: Event,
        cause: number,
        detail: number,
        count: number,
        uptimeS: number,
    ): Promise<void> {
        const sequence = this.sequence + 1
        const other = this.rings[1 - ring].newest
        await this.rings[ring].append([sequence, other, this.boot, uptimeS, event, cause, detail, count])
        this.sequence = sequence
    }

    private async rememberNewest(uptimeS: number): Promise<void> {
        for (let age = 0; age < REMEMBERED; age++) {
            const entry = await this.rings[1].entry(age)
            if (!entry) return
            const { fields } = entry
            this.repeats.remember(fields[Field.Event], fields[Field.Cause], fields[Field.Detail], uptimeS)
        }
    }

    /** Waits until no other fiber is at work on the log. */
    private async begin(): Promise<void> {
        while (this.busy) await this.pause()
        this.busy = true
    }
}
