import type * as ds from "@devicescript/core"
import type { SlotMemory } from "../../src/core/ports"

/** A slot memory that says what it is. */
export interface Storage extends SlotMemory {
    readonly kind: ds.DomovoiStorage
}
