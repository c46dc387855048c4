/**
 * The head of a record store: which places hold what counts. A place that it does not list holds nothing, whatever lies there; one that it
 * lists holds a record, even if no copy of it can be read any more.
 *
 * A place is listed by a word: in its lower half the tag of the record's name, which is not 0, and in its upper half the lower half of the copy's
 * generation. So a lost record is known by its name, and a place that holds an older copy than it should is known too.
 */
import { littleEndian32, putLittleEndian32 } from "../crypto/words"
import { crc32 } from "./crc32"
import { generationOf, putGeneration } from "./slot"

/** Offsets in the head's slot, in bytes: generation at 0 as in a header, kind, the words of places 1, 2 and so on. Numbers are little-endian. */
const KIND = 6
const LISTINGS = 7
/** Offset of the checksum of all before it, from the end. The last byte of the slot is spare. */
const CHECKSUM_FROM_END = 5

const KIND_HEAD = 0x48
/** Of a head under which what is not listed has to be overwritten yet. */
const KIND_CLEANING = 0x43

export interface Head {
    /** Of the last write that counts. */
    generation: number
    cleaning: boolean
    /** The word of each place, 0 for one that holds nothing; that of place 0 means nothing. */
    listings: number[]
}

/** @returns the bytes of a slot that holds the head */
export function encodeHead(slotBytes: number, { generation, cleaning, listings }: Head): Buffer {
    const bytes = Buffer.alloc(slotBytes)
    putGeneration(bytes, generation)
    bytes[KIND] = cleaning ? KIND_CLEANING : KIND_HEAD
    for (let place = 1; place < listings.length; place++) putLittleEndian32(bytes, offsetOf(place), listings[place])
    const end = slotBytes - CHECKSUM_FROM_END
    putLittleEndian32(bytes, end, crc32(bytes, 0, end))
    return bytes
}

/** @returns the head in a slot, or undefined if there is no sound one */
export function decodeHead(bytes: Buffer, places: number): Head | undefined {
    const end = bytes.length - CHECKSUM_FROM_END
    const cleaning = bytes[KIND] === KIND_CLEANING
    if (!cleaning && bytes[KIND] !== KIND_HEAD) return undefined
    if (crc32(bytes, 0, end) !== littleEndian32(bytes, end)) return undefined
    const listings = [0]
    for (let place = 1; place < places; place++) listings.push(littleEndian32(bytes, offsetOf(place)))
    return { generation: generationOf(bytes), cleaning, listings }
}

/** @returns the word for a place that holds a record of that name, written as that generation */
export function listingOf(name: string, generation: number): number {
    return (generation << 16) | tagOf(name)
}

/** Whether a copy of that generation is the one that is listed. */
export function isListedAs(listing: number, generation: number): boolean {
    return ((listing ^ (generation << 16)) & ~0xffff) === 0
}

/** Whether a record of that name may be the one that is listed; a record of any other name in the store is not. */
export function mayBear(listing: number, name: string): boolean {
    return (listing & 0xffff) === tagOf(name)
}

function tagOf(name: string): number {
    return crc32(Buffer.from(name), 0, name.length) & 0xffff || 1
}

function offsetOf(place: number): number {
    return LISTINGS + 4 * (place - 1)
}
