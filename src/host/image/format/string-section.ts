/**
 * What lies in the section of strings: texts, and bytes of buffers. Three tables say where. The compiler keeps the tables' order, and begins each UTF-8
 * string and each buffer at a multiple of 4 bytes.
 */
import type { Image } from "./image"

const ASCII_BYTES = 2
const UTF8_BYTES = 4
const BUFFER_BYTES = 8
const ALIGNMENT = 4

/** `devs_utf8_string_t`: bytes, characters, then where every 16th character begins, then the text. */
const UTF8 = { bytes: 0, characters: 2, jumps: 4, charactersAJump: 16 }

type Tables = Image["tables"]

export interface Strings {
    /** Without the zero behind it. */
    ascii: Buffer[]
    /** `devs_utf8_string_t`, without the zero behind it. */
    utf8: Buffer[]
    buffers: Buffer[]
}

export const utf8Count = ({ utf8 }: Tables): number => utf8.length / UTF8_BYTES

export function readStrings({ ascii, utf8, buffers, strings }: Tables): Strings {
    return {
        ascii: entries(ascii, ASCII_BYTES).map(entry => {
            const at = entry.readUInt16LE()
            return strings.subarray(at, strings.indexOf(0, at))
        }),
        utf8: entries(utf8, UTF8_BYTES).map(entry => {
            const string = strings.subarray(entry.readUInt32LE())
            const jumps = jumpsOf(string.readUInt16LE(UTF8.characters))
            return string.subarray(0, UTF8.jumps + 2 * jumps + string.readUInt16LE(UTF8.bytes))
        }),
        buffers: entries(buffers, BUFFER_BYTES).map(entry => {
            const at = entry.readUInt32LE(0)
            return strings.subarray(at, at + entry.readUInt32LE(4))
        }),
    }
}

export function writeStrings(contents: Strings): Pick<Tables, "ascii" | "utf8" | "buffers" | "strings"> {
    const parts: Buffer[] = []
    let length = 0
    const put = (bytes: Buffer) => {
        const at = length
        parts.push(bytes)
        length += bytes.length
        return at
    }
    const align = () => put(Buffer.alloc(-length & (ALIGNMENT - 1)))
    const texts = contents.ascii.map(text => put(ended(text)))
    // The table has a length of whole words, so there may be one string that nobody names.
    if (texts.length % 2 === 1) texts.push(put(ended(Buffer.alloc(0))))
    const ascii = Buffer.alloc(texts.length * ASCII_BYTES)
    texts.forEach((at, i) => {
        ascii.writeUInt16LE(at, i * ASCII_BYTES)
    })
    const utf8 = Buffer.alloc(contents.utf8.length * UTF8_BYTES)
    contents.utf8.forEach((string, i) => {
        align()
        utf8.writeUInt32LE(put(ended(string)), i * UTF8_BYTES)
    })
    const buffers = Buffer.alloc(contents.buffers.length * BUFFER_BYTES)
    contents.buffers.forEach((bytes, i) => {
        align()
        buffers.writeUInt32LE(put(bytes), i * BUFFER_BYTES)
        buffers.writeUInt32LE(bytes.length, i * BUFFER_BYTES + 4)
    })
    put(ended(Buffer.alloc(0)))
    align()
    return { ascii, utf8, buffers, strings: Buffer.concat(parts) }
}

/** @param ascii a text of which every character is a byte */
export function utf8StringOf(ascii: Buffer): Buffer {
    const jumps = jumpsOf(ascii.length)
    const head = Buffer.alloc(UTF8.jumps + 2 * jumps)
    head.writeUInt16LE(ascii.length, UTF8.bytes)
    head.writeUInt16LE(ascii.length, UTF8.characters)
    for (let i = 0; i < jumps; i++) head.writeUInt16LE((i + 1) * UTF8.charactersAJump, UTF8.jumps + 2 * i)
    return Buffer.concat([head, ascii])
}

const jumpsOf = (characters: number) => Math.floor(characters / UTF8.charactersAJump)
/** A zero ends every text; the runtime wants one at the end of the section, too. */
const ended = (text: Buffer) => Buffer.concat([text, Buffer.alloc(1)])

function entries(table: Buffer, bytes: number): Buffer[] {
    return Array.from({ length: table.length / bytes }, (_, i) => table.subarray(i * bytes, (i + 1) * bytes))
}
