import { randomUUID } from "node:crypto"
import type fs from "node:fs"
import { dirname } from "node:path"
import { FileTooLarge, readBoundedFile } from "../../../simulators/bounded-file"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"

/** What of `node:fs` is needed to keep things. */
export type FileSystem = Pick<
    typeof fs,
    | "closeSync"
    | "fstatSync"
    | "fsyncSync"
    | "linkSync"
    | "mkdirSync"
    | "openSync"
    | "readdirSync"
    | "readSync"
    | "unlinkSync"
    | "writeSync"
>

/**
 * Creates a file, whole or not at all, whatever happens meanwhile. Of several that create the same one, in any processes, one does.
 * A process that dies on the way can leave a file behind whose name ends in `.partial`; nobody reads it.
 * @param mode permissions, as of open(2)
 * @returns false, and the file untouched, if there is one already
 * @throws InputError if no such file can be written
 */
export function createOnce(files: FileSystem, path: string, content: string | Uint8Array, mode: number): boolean {
    const partial = `${path}.${randomUUID()}.partial`
    return orComplain(path, "written", () => {
        try {
            writeSynced(files, partial, "wx", content, mode)
            // Unlike a rename, a link does not replace what is there.
            const isFirst = unless("EEXIST", () => files.linkSync(partial, path) ?? true)
            files.unlinkSync(partial)
            syncFolder(files, dirname(path))
            return isFirst ?? false
        } catch (error) {
            removeIfPossible(files, partial)
            throw error
        }
    })
}

/**
 * Appends a line, whatever others append meanwhile. If an earlier line was cut short, this one begins behind it on a line of its own.
 * @param line without its newline
 * @throws InputError if the file cannot be written
 */
export function appendLine(files: FileSystem, path: string, line: string, mode: number): void {
    const lastByte = readIfThere(files, path, MAX_FILE_BYTES.manufactureLog)?.at(-1)
    const isCutShort = lastByte !== undefined && lastByte !== NEWLINE
    orComplain(path, "written", () => writeSynced(files, path, "a", `${isCutShort ? "\n" : ""}${line}\n`, mode))
}

/** Creates a folder and those above it, unless they are there. @throws InputError if it cannot be written */
export function createFolder(files: FileSystem, path: string, mode?: number): void {
    orComplain(path, "written", () => {
        files.mkdirSync(path, { recursive: true, mode })
        syncFolder(files, dirname(path))
    })
}

/** @returns undefined if there is no such file @throws InputError if it cannot be read, or is longer than that */
export function readIfThere(
    files: FileSystem,
    path: string,
    maxBytes: number = MAX_FILE_BYTES.record,
): Buffer | undefined {
    return orComplain(path, "read", () => unless("ENOENT", () => readBoundedFile(path, maxBytes, files)))
}

/** @returns names of the folders in a folder, in order; none if there is no such folder @throws InputError if it cannot be read */
export function foldersIn(files: FileSystem, path: string): string[] {
    const entries = orComplain(path, "read", () =>
        unless("ENOENT", () => files.readdirSync(path, { withFileTypes: true })),
    )
    return (entries ?? []).flatMap(entry => (entry.isDirectory() ? entry.name : [])).sort()
}

const NEWLINE = 10

/** Of a disk that is full nothing half-written stays; why it could not be written is what is told. */
function removeIfPossible(files: FileSystem, path: string): void {
    try {
        files.unlinkSync(path)
    } catch {
        // It never was there, or is not to be removed.
    }
}

/** Writes all of it and waits until the disk has it. */
function writeSynced(files: FileSystem, path: string, flags: string, content: string | Uint8Array, mode: number): void {
    const bytes = Buffer.from(content)
    const descriptor = files.openSync(path, flags, mode)
    try {
        for (let written = 0; written < bytes.length; ) written += files.writeSync(descriptor, bytes, written)
        files.fsyncSync(descriptor)
    } finally {
        files.closeSync(descriptor)
    }
}

/** Waits until the disk has what a folder lists, which it keeps apart from what the files hold. */
function syncFolder(files: FileSystem, path: string): void {
    const descriptor = files.openSync(path, "r")
    files.fsyncSync(descriptor)
    files.closeSync(descriptor)
}

/** @returns undefined if the action fails with that error of the system */
function unless<T>(code: string, action: () => T): T | undefined {
    try {
        return action()
    } catch (error) {
        if (codeOf(error) === code) return undefined
        throw error
    }
}

function orComplain<T>(path: string, what: "read" | "written", action: () => T): T {
    try {
        return action()
    } catch (error) {
        if (codeOf(error) === undefined && !(error instanceof FileTooLarge)) throw error
        throw new InputError(`${path}: cannot be ${what}: ${(error as Error).message}; see to it and try again`)
    }
}

/** Name of an error of the operating system. */
function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException).code
}
