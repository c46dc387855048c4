/**
 * I2C FRAM MB85RC256V (Fujitsu DS501-00017): 32 KiB at address 0x50, two address bytes, no erase, no write delay, 10^12 cycles a byte.
 * Every byte is stored as it is clocked in, so a power cut leaves a prefix of the write.
 */
import { z } from "zod"
import { type PowerCut, PowerCutter } from "../power-cut"
import type { Json } from "../trace"
import { type Actions, action, actionWith, check, perform } from "./actions"
import { FRAM_BYTES, FRAM_SIZES, FramCells } from "./fram-cells"
import type { I2cTarget, Memory, Part, PartContext } from "./part"

export { FRAM_BYTES }

const ADDRESS_BYTES = 2
/** Bit 0 of byte 0 first. */
const bitNumber = z
    .int()
    .min(0)
    .max(8 * FRAM_BYTES - 1)
const byteValue = z.int().min(0).max(0xff)
const stuckBit = z.strictObject({ bit: bitNumber, level: z.literal([0, 1]) })

/**
 * Actions, each with what takes it back: `move` (its pins A0 to A2 give it another address), `move` to the right one; `unplug` (it
 * acknowledges nothing), `plug`; `hold` (a line of the bus stays low: the controller waits for ever), `let-go`; `protect` (WP is high: it
 * acknowledges what is written and keeps nothing), `unprotect`; `go-stale` (it reads as it does now, whatever is written), `refresh`;
 * `stick` (a bit, by its number, to a level), `loosen` all such; `fit` a part of so many bytes, `fit` the right one. For good: `flip` (a
 * bit, by its number), `fill` (all bytes with one value), and `remember` an image to `recall` it later.
 */
export class Fram implements Part, I2cTarget, Memory {
    readonly kind = "fram"
    #address: number
    readonly #cells = new FramCells()
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
        move: actionWith(z.int().min(0x50).max(0x57), address => {
            this.#address = address
        }),
        flip: actionWith(bitNumber, bit => {
            this.bytes[bit >> 3] ^= 1 << (bit & 7)
        }),
        fill: actionWith(byteValue, value => void this.bytes.fill(value)),
        protect: action(() => {
            this.#cells.protected = true
        }),
        unprotect: action(() => {
            this.#cells.protected = false
        }),
        "go-stale": action(() => this.#cells.goStale()),
        refresh: action(() => this.#cells.refresh()),
        stick: actionWith(stuckBit, stuck => this.#cells.stick(stuck)),
        loosen: action(() => this.#cells.loosen()),
        fit: actionWith(z.literal(FRAM_SIZES), size => {
            this.#cells.size = size
        }),
        remember: action(() => this.#cells.remember()),
        recall: action(() => this.#cells.recall()),
    }

    constructor(context: PartContext, address: number) {
        this.#context = context
        this.#address = address
    }

    /** 7 bits. */
    get address(): number {
        return this.#address
    }

    /** What was stored, whatever is wrong with reading it. It outlives power. */
    get bytes(): Uint8Array {
        return this.#cells.bytes
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
        if (write.length >= ADDRESS_BYTES) this.#counter = this.#cells.wrap((write[0] << 8) | write[1])
        const data = write.subarray(ADDRESS_BYTES)
        if (data.length > 0)
            this.#cutter.perform(
                () => this.#store(data),
                () => this.#store(data.subarray(0, this.#context.random.below(data.length + 1))),
            )
        return new Uint8Array(readLength).map(() => this.#cells.read(this.#next()))
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
        for (const byte of data) this.#cells.store(this.#next(), byte)
    }

    #next(): number {
        const at = this.#counter
        this.#counter = this.#cells.wrap(at + 1)
        return at
    }
}
