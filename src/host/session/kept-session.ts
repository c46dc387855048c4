import type { Store } from "../../core/ports"

/** The hub's end of the session with one unit, as it is kept between two starts of the hub. */
export interface KeptSession extends Store {
    /** Number of the EDHOC suite that the keys were agreed on by: its AEAD is that of all messages. */
    readonly suite: number | undefined
    /** Of the keys that are put on record next: what there was goes. */
    begin(suite: number): void
}

/** Of a hub that does not outlive this process. */
export class MemorySession implements KeptSession {
    #records = new Map<string, Buffer>()
    #suite: number | undefined

    get suite(): number | undefined {
        return this.#suite
    }

    begin(suite: number): void {
        this.#suite = suite
        this.#records = new Map()
    }

    async get(name: string): Promise<Buffer | undefined> {
        const value = this.#records.get(name)
        return value && Buffer.from(value)
    }

    async set(name: string, value: Buffer): Promise<void> {
        this.#records.set(name, Buffer.from(value))
    }

    async erase(name: string): Promise<void> {
        this.#records.delete(name)
    }

    /** As it is now: somebody who copies the hub has this. */
    copy(): MemorySession {
        const copy = new MemorySession()
        copy.#suite = this.#suite
        copy.#records = new Map(this.#records)
        return copy
    }
}
