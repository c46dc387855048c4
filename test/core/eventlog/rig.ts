import { openDigest } from "../../../src/core/crypto/digest"
import { CELL_BYTES, type Entry, Field } from "../../../src/core/eventlog/entry"
import { Event, LogFault } from "../../../src/core/eventlog/event"
import { EventLog } from "../../../src/core/eventlog/event-log"
import { nodeDigest } from "../../../src/host/node-digest"
import { noPause } from "../store/slot-memory"
import { MemoryBytes, MemoryCounter } from "./byte-memory"

export const KEY = Buffer.alloc(32, 0x4b)
export const digest = await openDigest(nodeDigest, noPause)
/** Four critical cells and eight routine ones. */
export const CELLS = 12

/** A log, with memory and counter that outlive it. */
export class LogRig {
    uptimeS = 0
    boot = 0
    log: EventLog

    constructor(
        public memory = new MemoryBytes(CELLS * CELL_BYTES),
        public counter = new MemoryCounter(),
    ) {
        this.log = this.#newLog()
    }

    /** Starts the program anew. */
    async start(): Promise<this> {
        this.log = this.#newLog()
        this.boot++
        this.uptimeS = 0
        await this.mount()
        return this
    }

    /** Lets the log find out how far it has come, and write what was recorded before. */
    async mount(): Promise<void> {
        await this.log.mount({ digest, key: KEY, counter: this.counter }, this.boot, this.uptimeS)
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

    /** Memory and counter as they are now, for another life. */
    copy(): LogRig {
        const copy = new LogRig(this.memory.later(), new MemoryCounter(this.counter.value))
        copy.boot = this.boot
        return copy
    }

    /** Entries of a ring, oldest first. */
    async entries(ring: 0 | 1): Promise<Entry[]> {
        const { cells } = this.log.rings[ring]
        const found: Entry[] = []
        for (let age = cells - 1; age >= 0; age--) {
            const entry = await this.log.rings[ring].entry(age)
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

    #newLog(): EventLog {
        return new EventLog(this.memory, noPause)
    }
}

export function told({ fields }: Entry): string {
    const event = Event[fields[Field.Event]]
    const cause = event === "Log" ? LogFault[fields[Field.Cause]] : fields[Field.Cause]
    const times = fields[Field.Count] === 1 ? "" : ` ×${fields[Field.Count]}`
    return `${event} ${cause} ${fields[Field.Detail]}${times}`
}
