/**
 * I2C FRAM MB85RC256V (Fujitsu DS501-00017): 32 KiB at address 0x50, two address bytes, no erase, no write delay, 10^12 cycles a byte.
 * Every byte is stored as it is clocked in, so a power cut leaves a prefix of the write.
 */
import { z } from "zod"
import { type PowerCut, PowerCutter } from "../power-cut"
import type { Json } from "../trace"
import { type Actions, action, actionWith, check, perform } from "./actions"
import type { I2cTarget, Memory, Part, PartContext } from "./part"

export const FRAM_BYTES = 32768
const ADDRESS_MASK = FRAM_BYTES - 1
const ADDRESS_BYTES = 2
/** Bit 0 of byte 0 first. */
const bitNumber = z
    .int()
    .min(0)
    .max(8 * FRAM_BYTES - 1)

/** Actions: `unplug`, `plug`; `hold` (a line of the bus stays low: the controller waits for ever), `let-go`; `flip` (a bit, by its number). */
export class Fram implements Part, I2cTarget, Memory {
    readonly kind = "fram"
    readonly address: number
    /** Contents. They outlive power. */
    readonly bytes = new Uint8Array(FRAM_BYTES)
    readonly #context: PartContext
    readonly #cutter = new PowerCutter()
    #powered = false
    #plugged = true
    #held = false
    /** Address counter: it stands behind the last byte read or written, and wraps around at the end of the memory. */
    #counter = 0

    readonly #actions: Actions = {
        unplug: action(() => {
            this.#plugged = false
        }),
        plug: action(() => {
            this.#plugged = true
        }),
        hold: action(() => {
            this.#held = true
        }),
        "let-go": action(() => {
            this.#held = false
        }),
        flip: actionWith(bitNumber, bit => {
            this.bytes[bit >> 3] ^= 1 << (bit & 7)
        }),
    }

    constructor(context: PartContext, address: number) {
        this.#context = context
        this.address = address
    }

    get holdsBus(): boolean {
        return this.#held
    }

    /** Writes so far: transactions that stored at least one byte, or would have but for a power cut. */
    get operations(): number {
        return this.#cutter.operations
    }

    /** Cuts the power at one write to come, counted as `operations` counts; undefined takes that back. */
    cutPowerAt(cut: PowerCut | undefined): void {
        this.#cutter.arm(cut)
    }

    setPower(on: boolean): void {
        this.#powered = on
        // Datasheet: the address counter is undefined after power-on.
        if (on) this.#counter = this.#context.random.below(FRAM_BYTES)
    }

    /** @throws PowerLost if a cut was armed for this write; then none, some or all of its bytes are stored */
    transfer(write: Uint8Array, readLength: number): Uint8Array | undefined {
        if (!this.#powered || !this.#plugged) return undefined
        if (write.length >= ADDRESS_BYTES) this.#counter = ((write[0] << 8) | write[1]) & ADDRESS_MASK
        const data = write.subarray(ADDRESS_BYTES)
        if (data.length > 0)
            this.#cutter.perform(
                () => this.#store(data),
                () => this.#store(data.subarray(0, this.#context.random.below(data.length + 1))),
            )
        return new Uint8Array(readLength).map(() => this.bytes[this.#next()])
    }

    /** @returns its bytes in base64 */
    save(): string {
        return Buffer.from(this.bytes).toString("base64")
    }

    load(state: Json): void {
        const bytes = Buffer.from(String(state), "base64")
        if (bytes.length !== FRAM_BYTES) throw new Error(`${this.#context.name}: ${bytes.length} bytes are no FRAM's`)
        this.bytes.set(bytes)
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, this.#actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, this.#actions, name, argument)
    }

    observe(): Record<string, Json> {
        return { present: this.#powered && this.#plugged && !this.#held, writes: this.operations }
    }

    #store(data: Uint8Array): void {
        for (const byte of data) this.bytes[this.#next()] = byte
    }

    #next(): number {
        const at = this.#counter
        this.#counter = (at + 1) & ADDRESS_MASK
        return at
    }
}
