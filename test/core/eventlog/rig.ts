import { openDigest } from "../../../src/core/crypto/digest"
import { CELL_BYTES, type Entry, Field, readEntry } from "../../../src/core/eventlog/entry"
import { Event, LogFault } from "../../../src/core/eventlog/event"
import { EventLog } from "../../../src/core/eventlog/event-log"
import { Occurrence, OTHERS, ROW_BYTES, ROW_FIELDS, RowField } from "../../../src/core/eventlog/ledger"
import { nodeDigest } from "../../../src/host/node-digest"
import { noPause } from "../store/slot-memory"
import { MemoryArea, MemoryBytes, MemoryCounter } from "./byte-memory"

export const KEY = Buffer.alloc(32, 0x4b)
export const digest = await openDigest(nodeDigest, noPause)
/** Four critical cells and eight routine ones. */
export const CELLS = 12
/** Most kinds of events in a test, one for all the others, and the journal. */
export const ROWS = 12
const RING_BYTES = CELLS * CELL_BYTES
const MEMORY_BYTES = RING_BYTES + ROWS * ROW_BYTES

/** A log, with memory and counter that outlive it. */
export class LogRig {
    uptimeS = 0
    boot = 0
    log: EventLog
    /** Parts of the memory. */
    readonly rings: MemoryArea
    readonly rows: MemoryArea

    constructor(
        readonly memory = new MemoryBytes(MEMORY_BYTES),
        readonly counter = new MemoryCounter(),
    ) {
        this.rings = new MemoryArea(memory, 0, RING_BYTES)
        this.rows = new MemoryArea(memory, RING_BYTES, memory.size - RING_BYTES)
        this.log = this.#newLog()
    }

    /** Starts the program anew. @param forget as `EventLog.mount` takes it */
    async start(forget = false): Promise<this> {
        this.log = this.#newLog()
        this.boot++
        this.uptimeS = 0
        await this.mount(forget)
        return this
    }

    /** Lets the log find out how far it has come, and write what was recorded before. */
    async mount(forget = false): Promise<void> {
        await this.log.mount({ digest, logKey: KEY, entries: this.counter }, this.boot, this.uptimeS, forget)
        await this.log.tick(this.uptimeS)
    }

    /** Records an event long after the one before it, so that nothing counts as a repeat. */
    async record(event: Event, cause = 0, detail = 0): Promise<void> {
        this.uptimeS += 10_000
        await this.recordAt(this.uptimeS, event, cause, detail)
    }

    async recordAt(uptimeS: number, event: Event, cause: number, detail: number): Promise<void> {
        this.log.record(event, cause, detail)
        await this.log.tick(uptimeS)
    }

    /** The power goes away when so many bytes of the next entry are written. */
    cutInNextEntry(bytes: number): void {
        const { memory, rings } = this
        rings.write = async (at, entry) => {
            memory.cutAtByte = memory.writtenBytes + bytes
            await MemoryArea.prototype.write.call(rings, at, entry)
        }
    }

    /** Memory and counter as they are now, for another life. */
    copy(): LogRig {
        const copy = new LogRig(this.memory.later(), new MemoryCounter(this.counter.value))
        copy.boot = this.boot
        return copy
    }

    /** Entries of a ring, oldest first. */
    async entries(ring: 0 | 1): Promise<Entry[]> {
        const { cells, position } = this.log.rings[ring]
        const found: Entry[] = []
        for (let step = 1; step <= cells; step++) {
            const bytes = await this.log.rings[ring].show((position + step) % cells, Number.POSITIVE_INFINITY)
            const entry = bytes && readEntry(bytes)
            if (entry) found.push(entry)
        }
        return found
    }

    /** Every entry as `event cause detail ×count`, in the order in which they were written. */
    async story(): Promise<string[]> {
        const all = [...(await this.entries(0)), ...(await this.entries(1))]
        all.sort((a, b) => a.fields[Field.Sequence] - b.fields[Field.Sequence])
        return all.map(told)
    }

    /** The ledger's rows, in the order of their cells. */
    async kinds(): Promise<Kind[]> {
        const kinds: Kind[] = []
        for (let at = 0; at < this.log.ledger.cells; at++) {
            const bytes = await this.log.ledger.show(at)
            if (bytes) kinds.push(kindIn(readEntry(bytes, ROW_FIELDS)!.fields))
        }
        return kinds
    }

    #newLog(): EventLog {
        return new EventLog(this.rings, this.rows, noPause)
    }
}

/** A row of the ledger: `event cause`, how often, and sequence number, boot, uptime and detail of the first and the last time. */
export type Kind = [kind: string, times: number, first: number[], last: number[]]

function kindIn(row: number[]): Kind {
    const kind = row[RowField.Kind]
    const name = kind === OTHERS ? "others" : `${Event[kind >> 8]} ${kind & 0xff}`
    const timeAt = (at: RowField) => row.slice(at, at + Occurrence.Detail + 1)
    return [name, row[RowField.Count], timeAt(RowField.First), timeAt(RowField.Last)]
}

export function told({ fields }: Entry): string {
    const event = Event[fields[Field.Event]]
    const cause = event === "Log" ? LogFault[fields[Field.Cause]] : fields[Field.Cause]
    const times = fields[Field.Count] === 1 ? "" : ` ×${fields[Field.Count]}`
    return `${event} ${cause} ${fields[Field.Detail]}${times}`
}
