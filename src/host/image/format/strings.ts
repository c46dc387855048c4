/**
 * Numbers of strings (`StrIdx`): kind in the highest 2 bits, index in the others. ASCII strings can be put into another order, or among the UTF-8 ones:
 * the runtime compares strings by what is in them.
 */
import { type Image, specificationsOf } from "./image"
import { readStrings, utf8StringOf, writeStrings } from "./string-section"

const KIND_SHIFT = 14
const INDEX = (1 << KIND_SHIFT) - 1
const ASCII = 2
const UTF8 = 3
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
    image.tables = { ...image.tables, ascii }
    renumberNames(image, string => (ASCII << KIND_SHIFT) | numbers[string])
}

/** @returns the ASCII strings that specifications name: the runtime looks for them by their number first */
export function namesOfSpecifications(image: Image): Set<number> {
    const names = [...namesIn(image)].map(at => image.tables.specifications.readUInt16LE(at))
    return new Set(names.filter(name => name >> KIND_SHIFT === ASCII).map(name => name & INDEX))
}

/**
 * What neither code nor a function or specification names is left out. The code's uses are left to the caller.
 * @param moved ASCII strings that become the last UTF-8 ones, in this order; none of `namesOfSpecifications`
 * @param named ASCII strings that code names, beside those
 * @returns the new number of each ASCII string that still is one
 */
export function moveToUtf8(image: Image, moved: readonly number[], named: ReadonlySet<number>): Map<number, number> {
    const { ascii, utf8, buffers } = readStrings(image.tables)
    const kept = new Set([...named, ...namesOfSpecifications(image)])
    for (const { name } of image.functions) if (name >> KIND_SHIFT === ASCII) kept.add(name & INDEX)
    const inUtf8 = new Map(moved.map((string, i) => [string, utf8.length + i]))
    const order = [...ascii.keys()].filter(string => kept.has(string) && !inUtf8.has(string))
    const numbers = new Map(order.map((before, now) => [before, now]))
    const strings = {
        ascii: order.map(string => ascii[string]),
        utf8: [...utf8, ...moved.map(string => utf8StringOf(ascii[string]))],
        buffers,
    }
    image.tables = { ...image.tables, ...writeStrings(strings) }
    renumberNames(image, string => {
        const number = inUtf8.get(string)
        return number === undefined ? (ASCII << KIND_SHIFT) | numbers.get(string)! : (UTF8 << KIND_SHIFT) | number
    })
    return numbers
}

/** Names of functions and in specifications. @param renumbered the new number (`StrIdx`) of an ASCII string */
function renumberNames(image: Image, renumbered: (string: number) => number): void {
    const now = (name: number) => (name >> KIND_SHIFT === ASCII ? renumbered(name & INDEX) : name)
    for (const f of image.functions) f.name = now(f.name)
    const specifications = Buffer.from(image.tables.specifications)
    for (const at of namesIn(image)) specifications.writeUInt16LE(now(specifications.readUInt16LE(at)), at)
    image.tables = { ...image.tables, specifications }
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
