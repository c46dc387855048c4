/**
 * MB85RC256V: 32 KiB of FRAM behind I2C. Bytes are kept as they are clocked in; there is nothing to erase and nothing to wait for.
 * Fujitsu datasheet DS501-00017: "Byte Write", "Page Write", "Random Read".
 */
import { joinBytes } from "../../src/core/crypto/join-bytes"
import { MEMORY_AT, PartFault } from "../../src/core/diagnosis/part-fault"
import { StoreError } from "../../src/core/store/store-error"
import { pause } from "../pause"
import { i2cTransfer } from "./i2c-transfer"
import { noteAnswer, noteFault } from "./part-faults"

/** 7-bit address with the pins A0 to A2 low. */
export const FRAM_ADDRESS = 0x50

/** Size in bytes. */
const FRAM_BYTES = 32_768
/** Size of the smallest part of the family that is addressed in the same way. */
const SMALLEST_BYTES = 4096
/** What is transferred at a time: a cell of the event log, or half a slot of the records. */
const PIECE_BYTES = 72
/** What is no longer than a slot's header is looked at without a pause before: a mount reads dozens. */
const SHORT_BYTES = 32

/** The FRAM does not acknowledge, does not keep what is written to it, or is too small. Whatever is thrown is noted, too. */
export class FramError extends StoreError {
    /** @param detail of something that was not kept its offset, of a part that is too small its size, both in 256 bytes */
    constructor(fault: PartFault, address: number, detail: number, message: string) {
        super("memory", `FRAM at address ${address} ${message} (${fault}, ${detail})`)
        noteFault(MEMORY_AT, fault, address, detail)
    }
}

export class Fram {
    private readonly address: number

    /** @param address 7-bit I2C address, 0x50 to 0x57 */
    constructor(address: number = FRAM_ADDRESS) {
        this.address = address
    }

    /**
     * Reads `length` bytes from offset `at`. Others run meanwhile, and may write. In the end there is a pause, unless it is little: what was read
     * is looked at next.
     * @throws FramError
     */
    async read(at: number, length: number): Promise<Buffer> {
        const bytes = Buffer.alloc(length)
        for (let done = 0; done < length; done += PIECE_BYTES)
            bytes.set(await this.transfer(offsetBytes(at + done), Math.min(PIECE_BYTES, length - done)), done)
        if (length > SHORT_BYTES) await pause()
        return bytes
    }

    /**
     * Writes `bytes` from offset `at` on, piece after piece, and reads them back: a part whose write-protect pin is high acknowledges all and
     * keeps nothing. Others run meanwhile, and once it is read back.
     * @throws FramError
     */
    async write(at: number, bytes: Buffer): Promise<void> {
        for (let done = 0; done < bytes.length; done += PIECE_BYTES) {
            const piece = bytes.slice(done, Math.min(done + PIECE_BYTES, bytes.length))
            const offset = offsetBytes(at + done)
            await this.transfer(joinBytes([offset, piece]), 0)
            if ((await this.transfer(offset, piece.length)).toString("hex") !== piece.toString("hex"))
                throw new FramError(
                    PartFault.NotKept,
                    this.address,
                    (at + done) >> 8,
                    "does not keep what is written: see its WP pin, or replace it",
                )
            await pause()
        }
    }

    /**
     * Proves that the part has 32 KiB. A smaller one answers at all addresses, and has the same bytes again at higher ones: what is written
     * over there would be written over the records.
     * @param spare offset of a byte that holds nothing, below 4096
     * @throws FramError
     */
    async proveSize(spare: number): Promise<void> {
        let value = (await this.read(spare, 1))[0]
        // The distances at which the same byte may lie again: at each of them another has to be seen once.
        let repeats = FRAM_BYTES - SMALLEST_BYTES
        for (let time = 0; time < 2; time++) {
            value ^= 0xff
            await this.write(spare, Buffer.from([value]))
            for (let bytes = SMALLEST_BYTES; bytes < FRAM_BYTES; bytes *= 2)
                if ((await this.read(spare + bytes, 1))[0] !== value) repeats &= ~bytes
        }
        if (repeats !== 0)
            throw new FramError(
                PartFault.TooSmall,
                this.address,
                (repeats & -repeats) >> 8,
                "is too small: fit one of 32768 bytes",
            )
    }

    private async transfer(write: Buffer, readLength: number): Promise<Buffer> {
        const bytes = await i2cTransfer(this.address, write, readLength)
        if (!bytes) throw new FramError(PartFault.NoAnswer, this.address, 0, "does not answer")
        noteAnswer(MEMORY_AT)
        return bytes
    }
}

/** Offsets go out most significant byte first. */
function offsetBytes(at: number): Buffer {
    return Buffer.from([at >> 8, at & 0xff])
}
