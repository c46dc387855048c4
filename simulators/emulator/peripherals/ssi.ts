/** Synchronous serial interface to the flash (RP2040 datasheet §4.10), and the chip select that code may take into its own hands. */
import { BasePeripheral, type RP2040 } from "rp2040js"
import type { SpiFlash } from "./spi-flash"

const CTRLR0 = 0x00
const SSIENR = 0x08
const TXFLR = 0x20
const RXFLR = 0x24
const SR = 0x28
const IDR = 0x58
const VERSION = 0x5c
const DR0 = 0x60

/** Bits of SR. What is written is on the wire at once, so it is never busy, and its transmit FIFO always empty. */
const SR_TFNF = 1 << 1
const SR_TFE = 1 << 2
const SR_RFNE = 1 << 3
/** CTRLR0.SPI_FRF: 0 is one bit a clock; other formats are for execution in place, which goes past this. */
const FRAME_FORMAT_SHIFT = 21
const FRAME_FORMAT_MASK = 3
const IDENTIFICATION = 0x51535049
const VERSION_4_01 = 0x3430312a
const FIFO_WORDS = 16

export class Ssi extends BasePeripheral {
    readonly #flash: SpiFlash
    readonly #registers = new Map<number, number>()
    #received: number[] = []
    /** The pin's override holds the chip select low. */
    #held = false

    constructor(chip: RP2040, flash: SpiFlash) {
        super(chip, "SSI")
        this.#flash = flash
    }

    /** Takes the chip select out of the interface's hands, or gives it back. */
    holdSelect(held: boolean): void {
        if (this.#held && !held) this.#flash.deselect()
        this.#held = held
    }

    override readUint32(offset: number): number {
        switch (offset) {
            case TXFLR:
                return 0
            case RXFLR:
                return this.#received.length
            case SR:
                // Whoever sees that all is sent sees the flash deselected.
                this.#release()
                return SR_TFNF | SR_TFE | (this.#received.length > 0 ? SR_RFNE : 0)
            case IDR:
                return IDENTIFICATION
            case VERSION:
                return VERSION_4_01
            case DR0:
                return this.#received.shift() ?? 0
        }
        return this.#registers.get(offset) ?? 0
    }

    override writeUint32(offset: number, value: number): void {
        if (offset === DR0) this.#send(value)
        else this.#registers.set(offset, value >>> 0)
        if (offset === SSIENR && !(value & 1)) {
            this.#received = []
            this.#release()
        }
    }

    #send(value: number): void {
        const format = ((this.#registers.get(CTRLR0) ?? 0) >> FRAME_FORMAT_SHIFT) & FRAME_FORMAT_MASK
        const answer = format === 0 ? this.#flash.exchange(value) : 0
        if (this.#received.length < FIFO_WORDS) this.#received.push(answer)
    }

    #release(): void {
        if (!this.#held) this.#flash.deselect()
    }
}
