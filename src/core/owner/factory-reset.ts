import type { Store } from "../ports"
import { CONSENT } from "./consent"
import { PEOPLE } from "./people"
import { DISABLED } from "./remote-disable"

/** Record that a reset has begun and is not complete. */
const RESETTING = "resetting"

/** Records of the owner in every device. */
const OWNER_RECORDS = [PEOPLE, CONSENT, DISABLED]

/**
 * Erases everything of the owner's. Identity, anti-rollback floor, event log and what holds an output in its safe state are none of it, and
 * stay. Once begun it is completed, whatever happens in between: at every start, `resume` comes before anything is read.
 */
export class FactoryReset {
    private readonly store: Store
    private readonly records: readonly string[]

    /** @param records of the owner that only this device has */
    constructor(store: Store, records: readonly string[]) {
        this.store = store
        this.records = records
    }

    /** Erases. Nothing that was loaded before counts any more: start anew. @throws StoreError; then it is completed at the next start */
    async begin(): Promise<void> {
        await this.store.set(RESETTING, Buffer.from([1]))
        await this.resume()
    }

    /** Completes what was begun. @returns whether there was anything to complete. @throws StoreError */
    async resume(): Promise<boolean> {
        if (!(await this.store.get(RESETTING))) return false
        for (const records of [OWNER_RECORDS, this.records]) for (const name of records) await this.store.erase(name)
        await this.store.erase(RESETTING)
        return true
    }
}
