import type { Counter, Store } from "../ports"
import { StoredNumber } from "../store/stored-number"

/** A counter in a record. It rises as one write, so a power cut leaves the old or the new value. */
export class StoredCounter implements Counter {
    private readonly number: StoredNumber

    /** @param store that notices what others changed */
    constructor(store: Store, name: string) {
        this.number = new StoredNumber(store, name)
    }

    async read(): Promise<number> {
        await this.number.load()
        return this.number.value
    }

    async raise(to: number): Promise<void> {
        if (to > (await this.read())) await this.number.save(to)
    }
}
