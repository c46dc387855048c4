import { littleEndian32, putLittleEndian32 } from "../crypto/words"
import type { Store } from "../ports"
import { soundRecord } from "./sound-record"

/**
 * A whole number from 0 to 2^32 - 1 that survives power loss, and on which nobody's safety depends: if its record is damaged, it begins anew at 0.
 * For what must not fall there is `StoredCounter`.
 */
export class StoredNumber {
    /** As last loaded or saved; 0 if it never was. */
    value = 0
    private readonly store: Store
    private readonly name: string

    constructor(store: Store, name: string) {
        this.store = store
        this.name = name
    }

    /** @throws StoreError if the memory does not answer */
    async load(): Promise<void> {
        const bytes = await soundRecord(this.store, this.name)
        this.value = numberIn(bytes)
    }

    /** @throws StoreError; then `value` is as before */
    async save(value: number): Promise<void> {
        await this.store.set(this.name, numberRecord(value))
        this.value = value
    }
}

/** @returns the number in a record, 0 if it is empty or there is none */
export function numberIn(record: Buffer | undefined): number {
    return record && record.length > 0 ? littleEndian32(record, 0) >>> 0 : 0
}

/** @returns 4 bytes, least significant first */
export function numberRecord(value: number): Buffer {
    const record = Buffer.alloc(4)
    putLittleEndian32(record, 0, value)
    return record
}
