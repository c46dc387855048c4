import type * as ds from "@devicescript/core"
import type { ByteMemory, SlotMemory } from "../../src/core/ports"

/** Where a device keeps things: slots for records, and more. It says what it is, and whatever it writes it reads back. */
export interface Storage extends SlotMemory {
    readonly kind: ds.DomovoiStorage
    readonly certificates: ByteMemory
    /** To be called before anything is read. @throws StoreError if it is not the memory that it has to be */
    prove(): Promise<void>
}
