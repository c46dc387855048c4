import type { RecordStore } from "../../../src/core/store/record-store"

/** Names of the records there are, without those that are lost. */
export const recordNames = (store: RecordStore): string[] =>
    store.named.filter(name => name !== undefined && name !== "") as string[]
