import { RP2040 } from "rp2040js"

/** The processor of `rp2040js`: registers, exceptions, interrupt controller. */
export type CortexM0 = RP2040["core"]

/** Its class, to be extended. The package exports it through its instances only. */
export const CortexM0 = new RP2040().core.constructor as new (chip: RP2040) => CortexM0
