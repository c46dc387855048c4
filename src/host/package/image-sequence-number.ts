/**
 * The number that a program calls itself by, found in its image: `sequenceNumber: 7` in the options of its `Device`. It is read out of the
 * bytecode, so it is what the program says and no copy of it, and an image of the stock compiler has it, too. Sections and opcodes are
 * those of the runtime's devs_format.h and bytecode.ts, of the image format's major version 2.
 */
import { isImage } from "../image-header"

const FIELD = Buffer.from("sequenceNumber")

/** Offsets of sections in the header: each has start and length. */
const SECTION = { code: 40, floats: 48, asciiTable: 64, utf8Table: 72, strings: 88 } as const
/** Size of an item of the table of ASCII strings: where the string starts, up to its zero. */
const ASCII_HEADER_BYTES = 2
/** Of the table of UTF-8 strings, among which the optimiser puts some: where its lengths in bytes and characters are. */
const UTF8_HEADER_BYTES = 4
const FLOAT_BYTES = 8

const OP = { asciiString: 37, utf8String: 38, literal: 40, floatLiteral: 41, indexSet: 25 } as const
/** An opcode from here on is a whole number: itself, less this and 16 more. */
const DIRECT_CONST_OP = 128
const DIRECT_CONST_OFFSET = 16
/** A whole number below this takes one byte; from there on the byte says how many follow, and whether they are a negative one's. */
const FIRST_MULTIBYTE_INT = 248

/**
 * @returns undefined if the program has no such number, or more than one: nobody knows then which it will say. 0 is no number of a release.
 */
export function imageSequenceNumber(image: Buffer): number | undefined {
    if (!isImage(image)) return undefined
    const code = section(image, SECTION.code)
    const found = new Set<number>()
    for (const assignment of namesOf(image, FIELD))
        for (let at = code.indexOf(assignment); at >= 0; at = code.indexOf(assignment, at + 1)) {
            const value = assigned(image, code, at + assignment.length)
            if (value !== undefined && value !== 0) found.add(value)
        }
    return found.size === 1 ? [...found][0] : undefined
}

/** The literal at an offset, if it is one, and what is done with it is that a field is set. */
function assigned(image: Buffer, code: Buffer, at: number): number | undefined {
    const op = code[at]
    if (op >= DIRECT_CONST_OP) return endsIn(code, at + 1, op - DIRECT_CONST_OP - DIRECT_CONST_OFFSET)
    if (op !== OP.literal && op !== OP.floatLiteral) return undefined
    const int = decodedInt(code, at + 1)
    return int && endsIn(code, int.end, op === OP.literal ? int.value : floatAt(image, int.value))
}

function endsIn(code: Buffer, at: number, value: number | undefined): number | undefined {
    const isNumber = value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff
    return isNumber && code[at] === OP.indexSet ? value : undefined
}

function floatAt(image: Buffer, index: number): number | undefined {
    const floats = section(image, SECTION.floats)
    return (index + 1) * FLOAT_BYTES <= floats.length ? floats.readDoubleLE(index * FLOAT_BYTES) : undefined
}

/** How code names a string of fewer than 16 characters: every way there is. */
function namesOf(image: Buffer, text: Buffer): Buffer[] {
    const strings = section(image, SECTION.strings)
    const names: Buffer[] = []
    const look = (op: number, table: Buffer, itemBytes: number, wanted: Buffer) => {
        for (let at = 0; at + itemBytes <= table.length; at += itemBytes) {
            const start = table.readUIntLE(at, itemBytes)
            if (strings.subarray(start, start + wanted.length).equals(wanted))
                names.push(Buffer.from([op, ...encodedInt(at / itemBytes)]))
        }
    }
    const ended = Buffer.concat([text, Buffer.of(0)])
    look(OP.asciiString, section(image, SECTION.asciiTable), ASCII_HEADER_BYTES, ended)
    const lengths = Buffer.of(text.length, 0, text.length, 0)
    look(OP.utf8String, section(image, SECTION.utf8Table), UTF8_HEADER_BYTES, Buffer.concat([lengths, ended]))
    return names
}

/** Empty if the image ends before it. */
function section(image: Buffer, header: number): Buffer {
    const start = image.readUInt32LE(header)
    return image.subarray(start, start + image.readUInt32LE(header + 4))
}

/** As `writeInt` of the compiler. @param value 0 or more */
function encodedInt(value: number): number[] {
    if (value < FIRST_MULTIBYTE_INT) return [value]
    const bytes = value.toString(16).length > 2 ? [value >> 8, value & 0xff] : [value]
    return [FIRST_MULTIBYTE_INT + bytes.length - 1, ...bytes]
}

function decodedInt(code: Buffer, at: number): { value: number; end: number } | undefined {
    const first = code[at]
    if (first === undefined || first < FIRST_MULTIBYTE_INT)
        return first === undefined ? undefined : { value: first, end: at + 1 }
    const isNegative = (first & 4) !== 0
    const end = at + 2 + (first & 3)
    if (isNegative || end > code.length) return undefined
    return { value: code.readUIntBE(at + 1, end - at - 1), end }
}
