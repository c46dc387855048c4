/** What the ATECC608B keeps without power: configuration zone and slots (DS20005927A, "EEPROM Organization"). */
import { z } from "zod"
import type { Random } from "../../random"

export const CONFIGURATION_BYTES = 128
export const SLOTS = 16
export const COUNTERS = 2
/** Five bits of a counter stand for its last 32 counts, sixteen for how often those were used up. */
export const COUNTER_LIMIT = 2_097_151
export const KEY_BYTES = 32
/** A private key is the end of the first 36 bytes of its slot. */
const KEY_PADDING_BYTES = 4

/** Offsets in the configuration zone. */
const OFFSET = {
    revision: 4,
    slotConfig: 20,
    counters: 52,
    lockValue: 86,
    lockConfig: 87,
    slotLocked: 88,
    keyConfig: 96,
}
const COUNTER_BYTES = 8
const UNLOCKED = 0x55
const LOCKED = 0x00
const P256_KEY = 4

/** Locks open, counters at 0, and the slots' configuration of DS20005927A, "Configuration Zone", default values. */
const AS_DELIVERED = [
    "0123000000006003 00000000ee01 0100 c000 0000",
    "8320 8720 8f20 c48f 8f8f 8f8f 9f8f af8f 0000 0000 0000 0000 0000 0000 0000 af8f",
    "ffffffff00000000 ffffffff00000000",
    "00000000000000000000000000000000 0000 5555 ffff 0000 00000000",
    "3300 3300 3300 1c00 1c00 1c00 1c00 1c00 3c00 3c00 3c00 3c00 3c00 3c00 3c00 1c00",
].join(" ")

/** Bytes a slot holds. */
const slotBytes = (slot: number) => (slot < 8 ? 36 : slot === 8 ? 416 : 72)

const hexOf = (bytes: number) => new RegExp(`^[0-9a-f]{${2 * bytes}}$`)

/** A part's memory as a file keeps it, private keys and all: lowercase hex. */
export const elementStateSchema = z.strictObject({
    configuration: z.string().regex(hexOf(CONFIGURATION_BYTES)),
    slots: z
        .array(z.string())
        .length(SLOTS)
        .refine(slots => slots.every((text, slot) => hexOf(slotBytes(slot)).test(text)), {
            error: "a slot is not hex, or has a wrong size",
        }),
})

export type ElementState = z.infer<typeof elementStateSchema>

/** What SlotConfig and KeyConfig say of a slot. */
export interface SlotRules {
    /** Holds a P-256 private key. */
    isPrivateKey: boolean
    isSecret: boolean
    signsExternal: boolean
    agrees: boolean
    /** The agreed secret may be sent in clear. */
    agreesInClear: boolean
    /** A new key may replace the old one after the data zone was locked. */
    regenerates: boolean
    /** May be written in clear after the data zone was locked. */
    writes: boolean
    tellsPublicKey: boolean
    lockable: boolean
}

export class ElementMemory {
    readonly configuration: Uint8Array
    readonly slots: readonly Uint8Array[]

    /** As delivered: unlocked, with a serial number of its own. */
    constructor(random: Random) {
        this.configuration = bytesOf(AS_DELIVERED.replaceAll(" ", ""))
        random.draw(this.configuration.subarray(2, OFFSET.revision))
        random.draw(this.configuration.subarray(8, 12))
        this.slots = Array.from({ length: SLOTS }, (_, slot) => new Uint8Array(slotBytes(slot)).fill(0xff))
    }

    get configurationLocked(): boolean {
        return this.configuration[OFFSET.lockConfig] !== UNLOCKED
    }

    get dataLocked(): boolean {
        return this.configuration[OFFSET.lockValue] !== UNLOCKED
    }

    get revision(): Uint8Array {
        return this.configuration.slice(OFFSET.revision, OFFSET.revision + 4)
    }

    lockConfiguration(): void {
        this.configuration[OFFSET.lockConfig] = LOCKED
    }

    lockData(): void {
        this.configuration[OFFSET.lockValue] = LOCKED
    }

    slotLocked(slot: number): boolean {
        return (this.configuration[OFFSET.slotLocked + (slot >> 3)] & (1 << (slot & 7))) === 0
    }

    lockSlot(slot: number): void {
        this.configuration[OFFSET.slotLocked + (slot >> 3)] &= ~(1 << (slot & 7))
    }

    rules(slot: number): SlotRules {
        const slotConfig = this.#word(OFFSET.slotConfig + 2 * slot)
        const keyConfig = this.#word(OFFSET.keyConfig + 2 * slot)
        const bit = (word: number, number: number) => ((word >> number) & 1) === 1
        return {
            isPrivateKey: bit(keyConfig, 0) && ((keyConfig >> 2) & 7) === P256_KEY,
            isSecret: bit(slotConfig, 7),
            signsExternal: bit(slotConfig, 0),
            agrees: bit(slotConfig, 2),
            agreesInClear: !bit(slotConfig, 3),
            regenerates: bit(slotConfig, 13),
            writes: slotConfig >> 12 === 0,
            tellsPublicKey: bit(keyConfig, 1),
            lockable: bit(keyConfig, 5),
        }
    }

    /** The private key's place in a slot. */
    key(slot: number): Uint8Array {
        return this.slots[slot].subarray(KEY_PADDING_BYTES, KEY_PADDING_BYTES + KEY_BYTES)
    }

    /**
     * Counts are kept twice, as strings of bits that are cleared one by one and a number of rounds of 32 each, half a round apart, so
     * that one of the two is always whole.
     */
    counter(counter: number): number {
        const at = this.#counterAt(counter)
        const [clearedA, clearedB] = [0, 2].map(offset => Math.clz32(this.#wordBigEndian(at + offset)) - 16)
        const rounds = this.#wordBigEndian(at + 4)
        return 32 * rounds + (clearedA < 16 ? clearedA : 16 + clearedB)
    }

    setCounter(counter: number, count: number): void {
        const view = new DataView(this.configuration.buffer)
        const at = this.#counterAt(counter)
        const later = Math.max(0, count - 16)
        view.setUint16(at, 0xffff >> Math.min(16, count % 32))
        view.setUint16(at + 2, 0xffff >> Math.min(16, later % 32))
        view.setUint16(at + 4, count >> 5)
        view.setUint16(at + 6, later >> 5)
    }

    save(): ElementState {
        return { configuration: hexText(this.configuration), slots: this.slots.map(hexText) }
    }

    /** Makes it the part that the state was saved of. */
    load(state: ElementState): void {
        this.configuration.set(bytesOf(state.configuration))
        for (const [slot, text] of state.slots.entries()) this.slots[slot].set(bytesOf(text))
    }

    #counterAt(counter: number): number {
        return OFFSET.counters + COUNTER_BYTES * counter
    }

    #word(at: number): number {
        return this.configuration[at] | (this.configuration[at + 1] << 8)
    }

    #wordBigEndian(at: number): number {
        return (this.configuration[at] << 8) | this.configuration[at + 1]
    }
}

const hexText = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "hex"))
