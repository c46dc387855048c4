/**
 * A factory reset erases everything of the owner's. Identity, anti-rollback floor and what holds an output in its safe state are none of it, and
 * stay; the event log stays and forgets him. It is done at a start, where nothing was read yet that could be written again: `beginReset`, start anew,
 * `completeReset`.
 */
import type { Store } from "../ports"
import { soundRecord } from "../store/sound-record"
import { CONSENTS, DISABLED, HOUSEHOLD, MOST_PEOPLE, sessionRecords, TRIES } from "./owner-records"

/** Record that a reset has begun and is not complete. */
const RESETTING = "resetting"
/** Record that the event log has still to forget the owner: it can be read only later, when the device has proved who it is. */
const FORGETTING = "forgetting"

/** From here on there is no way back. To be followed by a restart. @throws StoreError; then it may have begun or not */
export async function beginReset(store: Store): Promise<void> {
    await store.set(RESETTING, Buffer.alloc(1))
}

/**
 * Erases, if a reset has begun. To be called at every start, before anything is read.
 * @param records of the owner that only this device has
 * @param eraseMore erases what lies elsewhere; a power cut may let it begin again
 * @returns whether one had begun
 * @throws StoreError, and what `eraseMore` throws; then the next start completes it
 */
export async function completeReset(
    store: Store,
    records: readonly string[],
    eraseMore: () => Promise<void>,
): Promise<boolean> {
    // Damaged or not: it is there from the moment at which somebody on the spot wanted the reset until that is done.
    if (!(await soundRecord(store, RESETTING))) return false
    for (let place = 0; place < MOST_PEOPLE; place++) for (const name of sessionRecords(place)) await store.erase(name)
    for (const names of [[HOUSEHOLD, TRIES, CONSENTS, DISABLED], records])
        for (const name of names) await store.erase(name)
    await eraseMore()
    await store.set(FORGETTING, Buffer.alloc(1))
    await store.erase(RESETTING)
    return true
}

/** Whether the log has to forget, for as long as nobody said that it has. @throws StoreError */
export async function logHasToForget(store: Store): Promise<boolean> {
    return (await soundRecord(store, FORGETTING)) !== undefined
}

/** @throws StoreError */
export async function logHasForgotten(store: Store): Promise<void> {
    await store.erase(FORGETTING)
}
