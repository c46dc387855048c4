import { RecordStore } from "../../../src/core/store/record-store"
import { afterPowerCut, MemorySlots, noPause } from "../store/slot-memory"

/** A memory for the owner's records, as on the device. */
export function newMemory(): MemorySlots {
    return new MemorySlots(60, 128)
}

export async function mounted(memory: MemorySlots): Promise<RecordStore> {
    const store = new RecordStore(memory, noPause)
    await store.mount()
    return store
}

/** The store as a later boot finds it. */
export async function later(memory: MemorySlots): Promise<RecordStore> {
    return await mounted(afterPowerCut(memory))
}
