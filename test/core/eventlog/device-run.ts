import type { Digest } from "../../../src/core/crypto/digest"
import { joinBytes } from "../../../src/core/crypto/join-bytes"
import { CELL_BYTES } from "../../../src/core/eventlog/entry"
import { Event } from "../../../src/core/eventlog/event"
import { EventLog } from "../../../src/core/eventlog/event-log"
import { ROW_BYTES } from "../../../src/core/eventlog/ledger"
import { LogExport } from "../../../src/core/eventlog/log-export"
import type { ByteMemory, Counter, KeyStore, Pause } from "../../../src/core/ports"
import type { Draws } from "../crypto/random-run"

export const LOG_ROUNDS = 4
export const LOG_SEED = 20_261_204
const KEY = Buffer.from("the log key of a device in tests")
const CELLS = 24
/** Fewer than there are kinds of events. */
const ROWS = 12
const EVENTS = [Event.State, Event.Refusal, Event.Tamper, Event.Consent, Event.Update]

class Bytes implements ByteMemory {
    readonly size: number
    readonly bytes: Buffer

    constructor(size: number) {
        this.size = size
        this.bytes = Buffer.alloc(size)
    }

    async read(at: number, length: number): Promise<Buffer> {
        return joinBytes([this.bytes.slice(at, at + length)])
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        this.bytes.set(bytes, at)
    }
}

class Count implements Counter {
    private value = 0

    async read(): Promise<number> {
        return this.value
    }

    async raise(to: number): Promise<void> {
        if (to > this.value) this.value = to
    }
}

/** Signs with a hash: what a real signature is made of is not the log's business. */
class HashingKeys implements KeyStore {
    readonly algorithm = "ES256"
    private readonly digest: Digest
    private readonly pause: Pause

    constructor(digest: Digest, pause: Pause) {
        this.digest = digest
        this.pause = pause
    }

    async publicKey(): Promise<Buffer> {
        return KEY
    }

    async createKey(): Promise<Buffer> {
        return KEY
    }

    async sign(message: Buffer): Promise<Buffer> {
        const half = await this.digest.sha256([message], this.pause)
        return joinBytes([half, half])
    }
}

/** Keeps a log over restarts, changes its memory now and then, and hands it out. */
export class LogRun {
    private readonly memory = new Bytes(CELLS * CELL_BYTES)
    private readonly rows = new Bytes(ROWS * ROW_BYTES)
    private readonly counter = new Count()
    private readonly digest: Digest
    private readonly draws: Draws
    private readonly pause: Pause
    private boot = 0
    /** The rings as they were a round ago. */
    private old: Buffer = Buffer.alloc(0)

    constructor(digest: Digest, draws: Draws, pause: Pause) {
        this.digest = digest
        this.draws = draws
        this.pause = pause
    }

    /** @returns a digest of the memory and of what was handed out */
    async round(): Promise<Buffer> {
        const { draws, memory, rows, digest, pause } = this
        const log = new EventLog(memory, rows, pause)
        this.boot++
        // Set back, and not the counter.
        if (this.boot === LOG_ROUNDS) memory.bytes.set(this.old, 0)
        this.old = joinBytes([memory.bytes])
        await log.mount({ digest: digest, logKey: KEY, entries: this.counter }, this.boot, 0, false)
        let uptimeS = 1
        for (let n = 0; n < 20; n++) {
            uptimeS += draws.below(1000)
            await pause()
            log.record(EVENTS[draws.below(EVENTS.length)], draws.below(4), draws.below(3))
            await log.tick(uptimeS)
        }
        const handedOut = new LogExport(log, digest, pause)
        let seen = await digest.sha256([memory.bytes, rows.bytes], pause)
        for (let piece = await handedOut.next(); piece; piece = await handedOut.next())
            seen = await digest.sha256([seen, piece], pause)
        const statement = await handedOut.statement(new HashingKeys(digest, pause), KEY.slice(0, 16), KEY, uptimeS)
        memory.bytes[draws.below(memory.size)] ^= 1
        rows.bytes[draws.below(rows.size)] ^= 1
        return await digest.sha256([seen, statement], pause)
    }
}
