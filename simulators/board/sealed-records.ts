/**
 * Reads a device's sealed records without waiting, as the stage in front of the runtime has to: what `RecordStore` and `SealedStore` of
 * `src/core` write, by the same slots and seals. It writes nothing, so it repairs nothing and finishes no interrupted erasure.
 */
import { createHmac } from "node:crypto"
import { ROOT_RECORD, SEAL_BYTES, sealInput, sealKeyInput } from "../../src/core/identity/sealed-store"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { checkValue, decodeTrailer, isBlankTrailer, TRAILER_BYTES, type Trailer } from "../../src/core/store/slot"

/** Reads from the device's memory. @throws NoAnswer */
export type ReadMemory = (at: number, bytes: number) => Buffer

/** A memory, or an element, does not answer. */
export class NoAnswer extends Error {}

/** A record is there, and neither of its copies can be read, or its seal is not this device's. */
export const DAMAGED = "damaged"

/** One copy of a record. */
interface Copy extends Trailer {
    slot: number
}

export class SealedRecords {
    readonly #read: ReadMemory
    /** The copies of each record by name, newest first. */
    readonly #copies = new Map<string, Copy[]>()
    readonly #key: Buffer | undefined
    /** Slots that hold no copy and are not blank. */
    #torn = 0

    /**
     * Reads the trailer of every slot.
     * @param deviceId of the chip, 16 hex digits
     * @throws NoAnswer
     */
    constructor(read: ReadMemory, deviceId: string) {
        this.#read = read
        for (let slot = 0; slot < RECORD_SLOTS; slot++) {
            const bytes = read((slot + 1) * SLOT_BYTES - TRAILER_BYTES, TRAILER_BYTES)
            const trailer = decodeTrailer(bytes, 0)
            if (!trailer) {
                if (!isBlankTrailer(bytes, 0)) this.#torn++
                continue
            }
            const copies = this.#copies.get(trailer.name) ?? []
            this.#copies.set(trailer.name, [...copies, { ...trailer, slot }])
        }
        for (const copies of this.#copies.values()) copies.sort((a, b) => b.generation - a.generation)
        const root = this.#value(ROOT_RECORD)
        this.#key = Buffer.isBuffer(root) ? hmac(root, sealKeyInput(Buffer.from(deviceId, "hex"))) : undefined
    }

    /** Whether nothing was ever kept in the memory but perhaps the record of this name: as `RecordStore.isBlank`. */
    isBlank(name: string): boolean {
        return this.#torn <= 1 && [...this.#copies.keys()].every(found => found === name)
    }

    /** @returns the record without its seal; undefined if there is none. @throws NoAnswer */
    get(name: string): Buffer | typeof DAMAGED | undefined {
        const record = this.#value(name)
        if (!Buffer.isBuffer(record)) return record
        const end = record.length - SEAL_BYTES
        if (!this.#key || end < 0) return DAMAGED
        const value = record.subarray(0, end)
        const seal = hmac(this.#key, sealInput(name, value)).subarray(0, SEAL_BYTES)
        return seal.equals(record.subarray(end)) ? value : DAMAGED
    }

    /** Of the newest copy, or of the one before it if the newest is damaged. */
    #value(name: string): Buffer | typeof DAMAGED | undefined {
        const copies = this.#copies.get(name)
        if (!copies || copies[0].erased) return undefined
        for (const { slot } of copies.slice(0, 2)) {
            const bytes = this.#read(slot * SLOT_BYTES, SLOT_BYTES)
            const trailer = decodeTrailer(bytes, SLOT_BYTES - TRAILER_BYTES)
            if (!trailer || trailer.length > SLOT_BYTES - TRAILER_BYTES) continue
            if (checkValue(bytes, trailer) !== "damaged") return bytes.subarray(0, trailer.length)
        }
        return DAMAGED
    }
}

function hmac(key: Buffer, parts: Buffer[]): Buffer {
    const mac = createHmac("sha256", key)
    for (const part of parts) mac.update(part)
    return mac.digest()
}
