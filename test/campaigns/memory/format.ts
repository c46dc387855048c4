/**
 * Where things lie in a FRAM, by docs/firmware.md alone: it shares no code with the firmware. What is looked for is a header whose CRC-32 holds and
 * that marks a value, so copies are found in whatever slots the store has put them.
 */
import { crc32 } from "node:zlib"

const RECORDS_BYTES = 7680
const SLOT_BYTES = 128
/** Where in a slot the header and the value begin. */
const HEADER_AT = 0
const VALUE_AT = 32
const HEADER_BYTES = 32
/** Fields of a header, from its start. */
const KIND = 6
const LENGTH = 7
const NAME = 12
const NAME_BYTES = 16
const CHECKSUM = 28
const KIND_VALUE = 0x56
/** A head is in the first two slots; its checksum is over all that comes before. */
const HEAD_KINDS = [0x48, 0x43]
const HEAD_CHECKSUM = 123

/** A stretch of the memory, in bytes. */
export interface Stretch {
    readonly at: number
    readonly length: number
}

export interface Copy {
    readonly generation: number
    readonly header: Stretch
    readonly value: Stretch
}

/** Whatever is no record, by name. */
export const AREAS: Readonly<Record<string, Stretch>> = {
    certificates: { at: 8192, length: 2048 },
    "log ring": { at: 10_240, length: 6144 },
    "policy bytes": { at: 28_672, length: 1024 },
    ledger: { at: 29_696, length: 3072 },
}

/** Every copy of each record that the memory holds, by name; of the newest generation first. */
export function copiesIn(bytes: Uint8Array): Map<string, Copy[]> {
    const found: { name: string; copy: Copy }[] = []
    for (const { at, slot } of slotsIn(bytes)) {
        const header = slot.subarray(HEADER_AT, HEADER_AT + HEADER_BYTES)
        if (header[KIND] !== KIND_VALUE || crc32(header.subarray(0, CHECKSUM)) !== header.readUInt32LE(CHECKSUM))
            continue
        const name = header.toString("latin1", NAME, NAME + NAME_BYTES).replace(/\0.*$/, "")
        const copy = {
            generation: header.readUIntLE(0, 6),
            header: { at: at + HEADER_AT, length: HEADER_BYTES },
            value: { at: at + VALUE_AT, length: header[LENGTH] },
        }
        found.push({ name, copy })
    }
    const copies = new Map<string, Copy[]>()
    for (const { name, copy } of found.sort((a, b) => b.copy.generation - a.copy.generation))
        copies.set(name, [...(copies.get(name) ?? []), copy])
    return copies
}

/** Every copy of the head: what is listed, and of which generation. None in a memory that has no head. */
export function headIn(bytes: Uint8Array): Stretch[] {
    return slotsIn(bytes)
        .slice(0, 2)
        .filter(({ slot }) => HEAD_KINDS.includes(slot[KIND]))
        .filter(({ slot }) => crc32(slot.subarray(0, HEAD_CHECKSUM)) === slot.readUInt32LE(HEAD_CHECKSUM))
        .map(({ at }) => ({ at, length: HEAD_CHECKSUM + 4 }))
}

/** Whether the write of a record is over, and it counts: both copies of the head are of its generation, or of a later one. */
export function countsIn(bytes: Uint8Array, name: string): boolean {
    const [newest] = copiesIn(bytes).get(name) ?? []
    const knows = ({ at }: Stretch) => Buffer.from(bytes).readUIntLE(at, 6) >= newest.generation
    return newest !== undefined && headIn(bytes).filter(knows).length === 2
}

/** An area up to its last byte that is not blank. */
export function usedPartOf({ at, length }: Stretch, bytes: Uint8Array): Stretch {
    let end = at + length
    while (end > at && bytes[end - 1] === 0) end--
    return { at, length: end - at }
}

function slotsIn(bytes: Uint8Array): { at: number; slot: Buffer }[] {
    return Array.from({ length: RECORDS_BYTES / SLOT_BYTES }, (_, i) => {
        const at = i * SLOT_BYTES
        return { at, slot: Buffer.from(bytes.slice(at, at + SLOT_BYTES)) }
    })
}
