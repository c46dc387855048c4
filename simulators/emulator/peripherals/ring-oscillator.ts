/** Ring oscillator (RP2040 datasheet §2.17): what the runtime draws its random numbers from, one bit a read. */
import { BasePeripheral, type RP2040 } from "rp2040js"
import type { Random } from "../../random"

const STATUS = 0x18
const RANDOMBIT = 0x1c
const STATUS_STABLE = 0x80000000
const STATUS_ENABLED = 1 << 12

export class RingOscillator extends BasePeripheral {
    readonly #random: Random
    readonly #registers = new Map<number, number>()

    constructor(chip: RP2040, random: Random) {
        super(chip, "ROSC")
        this.#random = random
    }

    override readUint32(offset: number): number {
        if (offset === RANDOMBIT) return this.#random.below(2)
        if (offset === STATUS) return (STATUS_STABLE | STATUS_ENABLED) >>> 0
        return this.#registers.get(offset) ?? 0
    }

    override writeUint32(offset: number, value: number): void {
        this.#registers.set(offset, value >>> 0)
    }
}
