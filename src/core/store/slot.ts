/**
 * One copy of a record, as it lies in a slot: a header that says whose value it is, and behind it the value. A slot is written from its start, and
 * made blank in two goes, so a slot that holds any byte of a value has a header, and a reader that wants only to know what there is reads the headers alone.
 */
import { littleEndian32, putLittleEndian32 } from "../crypto/words"
import { crc32 } from "./crc32"

/** Size of the header in bytes. */
export const HEADER_BYTES = 32
/** Longest name in bytes. */
export const NAME_BYTES = 16
/** Generations are counted in 48 bits. A FRAM wears out (10^12 writes a cell) before that overflows. */
export const MAX_GENERATION = 0xffff_ffff_ffff

/** Offsets of the fields in the header, in bytes. Numbers are little-endian. */
const KIND = 6
const LENGTH = 7
const VALUE_CHECKSUM = 8
const NAME = 12
const HEADER_CHECKSUM = 28

/** Neither 0x00 nor 0xFF, so a memory that was never written holds none. */
const KIND_VALUE = 0x56

export interface Header {
    name: string
    /** That of the memory when the copy was written: it rises with every write. */
    generation: number
}

/** @returns the bytes of a slot that holds `value` */
export function encodeSlot(slotBytes: number, name: string, generation: number, value: Buffer): Buffer {
    const bytes = Buffer.alloc(slotBytes)
    putGeneration(bytes, generation)
    bytes[KIND] = KIND_VALUE
    bytes[LENGTH] = value.length
    bytes.set(Buffer.from(name), NAME)
    bytes.set(value, HEADER_BYTES)
    putLittleEndian32(bytes, VALUE_CHECKSUM, crc32(bytes, HEADER_BYTES, value.length))
    putLittleEndian32(bytes, HEADER_CHECKSUM, crc32(bytes, 0, HEADER_CHECKSUM))
    return bytes
}

/** @returns the header at the start of a slot, or undefined if there is no sound one */
export function decodeHeader(bytes: Buffer): Header | undefined {
    if (bytes[KIND] !== KIND_VALUE) return undefined
    if (crc32(bytes, 0, HEADER_CHECKSUM) !== littleEndian32(bytes, HEADER_CHECKSUM)) return undefined
    let end = NAME
    while (end < HEADER_CHECKSUM && bytes[end] !== 0) end++
    return {
        name: bytes.slice(NAME, end).toString(),
        generation: generationOf(bytes),
    }
}

/** @returns the value in a slot with a sound header, or undefined if it is damaged, or was not written to its end */
export function decodeValue(bytes: Buffer): Buffer | undefined {
    const length = bytes[LENGTH]
    const end = HEADER_BYTES + length
    if (end > bytes.length || crc32(bytes, HEADER_BYTES, length) !== littleEndian32(bytes, VALUE_CHECKSUM))
        return undefined
    return bytes.slice(HEADER_BYTES, end)
}

/** Whether a header was never written, or has been made blank, which is done last: then its slot holds nothing of any value. */
export function isBlankHeader(bytes: Buffer): boolean {
    for (let i = 1; i < HEADER_BYTES; i++) if (bytes[i] !== bytes[0]) return false
    return true
}

/** Writes a generation to the first 6 bytes, where heads and headers have it. */
export function putGeneration(bytes: Buffer, generation: number): void {
    putLittleEndian32(bytes, 0, generation)
    // Not `%`: on the device that is a remainder of 32-bit integers.
    const high = Math.floor(generation / 0x1_0000_0000)
    bytes[4] = high & 255
    bytes[5] = high >> 8
}

export function generationOf(bytes: Buffer): number {
    return (bytes[4] | (bytes[5] << 8)) * 0x1_0000_0000 + (littleEndian32(bytes, 0) >>> 0)
}
