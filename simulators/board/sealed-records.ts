/**
 * Reads a device's sealed records without waiting, as the stage in front of the runtime has to: what `RecordStore` and `SealedStore` of
 * `src/core` write, by the same heads, slots and seals. It writes nothing, so it makes no second copy and finishes no interrupted write or erasure.
 */
import { createHmac } from "node:crypto"
import { ROOT_BYTES, ROOT_RECORD, SEAL_BYTES, sealInput, sealKeyInput } from "../../src/core/identity/sealed-store"
import { isHead, isListedAs, listingAt, TAG_MASK, tagOf } from "../../src/core/store/head"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { decodeHeader, decodeValue, generationOf, HEADER_BYTES, type Header } from "../../src/core/store/slot"

/** Reads from the device's memory. @throws NoAnswer */
export type ReadMemory = (at: number, bytes: number) => Buffer

/** A memory, or an element, does not answer, or not with what was written to it. */
export class NoAnswer extends Error {}

/** A record is there, and neither of its copies can be read, or its seal is not this device's. */
export const DAMAGED = "damaged"

const PLACES = RECORD_SLOTS / 2

/** A copy of a record that counts. */
interface Copy extends Header {
    slot: number
}

export class SealedRecords {
    readonly #read: ReadMemory
    /** The copies of each record by name, that of the lower slot first. */
    readonly #copies = new Map<string, Copy[]>()
    /** Tags of records that are listed, and of which there is no copy. */
    readonly #lost: number[] = []
    readonly #key: Buffer | undefined

    /**
     * Reads the head, and the header of every slot.
     * @param deviceId of the chip, 16 hex digits
     * @throws NoAnswer
     */
    constructor(read: ReadMemory, deviceId: string) {
        this.#read = read
        const head = this.#head()
        if (!head) return
        const newer: Copy[] = []
        for (let place = 1; place < PLACES; place++) {
            const listing = listingAt(head, place)
            const copies = this.#headersAt(place)
            const listed = copies.filter(({ generation }) => isListedAs(listing, generation))
            newer.push(...copies.filter(({ generation }) => generation > generationOf(head)))
            if (listed.length > 0) this.#copies.set(listed[0].name, listed)
            else if (listing !== 0) this.#lost.push(listing & TAG_MASK)
        }
        if (newer.length > 0) this.#finishWrite(head, newer)
        const root = this.#value(ROOT_RECORD)
        const isRoot = Buffer.isBuffer(root) && root.length === ROOT_BYTES
        this.#key = isRoot ? hmac(root, sealKeyInput(Buffer.from(deviceId, "hex"))) : undefined
    }

    /** Whether nothing was ever kept in the memory but perhaps the record of this name: as `RecordStore.holdsOnly`. */
    holdsOnly(name: string): boolean {
        return this.#lost.length === 0 && [...this.#copies.keys()].every(found => found === name)
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

    /** The newer of the sound heads; undefined in a memory that was never begun with. */
    #head(): Buffer | undefined {
        const slot = (number: number) => this.#read(number * SLOT_BYTES, SLOT_BYTES)
        const heads = [slot(0), slot(1)].filter(isHead)
        heads.sort((a, b) => generationOf(b) - generationOf(a))
        if (heads.length > 0) return heads[0]
        const blank = slot(2)
        for (let number = 3; number < RECORD_SLOTS; number++)
            if (!slot(number).equals(blank)) throw new NoAnswer("the head of the records is damaged")
        return undefined
    }

    #headersAt(place: number): Copy[] {
        const headers = [0, 1].map(copy => {
            const slot = 2 * place + copy
            const header = decodeHeader(this.#read(slot * SLOT_BYTES, HEADER_BYTES))
            return header && { ...header, slot }
        })
        return headers.filter(header => header !== undefined)
    }

    /** A write that the head does not know of counts if it was complete; of two, the head is an older one than there was. */
    #finishWrite(head: Buffer, newer: readonly Copy[]): void {
        const [{ generation, slot, name }] = newer
        const place = slot >> 1
        const isNext = newer.every(copy => copy.generation === generation && copy.slot >> 1 === place)
        if (!isNext || generation !== generationOf(head) + 1 || listingAt(head, place) !== 0)
            throw new NoAnswer("the memory returns an older head than was written")
        const sound = newer.filter(copy => copy.name === name && this.#valueOf(copy))
        if (sound.length === 0) return
        if (!this.#copies.has(name) && this.#lost.includes(tagOf(name)))
            this.#lost.splice(this.#lost.indexOf(tagOf(name)), 1)
        this.#copies.set(name, sound)
    }

    /** Of the first copy that is sound. */
    #value(name: string): Buffer | typeof DAMAGED | undefined {
        const copies = this.#copies.get(name)
        if (!copies) return this.#lost.includes(tagOf(name)) ? DAMAGED : undefined
        for (const copy of copies) {
            const value = this.#valueOf(copy)
            if (value) return value
        }
        return DAMAGED
    }

    #valueOf(copy: Copy): Buffer | undefined {
        return decodeValue(this.#read(copy.slot * SLOT_BYTES, SLOT_BYTES))
    }
}

function hmac(key: Buffer, parts: Buffer[]): Buffer {
    const mac = createHmac("sha256", key)
    for (const part of parts) mac.update(part)
    return mac.digest()
}
