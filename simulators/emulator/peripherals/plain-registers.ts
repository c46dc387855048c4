import { BasePeripheral } from "rp2040js"

/** Registers that keep what is written to them, and do nothing. */
export class PlainRegisters extends BasePeripheral {
    readonly #values = new Map<number, number>()

    override readUint32(offset: number): number {
        return this.#values.get(offset) ?? 0
    }

    override writeUint32(offset: number, value: number): void {
        this.#values.set(offset, value >>> 0)
    }
}
