import type { Store } from "../ports"

/** A whole number from 0 to 2^32 - 1 that survives power loss: a counter, a flag. */
export class StoredNumber {
    /** As last loaded or saved; 0 if it never was. */
    value = 0
    private readonly store: Store
    private readonly name: string

    constructor(store: Store, name: string) {
        this.store = store
        this.name = name
    }

    /** @throws StoreError */
    async load(): Promise<void> {
        const bytes = await this.store.get(this.name)
        this.value = bytes ? ((bytes[3] << 24) | (bytes[2] << 16) | (bytes[1] << 8) | bytes[0]) >>> 0 : 0
    }

    /** @throws StoreError; then `value` is as before */
    async save(value: number): Promise<void> {
        await this.store.set(
            this.name,
            Buffer.from([value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]),
        )
        this.value = value
    }
}
