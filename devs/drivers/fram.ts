/**
 * MB85RC256V: 32 KiB of FRAM behind I2C. Bytes are kept as they are clocked in; there is nothing to erase and nothing to wait for.
 * Fujitsu datasheet DS501-00017: "Byte Write", "Page Write", "Random Read".
 */
import { joinBytes } from "../../src/core/crypto/join-bytes"
import { MEMORY_AT, PartFault } from "../../src/core/diagnosis/part-fault"
import { i2cTransfer } from "./i2c-transfer"
import { noteAnswer, noteFault } from "./part-faults"

/** 7-bit address with the pins A0 to A2 low. */
export const FRAM_ADDRESS = 0x50

/** The FRAM does not do it. Whatever is thrown is noted, too. */
export class FramError extends Error {
    /** @param address where it was looked for */
    constructor(fault: PartFault, address: number) {
        super(`FRAM at address ${address}: fault ${fault}`)
        this.name = "FramError"
        noteFault(MEMORY_AT, fault, address, 0)
    }
}

export class Fram {
    private readonly address: number

    /** @param address 7-bit I2C address, 0x50 to 0x57 */
    constructor(address: number = FRAM_ADDRESS) {
        this.address = address
    }

    /**
     * Reads `length` bytes from offset `at`. At 400 kHz 32 bytes take 1.4 ms, during which the runtime does nothing else.
     * @throws FramError
     */
    async read(at: number, length: number): Promise<Buffer> {
        return await this.transfer(offsetBytes(at), length)
    }

    /**
     * Writes `bytes` from offset `at` on.
     * @throws FramError
     */
    async write(at: number, bytes: Buffer): Promise<void> {
        await this.transfer(joinBytes([offsetBytes(at), bytes]), 0)
    }

    private async transfer(write: Buffer, readLength: number): Promise<Buffer> {
        const bytes = await i2cTransfer(this.address, write, readLength)
        if (!bytes) throw new FramError(PartFault.NoAnswer, this.address)
        noteAnswer(MEMORY_AT)
        return bytes
    }
}

/** Offsets go out most significant byte first. */
function offsetBytes(at: number): Buffer {
    return Buffer.from([at >> 8, at & 0xff])
}
