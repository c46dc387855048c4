/**
 * The cells of a FRAM, and what can be wrong with them. What was stored outlives every fault: taken back, a fault leaves what the part holds then.
 */

/** Sizes of the family with two address bytes: MB85RC64TA, MB85RC128A, MB85RC256V. Addresses of a smaller part wrap around at its end. */
export const FRAM_SIZES = [8192, 16384, 32768] as const
/** Contents of the largest. */
export const FRAM_BYTES = 32768

/** A cell that always reads as this level, whatever is written. Bit 0 of byte 0 first. */
export interface StuckBit {
    readonly bit: number
    readonly level: 0 | 1
}

export class FramCells {
    /** What was stored. A smaller part has the beginning of it. */
    readonly bytes = new Uint8Array(FRAM_BYTES)
    /** Size of the part that is fitted. */
    size: number = FRAM_BYTES
    /** Pin WP is high: the part acknowledges whatever is written, and keeps nothing of it (MB85RC256V, "Write Protect"). */
    protected = false
    #stuck: StuckBit[] = []
    /** What is read while the part returns what it once held. */
    #stale: Uint8Array | undefined
    #remembered = new Uint8Array(FRAM_BYTES)

    read(address: number): number {
        const at = this.wrap(address)
        let byte = (this.#stale ?? this.bytes)[at]
        for (const { bit, level } of this.#stuck)
            if (bit >> 3 === at) byte = level ? byte | (1 << (bit & 7)) : byte & ~(1 << (bit & 7))
        return byte
    }

    store(address: number, byte: number): void {
        if (!this.protected) this.bytes[this.wrap(address)] = byte
    }

    wrap(address: number): number {
        return address & (this.size - 1)
    }

    stick(stuck: StuckBit): void {
        this.#stuck.push(stuck)
    }

    loosen(): void {
        this.#stuck = []
    }

    /** From now on what is written is stored and not read: reading gives what is stored now. */
    goStale(): void {
        this.#stale = this.bytes.slice()
    }

    refresh(): void {
        this.#stale = undefined
    }

    /** Takes an image, as with a clip on the part. */
    remember(): void {
        this.#remembered = this.bytes.slice()
    }

    /** Puts the last image back; zeros if none was taken. */
    recall(): void {
        this.bytes.set(this.#remembered)
    }
}
