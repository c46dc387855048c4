/** Numbers of strings (`StrIdx`): kind in the highest 2 bits, index in the others. ASCII strings can be put into another order. */
import { type Image, specificationsOf } from "./image"

const KIND_SHIFT = 14
const INDEX = (1 << KIND_SHIFT) - 1
const ASCII = 2
const ASCII_BYTES = 2

/** `devs_service_spec_t`, `devs_packet_spec_t`, `devs_field_spec_t`: offsets of fields. Offsets inside the section count 32-bit words. */
const SERVICE = { name: 0, packetCount: 8, packets: 10, size: 16 }
const PACKET = { name: 0, flags: 4, fields: 6, size: 8, hasFields: 1 }
const FIELD = { name: 0, size: 4 }

/** @returns offsets of the strings in their section. A last one that is there for alignment counts as a string; it is valid as one. */
export function asciiStrings({ tables: { ascii } }: Image): number[] {
    return Array.from({ length: ascii.length / ASCII_BYTES }, (_, i) => ascii.readUInt16LE(i * ASCII_BYTES))
}

/** Everything but code is renumbered. @param order the string that comes to each place */
export function setAsciiStrings(image: Image, order: readonly number[]): void {
    const strings = asciiStrings(image)
    const ascii = Buffer.alloc(strings.length * ASCII_BYTES)
    const numbers: number[] = []
    order.forEach((before, now) => {
        ascii.writeUInt16LE(strings[before], now * ASCII_BYTES)
        numbers[before] = now
    })
    const renumbered = (name: number) =>
        name >> KIND_SHIFT === ASCII ? (ASCII << KIND_SHIFT) | numbers[name & INDEX] : name
    for (const f of image.functions) f.name = renumbered(f.name)
    const specifications = Buffer.from(image.tables.specifications)
    for (const at of namesIn(image)) specifications.writeUInt16LE(renumbered(specifications.readUInt16LE(at)), at)
    image.tables = { ...image.tables, ascii, specifications }
}

/** @returns where in the section of specifications a name is, each place once though services share packets */
function namesIn(image: Image): Set<number> {
    const { specifications } = image.tables
    const names = new Set<number>()
    for (let i = 0; i < specificationsOf(image); i++) {
        const service = i * SERVICE.size
        names.add(service + SERVICE.name)
        const packets = specifications.readUInt16LE(service + SERVICE.packets) * 4
        for (let p = 0; p < specifications.readUInt16LE(service + SERVICE.packetCount); p++) {
            const packet = packets + p * PACKET.size
            names.add(packet + PACKET.name)
            if (!(specifications.readUInt16LE(packet + PACKET.flags) & PACKET.hasFields)) continue
            let field = specifications.readUInt16LE(packet + PACKET.fields) * 4
            for (; specifications.readUInt16LE(field + FIELD.name) !== 0; field += FIELD.size)
                names.add(field + FIELD.name)
        }
    }
    return names
}
