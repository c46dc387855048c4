/**
 * The head of a record store: which places hold what counts. A place that it does not list holds nothing, whatever lies there; one that it
 * lists holds a record, even if no copy of it can be read any more.
 *
 * A place is listed by a word: in its lower half the tag of the record's name, which is not 0, and in its upper half the lower half of the copy's
 * generation. So a lost record is known by its name, and a place that holds an older copy than it should is known too.
 */
import { littleEndian32, putLittleEndian32 } from "../crypto/words"
import { crc32 } from "./crc32"
import { putGeneration } from "./slot"

/** Offsets in the head's slot, in bytes: generation at 0 as in a header, kind, and from 7 on the words of places 1, 2 and so on, little-endian. */
export const HEAD_KIND = 6
const WORD_BYTES = 4
const BEFORE_WORDS = 7 - WORD_BYTES
export const TAG_MASK = 0xffff
/** Offset of the checksum of all before it, from the end. The last byte of the slot is spare. */
const CHECKSUM_FROM_END = 5

export enum HeadKind {
    Settled = 0x48,
    /** What is not listed has to be overwritten yet. */
    Cleaning = 0x43,
}

/** Puts the generation of the last write that counts into a head, and its checksum. */
export function sealHead(head: Buffer, generation: number): void {
    putGeneration(head, generation)
    const end = head.length - CHECKSUM_FROM_END
    putLittleEndian32(head, end, crc32(head, 0, end))
}

/** Whether a slot holds a sound head. */
export function isHead(bytes: Buffer): boolean {
    const kind = bytes[HEAD_KIND]
    if (kind !== HeadKind.Settled && kind !== HeadKind.Cleaning) return false
    const end = bytes.length - CHECKSUM_FROM_END
    return crc32(bytes, 0, end) === littleEndian32(bytes, end)
}

/** @returns how many places a head of that size can list, its own among them */
export function mostPlaces(slotBytes: number): number {
    return (slotBytes - CHECKSUM_FROM_END - BEFORE_WORDS) >> 2
}

/** @returns the word of a place, 0 for one that holds nothing */
export function listingAt(head: Buffer, place: number): number {
    return littleEndian32(head, BEFORE_WORDS + WORD_BYTES * place)
}

export function putListing(head: Buffer, place: number, listing: number): void {
    putLittleEndian32(head, BEFORE_WORDS + WORD_BYTES * place, listing)
}

/** Whether a copy of that generation is the one that is listed. */
export function isListedAs(listing: number, generation: number): boolean {
    return listing !== 0 && listing >> 16 === (generation << 16) >> 16
}

/** @returns 1 to 65,535 */
export function tagOf(name: string): number {
    return crc32(Buffer.from(name), 0, name.length) & TAG_MASK || 1
}
