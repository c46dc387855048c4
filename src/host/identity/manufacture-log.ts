import nodeFiles from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { MAX_FILE_BYTES } from "../input-file"
import { appendLine, type FileSystem, readIfThere } from "./durable-file"
import { KEY_ALGORITHMS } from "./key-algorithm"

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const entrySchema = z.strictObject({
    serial: z.string(),
    model: z.string(),
    board: z.string(),
    securityClass: z.literal([1, 2]),
    algorithm: z.enum(KEY_ALGORITHMS),
    /** Of its SubjectPublicKeyInfo in DER. */
    publicKeySha256: sha256,
    /** Of the certificate in DER. */
    certificateSha256: sha256,
    /** Of the program that it left with. */
    firmwareSha256: sha256,
    at: z.iso.datetime(),
    /** There only if it is none that anybody gets. */
    isTestUnit: z.literal(true).optional(),
})

/** A unit that was made. Nothing of it is secret. */
export type ManufactureEntry = z.infer<typeof entrySchema>

export interface ManufactureRecord {
    /** The first line of each serial number, in the order they were written. */
    entries: ManufactureEntry[]
    /** Numbers of lines that are no entries, from 1: what a crash cut short. */
    unreadableLines: number[]
}

/** Which units were made: `manufacture.jsonl` beside the CA, one JSON line a unit. Lines are only ever appended. */
export class ManufactureLog {
    readonly path: string
    readonly #files: FileSystem

    /** @param folder of the CA */
    constructor(folder: string, files: FileSystem = nodeFiles) {
        this.path = join(folder, "manufacture.jsonl")
        this.#files = files
    }

    read(): ManufactureRecord {
        const entries = new Map<string, ManufactureEntry>()
        const unreadableLines: number[] = []
        const text = readIfThere(this.#files, this.path, MAX_FILE_BYTES.manufactureLog)?.toString() ?? ""
        text.split("\n").forEach((line, index) => {
            if (line === "") return
            const entry = parse(line)
            if (!entry) unreadableLines.push(index + 1)
            else if (!entries.has(entry.serial)) entries.set(entry.serial, entry)
        })
        return { entries: [...entries.values()], unreadableLines }
    }

    /** Appends a unit, unless its serial number is there already. @returns whether it was appended */
    append(entry: ManufactureEntry): boolean {
        if (this.read().entries.some(({ serial }) => serial === entry.serial)) return false
        appendLine(this.#files, this.path, JSON.stringify(entrySchema.parse(entry)), PUBLIC)
        return true
    }
}

const PUBLIC = 0o644

function parse(line: string): ManufactureEntry | undefined {
    try {
        return entrySchema.parse(JSON.parse(line))
    } catch {
        return undefined
    }
}
