import type { FloorCounter, Store } from "../ports"
import { isDamage, soundRecord } from "../store/sound-record"
import { numberIn, numberRecord } from "../store/stored-number"

/**
 * So far may a sequence number lie above the one before it where nothing has to be counted: half of all numbers, so that whoever slips over the
 * keys has the other half left.
 */
export const SEQUENCE_STRIDE = 0x8000_0000

/** A counter in a record. It rises as one write, so a power cut leaves the old or the new value. */
export class StoredCounter implements FloorCounter {
    readonly limit = 0xffff_ffff
    readonly stride = SEQUENCE_STRIDE
    private readonly store: Store
    private readonly name: string
    private readonly beginsAnew: boolean | undefined

    /**
     * @param store that notices what others changed
     * @param beginsAnew whether it stands at 0 if its record is damaged; otherwise nobody knows where it stands
     */
    constructor(store: Store, name: string, beginsAnew?: boolean) {
        this.store = store
        this.name = name
        this.beginsAnew = beginsAnew
    }

    /** @throws StoreError */
    async read(): Promise<number> {
        const { store, name, beginsAnew } = this
        return numberIn(beginsAnew ? await soundRecord(store, name) : await store.get(name))
    }

    /** If the record is damaged it is written anew: who raises a counter knows from elsewhere that it may stand so high. */
    async raise(to: number): Promise<void> {
        let value = -1
        try {
            value = await this.read()
        } catch (error) {
            if (!isDamage(error)) throw error
        }
        if (to > value) await this.store.set(this.name, numberRecord(to))
    }
}
