import type { CostTable } from "./cost-table"
import { RP2040_COSTS } from "./rp2040"

/** By the name that a board file gives as `$costs`. There is none for the ESP32-C3: nobody has measured it. */
export const COST_TABLES: Readonly<Record<string, CostTable>> = { rp2040: RP2040_COSTS }
