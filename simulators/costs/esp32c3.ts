import type { CostTable } from "./cost-table"
import { RP2040_COSTS } from "./rp2040"

/**
 * ESP32-C3 (RISC-V, RV32IMC) at 160 MHz. Nobody has measured it: the cycles are the RP2040's. Both are cores without floating point that take most
 * instructions one at a time out of a cached serial flash.
 */
export const ESP32_C3_COSTS: CostTable = { ...RP2040_COSTS, clockHz: 160_000_000, measured: false }
