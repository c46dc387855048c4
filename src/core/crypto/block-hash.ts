import type { Pause } from "../ports"
import { requireBytes } from "./require-bytes"
import { wipe } from "./wipe"
import { putBigEndian32 } from "./words"

/**
 * A hash in the Merkle-Damgård form of FIPS 180-4: collects input into blocks, compresses each, pads the last. For one
 * use: any number of `update`, one after the other, then `digest`. Both pause.
 */
export abstract class BlockHash {
    /** In bytes: 64 or 128. */
    private readonly blockLength: number
    private readonly pending: Buffer
    private pendingLength = 0
    private totalLength = 0
    private finished = false

    constructor(blockLength: number) {
        this.blockLength = blockLength
        this.pending = Buffer.alloc(blockLength)
    }

    /**
     * Appends `data`, which has to stay as it is until that is done.
     * @throws TypeError if it is no Buffer, Error after `digest`
     */
    async update(data: Buffer, pause: Pause): Promise<void> {
        requireBytes(data, "data")
        if (this.finished) throw new Error("the input of this hash has ended: make a new one for other data")
        this.totalLength += data.length
        let at = 0
        while (at < data.length) {
            const end = Math.min(at + this.blockLength - this.pendingLength, data.length)
            this.pending.set(data.slice(at, end), this.pendingLength)
            this.pendingLength += end - at
            at = end
            if (this.pendingLength === this.blockLength) await this.compressPending(pause)
        }
    }

    /**
     * Ends the input and returns its hash. The object is spent, and holds nothing of the input any more.
     * @throws Error the second time
     */
    async digest(pause: Pause): Promise<Buffer> {
        if (this.finished) throw new Error("this hash is finished: make a new one for other data")
        this.finished = true
        this.pending[this.pendingLength] = 0x80
        // The length field is an eighth of a block: 64 bits in SHA-256, 128 in SHA-512.
        if (this.pendingLength >= this.blockLength - this.blockLength / 8) await this.compressPending(pause)
        // The length in bits. No input is long enough for more than 64 of them.
        putBigEndian32(this.pending, this.blockLength - 8, Math.floor(this.totalLength / 0x2000_0000))
        putBigEndian32(this.pending, this.blockLength - 4, this.totalLength << 3)
        await this.compressPending(pause)
        const hash = this.output()
        await pause()
        return hash
    }

    /** Compresses a block, pausing before and after. */
    protected abstract compress(block: Buffer, pause: Pause): Promise<void>

    /** Returns the state as bytes and forgets it. */
    protected abstract output(): Buffer

    private async compressPending(pause: Pause): Promise<void> {
        await this.compress(this.pending, pause)
        wipe(this.pending)
        this.pendingLength = 0
    }
}
