import { randomBytes } from "node:crypto"
import { Random } from "../../../simulators/random"

/** Randomness of the machine for a simulated unit that is nobody's experiment: its key is its own, and no run of it is like another. */
export class MachineRandom extends Random {
    constructor() {
        super("")
    }

    override uint32(): number {
        return randomBytes(4).readUInt32LE()
    }
}
