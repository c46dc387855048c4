import type { ByteMemory } from "../../../src/core/ports"

/** A FRAM in memory that counts what is asked of it. */
export class TestMemory implements ByteMemory {
    readonly bytes: Buffer
    reads = 0
    bytesRead = 0
    longestRead = 0

    constructor(readonly size: number) {
        // Never erased: what lies beyond what was written is rubbish.
        this.bytes = Buffer.alloc(size, 0xa5)
    }

    async read(at: number, length: number): Promise<Buffer> {
        if (at < 0 || length < 0 || at + length > this.size) throw new RangeError(`reads ${length} bytes at ${at}`)
        this.reads++
        this.bytesRead += length
        this.longestRead = Math.max(this.longestRead, length)
        return Buffer.from(this.bytes.subarray(at, at + length))
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        if (at < 0 || at + bytes.length > this.size) throw new RangeError(`writes ${bytes.length} bytes at ${at}`)
        bytes.copy(this.bytes, at)
    }
}
