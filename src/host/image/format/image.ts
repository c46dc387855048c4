/**
 * A `.devs` image, taken apart and put together again: `devs_img_header_t` of the runtime's devs_format.h, whose sections follow each other without a
 * gap. Code is read; tables, strings and service specifications stay bytes.
 */
import { createHash } from "node:crypto"
import type { ImageFunction, SourceRange, Statement } from "./code"
import { type DebugMap, parseDebugMap, sourceMapOf, sourcesByOffset } from "./debug-map"
import { ImageError } from "./image-error"
import { readCode } from "./read-code"
import { writeCode } from "./write-code"

const MAGIC = Buffer.from("446576530a6e29f1", "hex")
/** The only format that is understood: 2.16.4, 0xMMmmpppp of major, minor and patch. */
const VERSION = 0x02_10_0004
const HEADER = { version: 8, globals: 12, specifications: 14, bytes: 32 }
const SECTION_BYTES = 8
const IMAGE_ALIGNMENT = 32

/** `devs_function_desc_t`: offsets of its fields. */
const FUNCTION = { start: 0, bytes: 4, slots: 8, parameters: 10, flags: 11, name: 12, tryFrames: 14, size: 16 }

/** The sections behind those of code, in their order. */
const TABLES = ["floats", "roles", "ascii", "utf8", "buffers", "strings", "specifications", "configuration"] as const
export type TableName = (typeof TABLES)[number]

const CODE_AT = HEADER.bytes + SECTION_BYTES * (2 + TABLES.length)

export interface Image {
    /** Magic, version, how many globals and specifications. */
    header: Buffer
    /** The first is what runs. */
    functions: ImageFunction[]
    tables: Record<TableName, Buffer>
    debug?: DebugMap
}

export interface ImageFiles {
    image: Uint8Array
    /** Debug map, JSON. */
    map?: string
}

export const globalsOf = ({ header }: Image): number => header.readUInt16LE(HEADER.globals)
export const specificationsOf = ({ header }: Image): number => header.readUInt16LE(HEADER.specifications)

/** @throws ImageError unless writing what was read gives the same bytes: what is not understood is not touched */
export function readImage({ image: bytes, map }: ImageFiles): Image {
    const data = Buffer.from(bytes)
    if (data.length < CODE_AT || !data.subarray(0, MAGIC.length).equals(MAGIC)) throw new ImageError("not an image")
    const version = data.readUInt32LE(HEADER.version)
    if (version !== VERSION) throw new ImageError(`format ${version.toString(16)} is not 2.16.4`)
    const section = (index: number) => {
        const at = HEADER.bytes + SECTION_BYTES * index
        return data.subarray(data.readUInt32LE(at), data.readUInt32LE(at) + data.readUInt32LE(at + 4))
    }
    const debug = map === undefined ? undefined : parseDebugMap(map)
    const tables = Object.fromEntries(TABLES.map((name, i) => [name, section(2 + i)])) as Record<TableName, Buffer>
    const image = {
        header: data.subarray(0, HEADER.bytes),
        functions: readFunctions(data, section(0), debug),
        tables,
        debug,
    }
    if (!data.equals(writeImage(image).image))
        throw new ImageError("the image has bytes that the format does not explain")
    return image
}

export function writeImage({ header, functions, tables, debug }: Image): ImageFiles {
    const bodies = functions.map(({ statements }) => writeCode(statements))
    const descriptions = Buffer.alloc(functions.length * FUNCTION.size)
    const sources: [number, SourceRange][] = []
    let at = CODE_AT + descriptions.length
    const entries = functions.map((written, i) => {
        const { bytes, starts } = bodies[i]
        describe(descriptions.subarray(i * FUNCTION.size, (i + 1) * FUNCTION.size), written, at, bytes.length)
        sources.push(...sourcesOf(written.statements, starts, at))
        const entry = { ...written.debug, startpc: at, size: FUNCTION.size + bytes.length }
        at += bytes.length
        return entry
    })
    const image = assemble(header, [descriptions, Buffer.concat(bodies.map(({ bytes }) => bytes))], tables)
    if (!debug) return { image }
    const whole = {
        binary: { hex: image.toString("hex") },
        binarySHA256: createHash("sha256").update(image).digest("hex"),
    }
    return { image, map: JSON.stringify({ ...debug, functions: entries, srcmap: sourceMapOf(sources), ...whole }) }
}

function readFunctions(data: Buffer, descriptions: Buffer, debug: DebugMap | undefined): ImageFunction[] {
    const sources = debug && sourcesByOffset(debug)
    return Array.from({ length: Math.floor(descriptions.length / FUNCTION.size) }, (_, i) => {
        const description = descriptions.subarray(i * FUNCTION.size, (i + 1) * FUNCTION.size)
        const start = description.readUInt32LE(FUNCTION.start)
        const code = data.subarray(start, start + description.readUInt32LE(FUNCTION.bytes))
        const { statements, starts } = readCode(code)
        let source: SourceRange | undefined
        if (sources)
            statements.forEach((statement, i) => {
                for (let at = i === 0 ? starts[0] : starts[i - 1] + 1; at <= starts[i]; at++)
                    source = sources.get(start + at) ?? source
                statement.source = source
            })
        return {
            statements,
            slots: description.readUInt16LE(FUNCTION.slots),
            parameters: description[FUNCTION.parameters],
            flags: description[FUNCTION.flags],
            name: description.readUInt16LE(FUNCTION.name),
            tryFrames: description[FUNCTION.tryFrames],
            debug: debug?.functions[i],
        }
    })
}

function describe(
    into: Buffer,
    { slots, parameters, flags, name, tryFrames }: ImageFunction,
    start: number,
    bytes: number,
) {
    into.writeUInt32LE(start, FUNCTION.start)
    into.writeUInt32LE(bytes, FUNCTION.bytes)
    into.writeUInt16LE(slots, FUNCTION.slots)
    into[FUNCTION.parameters] = parameters
    into[FUNCTION.flags] = flags
    into.writeUInt16LE(name, FUNCTION.name)
    into[FUNCTION.tryFrames] = tryFrames
}

/** One entry wherever the source changes. */
function sourcesOf(statements: readonly Statement[], starts: readonly number[], at: number): [number, SourceRange][] {
    return statements.flatMap(({ source }, i): [number, SourceRange][] =>
        source && source !== statements[i - 1]?.source ? [[at + starts[i], source]] : [],
    )
}

function assemble(header: Buffer, code: Buffer[], tables: Record<TableName, Buffer>): Buffer {
    const sections = [...code, ...TABLES.map(name => tables[name])]
    const directory = Buffer.alloc(SECTION_BYTES * sections.length)
    let at = CODE_AT
    sections.forEach(({ length }, i) => {
        directory.writeUInt32LE(at, i * SECTION_BYTES)
        directory.writeUInt32LE(length, i * SECTION_BYTES + 4)
        at += length
    })
    const padding = Buffer.alloc((IMAGE_ALIGNMENT - (at % IMAGE_ALIGNMENT)) % IMAGE_ALIGNMENT)
    return Buffer.concat([header, directory, ...sections, padding])
}
