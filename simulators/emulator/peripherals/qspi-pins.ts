/** Pins of the flash (IO_QSPI, RP2040 datasheet §2.19.6.2). The boot ROM's flash functions drive the chip select by its output override. */
import { BasePeripheral, type RP2040 } from "rp2040js"
import type { Ssi } from "./ssi"

const GPIO_QSPI_SS_CTRL = 0x0c
const OUTOVER_SHIFT = 8
const OUTOVER_MASK = 3
const DRIVE_LOW = 2

export class QspiPins extends BasePeripheral {
    readonly #ssi: Ssi
    readonly #registers = new Map<number, number>()

    constructor(chip: RP2040, ssi: Ssi) {
        super(chip, "IO_QSPI")
        this.#ssi = ssi
    }

    override readUint32(offset: number): number {
        return this.#registers.get(offset) ?? 0
    }

    override writeUint32(offset: number, value: number): void {
        this.#registers.set(offset, value >>> 0)
        if (offset === GPIO_QSPI_SS_CTRL) this.#ssi.holdSelect(((value >> OUTOVER_SHIFT) & OUTOVER_MASK) === DRIVE_LOW)
    }
}
