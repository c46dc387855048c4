import type { ByteMemory } from "../../src/core/ports"
import type { Fram } from "../drivers/fram"

/** A stretch of a FRAM. */
export class FramArea implements ByteMemory {
    readonly size: number
    private readonly fram: Fram
    private readonly start: number

    /** @param start offset in the FRAM, in bytes */
    constructor(fram: Fram, start: number, size: number) {
        this.fram = fram
        this.start = start
        this.size = size
    }

    async read(at: number, length: number): Promise<Buffer> {
        return await this.fram.read(this.start + at, length)
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        await this.fram.write(this.start + at, bytes)
    }
}
