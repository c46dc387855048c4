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
        await this.log.mount(this.boot, this.uptimeS)
        return this
    }

    /** Records an event long after the one before it, so that nothing counts as a repeat. */
    async record(event: Event, cause = 0, detail = 0): Promise<void> {
        this.uptimeS += 10_000
        await this.log.record(event, cause, detail, this.uptimeS)
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
        return new EventLog(this.memory, this.counter, digest, KEY, noPause)
    }
}

export function told({ fields }: Entry): string {
    const event = Event[fields[Field.Event]]
    const cause = event === "Log" ? LogFault[fields[Field.Cause]] : fields[Field.Cause]
    const times = fields[Field.Count] === 1 ? "" : ` ×${fields[Field.Count]}`
    return `${event} ${cause} ${fields[Field.Detail]}${times}`
}
