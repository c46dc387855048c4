import type { SlotMemory } from "../../../src/core/ports"

export class PowerCut extends Error {}

/** A slot memory that keeps its bytes when the power goes away, and counts what is written. */
export class MemorySlots implements SlotMemory {
    readonly bytes: Buffer
    /** Bytes written so far. */
    writtenBytes = 0
    readonly writes: number[]
    /** The power goes away when `writtenBytes` reaches this. */
    cutAtByte = Number.POSITIVE_INFINITY
    /** The memory does not answer. */
    absent = false
    /** Told after every write of a slot. */
    written = () => {}

    constructor(
        readonly slots: number,
        readonly slotBytes: number,
        blank = 0,
    ) {
        this.bytes = Buffer.alloc(slots * slotBytes, blank)
        this.writes = new Array(slots).fill(0)
    }

    async read(slot: number, length: number): Promise<Buffer> {
        this.#answer()
        return Buffer.from(this.bytes.subarray(slot * this.slotBytes, slot * this.slotBytes + length))
    }

    async write(slot: number, bytes: Buffer): Promise<void> {
        this.#answer()
        if (bytes.length !== this.slotBytes)
            throw new Error(`write of ${bytes.length} bytes to a slot of ${this.slotBytes}`)
        this.writes[slot]++
        for (let i = 0; i < bytes.length; i++) {
            if (this.writtenBytes >= this.cutAtByte) throw new PowerCut(`power cut at byte ${this.writtenBytes}`)
            this.bytes[slot * this.slotBytes + i] = bytes[i]
            this.writtenBytes++
        }
        this.written()
        if (this.writtenBytes >= this.cutAtByte) throw new PowerCut("power cut after the write")
    }

    #answer(): void {
        if (this.absent) throw new Error("no answer")
    }
}

/** The memory as a later boot finds it. */
export function afterPowerCut(memory: MemorySlots): MemorySlots {
    const later = new MemorySlots(memory.slots, memory.slotBytes)
    memory.bytes.copy(later.bytes)
    return later
}

export const noPause = async () => {}
