/**
 * One copy of a record, as it lies in a slot: the value at the start, and at the end a trailer that says whose value it is.
 * A slot is written from its start, so a whole trailer means a whole value, and a reader that wants only to know what there is reads
 * the trailers alone.
 */
import { checkAndRepair, crc32, type Soundness } from "./crc32"

/** Size of the trailer in bytes. */
export const TRAILER_BYTES = 32
/** Longest name in bytes. */
export const NAME_BYTES = 16
/** Generations are counted in 48 bits. A FRAM wears out (10^12 writes a cell, 64 cells in turn) before that overflows. */
export const MAX_GENERATION = 0xffff_ffff_ffff

/** Offsets of the fields in the trailer, in bytes. Numbers are little-endian. */
const GENERATION = 0
const KIND = 6
const LENGTH = 7
const VALUE_CHECKSUM = 8
const NAME = 12
const TRAILER_CHECKSUM = 28

/** Neither is 0x00 or 0xFF, so a memory that was never written holds none. */
const KIND_VALUE = 0x56
const KIND_ERASED = 0x45

export interface Trailer {
    name: string
    /** Rises by one with every write to the memory. */
    generation: number
    /** The record is gone, and its older copies are to be overwritten. */
    erased: boolean
    /** Size of the value in bytes. */
    length: number
    valueChecksum: number
    /** Whether a flipped bit was put right. */
    repaired: boolean
}

/** @returns the bytes of a slot that holds `value`, or the mark of an erased record if there is none */
export function encodeSlot(slotBytes: number, name: string, generation: number, value: Buffer | undefined): Buffer {
    const bytes = Buffer.alloc(slotBytes)
    if (value) bytes.set(value, 0)
    const at = slotBytes - TRAILER_BYTES
    const length = value ? value.length : 0
    // Not `%`: on the device that is a remainder of 32-bit integers.
    put32(bytes, at + GENERATION, generation >>> 0)
    put16(bytes, at + GENERATION + 4, Math.floor(generation / 0x1_0000_0000))
    bytes[at + KIND] = value ? KIND_VALUE : KIND_ERASED
    bytes[at + LENGTH] = length
    put32(bytes, at + VALUE_CHECKSUM, crc32(bytes, 0, length))
    bytes.set(Buffer.from(name), at + NAME)
    put32(bytes, at + TRAILER_CHECKSUM, crc32(bytes, at, TRAILER_CHECKSUM))
    return bytes
}

/** @returns the trailer that begins at offset `at`, or undefined if there is no whole one; what a power cut left behind is none */
export function decodeTrailer(bytes: Buffer, at: number): Trailer | undefined {
    if (isBlankTrailer(bytes, at)) return undefined
    const soundness = checkAndRepair(bytes, at, TRAILER_CHECKSUM, get32(bytes, at + TRAILER_CHECKSUM))
    const kind = bytes[at + KIND]
    if (soundness === "damaged" || (kind !== KIND_VALUE && kind !== KIND_ERASED)) return undefined
    let end = at + NAME
    while (end < at + NAME + NAME_BYTES && bytes[end] !== 0) end++
    return {
        name: bytes.slice(at + NAME, end).toString(),
        generation: get16(bytes, at + GENERATION + 4) * 0x1_0000_0000 + (get32(bytes, at + GENERATION) >>> 0),
        erased: kind === KIND_ERASED,
        length: bytes[at + LENGTH],
        valueChecksum: get32(bytes, at + VALUE_CHECKSUM),
        repaired: soundness === "repaired",
    }
}

/** Checks the value of the slot that `trailer` belongs to, and puts a single flipped bit right. */
export function checkValue(bytes: Buffer, trailer: Trailer): Soundness {
    return checkAndRepair(bytes, 0, trailer.length, trailer.valueChecksum)
}

/** Equal bytes: of slots that were never written or have been overwritten. It spares them the checksum. */
export function isBlankTrailer(bytes: Buffer, at: number): boolean {
    for (let i = at + 1; i < at + TRAILER_BYTES; i++) if (bytes[i] !== bytes[at]) return false
    return true
}

function put16(bytes: Buffer, at: number, value: number): void {
    bytes[at] = value & 0xff
    bytes[at + 1] = (value >> 8) & 0xff
}

function put32(bytes: Buffer, at: number, value: number): void {
    put16(bytes, at, value)
    put16(bytes, at + 2, value >>> 16)
}

function get16(bytes: Buffer, at: number): number {
    return bytes[at] | (bytes[at + 1] << 8)
}

function get32(bytes: Buffer, at: number): number {
    return get16(bytes, at) | (get16(bytes, at + 2) << 16)
}
