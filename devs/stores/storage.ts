import type * as ds from "@devicescript/core"
import type { ByteMemory, SlotMemory } from "../../src/core/ports"

/** Where a device keeps things: slots for records, and more. It says what it is. */
export interface Storage extends SlotMemory {
    readonly kind: ds.DomovoiStorage
    readonly certificates: ByteMemory
}
