import type { Pause } from "../ports"
import { requireBytes } from "./require-bytes"
import { putBigEndian32 } from "./words"

/**
 * A hash in the Merkle-Damgård form of FIPS 180-4: collects input into blocks, compresses each, pads the last. For one
 * use: any number of `update`, then `digest`. Neither pauses; `updatePaced` and `digestPaced` do.
 */
export abstract class BlockHash {
    /** In bytes: 64 or 128. */
    readonly blockLength: number
    private pending: Buffer
    private pendingLength = 0
    private totalLength = 0
    private padded = false
    private finished = false

    constructor(blockLength: number) {
        this.blockLength = blockLength
        this.pending = Buffer.alloc(blockLength)
    }

    /**
     * Appends `data`.
     * @throws TypeError if it is no Buffer, Error after `pad` or `digest`
     */
    update(data: Buffer): this {
        requireBytes(data, "data")
        if (this.padded) throw new Error("the input of this hash has ended: make a new one for other data")
        this.totalLength += data.length
        let at = 0
        if (this.pendingLength > 0) {
            at = Math.min(this.blockLength - this.pendingLength, data.length)
            this.pending.set(data.slice(0, at), this.pendingLength)
            this.pendingLength += at
            if (this.pendingLength < this.blockLength) return this
            this.compress(this.pending, 0)
            this.pendingLength = 0
        }
        for (; at + this.blockLength <= data.length; at += this.blockLength) this.compress(data, at)
        if (at < data.length) {
            this.pending.set(data.slice(at, data.length), 0)
            this.pendingLength = data.length - at
        }
        return this
    }

    /** Ends the input. `digest` does so too; called before it, this takes one of its two possible compressions. */
    pad(): void {
        if (this.padded) return
        this.padded = true
        this.pending[this.pendingLength] = 0x80
        this.clearPendingFrom(this.pendingLength + 1)
        // The length field is an eighth of a block: 64 bits in SHA-256, 128 in SHA-512.
        if (this.pendingLength >= this.blockLength - this.blockLength / 8) {
            this.compress(this.pending, 0)
            this.clearPendingFrom(0)
        }
    }

    /**
     * Ends the input and returns its hash. The object is spent, and holds nothing of the input any more.
     * @throws Error the second time
     */
    digest(): Buffer {
        if (this.finished) throw new Error("this hash is finished: make a new one for other data")
        this.finished = true
        this.pad()
        // The length in bits. No input is long enough for more than 64 of them.
        putBigEndian32(this.pending, this.blockLength - 8, Math.floor(this.totalLength / 0x2000_0000))
        putBigEndian32(this.pending, this.blockLength - 4, this.totalLength << 3)
        this.compress(this.pending, 0)
        this.clearPendingFrom(0)
        return this.output()
    }

    /** Compresses the block that begins at `data[at]`. */
    protected abstract compress(data: Buffer, at: number): void

    /** Returns the state as bytes and forgets it. */
    protected abstract output(): Buffer

    private clearPendingFrom(from: number): void {
        for (let i = from; i < this.blockLength; i++) this.pending[i] = 0
    }
}

/** `hash.update(data)`, with a pause before each block. `data` has to stay as it is until it is done. */
export async function updatePaced(hash: BlockHash, data: Buffer, pause: Pause): Promise<void> {
    requireBytes(data, "data")
    for (let at = 0; at < data.length; at += hash.blockLength) {
        await pause()
        hash.update(data.slice(at, Math.min(at + hash.blockLength, data.length)))
    }
}

/** `hash.digest()`, with pauses around its blocks. */
export async function digestPaced(hash: BlockHash, pause: Pause): Promise<Buffer> {
    await pause()
    hash.pad()
    await pause()
    const digest = hash.digest()
    await pause()
    return digest
}
