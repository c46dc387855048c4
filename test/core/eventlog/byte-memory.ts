import type { ByteMemory, Counter } from "../../../src/core/ports"
import { PowerCut } from "../store/slot-memory"

/** Bytes that stay when the power goes away. */
export class MemoryBytes implements ByteMemory {
    readonly bytes: Buffer
    /** Bytes written so far. */
    writtenBytes = 0
    /** The power goes away when `writtenBytes` reaches this. */
    cutAtByte = Number.POSITIVE_INFINITY
    /** The memory does not answer. */
    absent = false

    constructor(readonly size: number) {
        this.bytes = Buffer.alloc(size)
    }

    async read(at: number, length: number): Promise<Buffer> {
        this.#answer(at, length)
        return Buffer.from(this.bytes.subarray(at, at + length))
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        this.#answer(at, bytes.length)
        for (const [i, byte] of bytes.entries()) {
            if (this.writtenBytes >= this.cutAtByte) throw new PowerCut(`power cut at byte ${this.writtenBytes}`)
            this.bytes[at + i] = byte
            this.writtenBytes++
        }
        if (this.writtenBytes >= this.cutAtByte) throw new PowerCut("power cut after the write")
    }

    /** The memory as a later boot finds it. */
    later(): MemoryBytes {
        const later = new MemoryBytes(this.size)
        this.bytes.copy(later.bytes)
        return later
    }

    #answer(at: number, length: number): void {
        if (this.absent) throw new Error("no answer")
        if (at < 0 || at + length > this.size) throw new RangeError(`${length} bytes at ${at} of ${this.size}`)
    }
}

/** A part of a memory, as a device has it. */
export class MemoryArea implements ByteMemory {
    constructor(
        readonly whole: MemoryBytes,
        readonly start: number,
        readonly size: number,
    ) {}

    get bytes(): Buffer {
        return this.whole.bytes.subarray(this.start, this.start + this.size)
    }

    async read(at: number, length: number): Promise<Buffer> {
        this.#check(at, length)
        return await this.whole.read(this.start + at, length)
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        this.#check(at, bytes.length)
        await this.whole.write(this.start + at, bytes)
    }

    #check(at: number, length: number): void {
        if (at < 0 || at + length > this.size) throw new RangeError(`${length} bytes at ${at} of ${this.size}`)
    }
}

export class MemoryCounter implements Counter {
    constructor(public value = 0) {}

    async read(): Promise<number> {
        return this.value
    }

    async raise(to: number): Promise<void> {
        this.value = Math.max(this.value, to)
    }
}
