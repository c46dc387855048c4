/** NOR flash as on RP2040 and ESP32 boards: programming only clears bits, erasing sets a 4 KiB page, and power may go away in between. */
import { type PowerCut, PowerCutter } from "./power-cut"
import type { Random } from "./random"

export const PAGE_BYTES = 4096
/** Smallest unit that the chip programs at once; a cut can leave one of them half done. */
const PROGRAM_UNIT_BYTES = 8

/** Typical times of a W25Q16JV (datasheet, AC characteristics): tPP for up to 256 bytes, tSE for a 4 KiB sector. */
const PROGRAM_256_US = 400
const ERASE_US = 45_000

export class NorFlash {
    /** Contents. They outlive power. Write through `program` and `erase` only. */
    readonly bytes: Uint8Array
    /** Erase cycles of each page. */
    readonly wear: Uint32Array
    readonly #cutter = new PowerCutter()
    readonly #random: Random

    /** @param random decides what a cut operation leaves behind */
    constructor(size: number, random: Random) {
        this.bytes = new Uint8Array(size).fill(0xff)
        this.wear = new Uint32Array(size / PAGE_BYTES)
        this.#random = random
    }

    /** Program and erase operations so far. */
    get operations(): number {
        return this.#cutter.operations
    }

    /** Cuts the power at one operation to come; undefined takes that back. */
    cutPowerAt(cut: PowerCut | undefined): void {
        this.#cutter.arm(cut)
    }

    /**
     * Clears the bits of `data` that are 0.
     * @returns the time it takes, in microseconds
     * @throws PowerLost if a cut was armed here; then a prefix and half a unit may have been programmed
     */
    program(offset: number, data: Uint8Array): number {
        this.#check(offset, data.length)
        this.#cutter.perform(
            () => this.#clear(offset, data),
            () => {
                const units = Math.ceil(data.length / PROGRAM_UNIT_BYTES)
                const done = this.#random.below(units) * PROGRAM_UNIT_BYTES
                this.#clear(offset, data.subarray(0, done))
                // In the unit under way, some bits have fallen already and some have not.
                const half = data.slice(done, done + PROGRAM_UNIT_BYTES).map(byte => byte | this.#random.below(256))
                this.#clear(offset + done, half)
            },
        )
        return Math.ceil(data.length / 256) * PROGRAM_256_US
    }

    /**
     * Sets a page to 0xFF.
     * @returns the time it takes, in microseconds
     * @throws PowerLost if a cut was armed here; then the page may hold a mixture of old and erased bits
     */
    erase(offset: number): number {
        this.#check(offset, PAGE_BYTES)
        if (offset % PAGE_BYTES !== 0) throw new RangeError(`flash erase at ${offset}: not the start of a page`)
        const page = this.bytes.subarray(offset, offset + PAGE_BYTES)
        this.wear[offset / PAGE_BYTES]++
        this.#cutter.perform(
            () => page.fill(0xff),
            () => {
                for (let i = 0; i < PAGE_BYTES; i++) page[i] |= this.#random.below(256)
            },
        )
        return ERASE_US
    }

    #clear(offset: number, data: Uint8Array): void {
        for (let i = 0; i < data.length; i++) this.bytes[offset + i] &= data[i]
    }

    #check(offset: number, length: number): void {
        if (offset < 0 || offset + length > this.bytes.length)
            throw new RangeError(
                `flash operation outside the chip: ${length} bytes at ${offset} of ${this.bytes.length}`,
            )
    }
}
