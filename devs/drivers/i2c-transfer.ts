import * as ds from "@devicescript/core"
import { carry } from "../pause"

type RuntimeI2c = typeof ds & {
    _i2cTransaction(address: number, write: Buffer, read: Buffer | undefined): Promise<number>
}

/**
 * Writes, and then reads, in one transaction, after a pause if much went over the bus without one. It is the runtime's own call: the class that
 * `@devicescript/i2c` has around it would bring its other methods into every program, 0.7 KB.
 * @param address 7 bits
 * @returns the bytes read, or undefined if nobody acknowledges
 */
export async function i2cTransfer(address: number, write: Buffer, readLength: number): Promise<Buffer | undefined> {
    await carry(write.length + readLength)
    const read = readLength > 0 ? Buffer.alloc(readLength) : undefined
    const status = await (ds as RuntimeI2c)._i2cTransaction(address, write, read)
    return status === 0 ? read || hex`` : undefined
}
