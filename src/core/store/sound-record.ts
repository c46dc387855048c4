import { hex } from "../crypto/hex"
import type { Store } from "../ports"
import { StoreError } from "./store-error"

/** Whether a record was lost or changed, and not only its memory silent just now. */
export function isDamage(error: unknown): boolean {
    return error instanceof StoreError && (error.fault === "corrupt" || error.fault === "seal")
}

/**
 * For a record whose damage is no reason to stop.
 * @returns its value, empty if it is damaged: no record that is read by this is empty when whole. Undefined if there is none
 * @throws StoreError if the memory does not answer
 */
export async function soundRecord(store: Store, name: string): Promise<Buffer | undefined> {
    try {
        return await store.get(name)
    } catch (error) {
        if (!isDamage(error)) throw error
        return hex``
    }
}
