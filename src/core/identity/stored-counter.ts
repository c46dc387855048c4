import type { FloorCounter, Store } from "../ports"
import { isDamage } from "../store/sound-record"
import { StoredNumber } from "../store/stored-number"

/**
 * So far may a sequence number lie above the one before it where nothing has to be counted: half of all numbers, so that whoever slips over the
 * keys has the other half left.
 */
export const SEQUENCE_STRIDE = 0x8000_0000

/** A counter in a record. It rises as one write, so a power cut leaves the old or the new value. */
export class StoredCounter implements FloorCounter {
    readonly limit = 0xffff_ffff
    readonly stride = SEQUENCE_STRIDE
    private readonly number: StoredNumber

    /** @param store that notices what others changed */
    constructor(store: Store, name: string) {
        this.number = new StoredNumber(store, name)
    }

    async read(): Promise<number> {
        await this.number.load()
        return this.number.value
    }

    /** If the record is damaged it is written anew: who raises a counter knows from elsewhere that it may stand so high. */
    async raise(to: number): Promise<void> {
        let value = -1
        try {
            value = await this.read()
        } catch (error) {
            if (!isDamage(error)) throw error
        }
        if (to > value) await this.number.save(to)
    }
}
