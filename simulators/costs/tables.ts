import type { CostTable } from "./cost-table"
import { ESP32_C3_COSTS } from "./esp32c3"
import { RP2040_COSTS } from "./rp2040"

/** By the name that a board file gives as `$costs`. Each chip has one of its own name, which holds for boards that give none. */
export const COST_TABLES: Readonly<Record<string, CostTable>> = { rp2040: RP2040_COSTS, esp32c3: ESP32_C3_COSTS }
