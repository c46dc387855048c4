import { randomUUID } from "node:crypto"
import fs, { constants } from "node:fs"
import { InputError } from "./input-error"
import { unfinished } from "./unfinished"

const BUFFER_BYTES = 1 << 20
/** What a process may do with what it makes is for its umask to say. */
const USUAL_MODE = 0o666

/** What of `node:fs` is needed to put a file in the place of another. */
export type OutputFileSystem = Pick<
    typeof fs,
    "closeSync" | "openSync" | "realpathSync" | "renameSync" | "rmSync" | "statSync" | "writeSync"
>

/**
 * A file on its way to disk. It appears under its name when it is complete, and not before; until then, and if it cannot be completed,
 * what was there stays as it was. A link is followed, and stays a link. A pipe or a character device is written to as it is; nothing
 * else is touched.
 */
export class OutputFile {
    readonly #files: OutputFileSystem
    /** Where the content goes first, and where it belongs; undefined for what is written to as it is. */
    readonly #move: { from: string; to: string } | undefined
    readonly #descriptor: number
    #isOpen = true
    #buffer: Uint8Array[] = []
    #buffered = 0

    /**
     * @param mode permissions, also of a file that is there; if left out, that one keeps its own, and a new one has the usual ones
     * @throws InputError if no such file can be written
     */
    constructor(
        readonly path: string,
        mode?: number,
        files: OutputFileSystem = fs,
    ) {
        this.#files = files
        try {
            const there = files.statSync(path, { throwIfNoEntry: false })
            if (there?.isFIFO() || there?.isCharacterDevice()) {
                this.#descriptor = there.isFIFO() ? openPipe(files, path) : files.openSync(path, "w")
                return
            }
            if (there?.isDirectory()) throw new Error("it is a folder")
            if (there && !there.isFile()) throw new Error("it is no file, pipe or character device")
            // A link that leads nowhere has no real path, and is not replaced either.
            const to = there ? files.realpathSync(path) : newName(path)
            const from = `${to}.${randomUUID()}.partial`
            this.#descriptor = files.openSync(from, "wx", mode ?? (there ? there.mode & 0o777 : USUAL_MODE))
            unfinished.begin(from)
            this.#move = { from, to }
        } catch (error) {
            throw this.#refusal(error)
        }
    }

    /** @throws InputError if there is no room; the file is discarded then */
    write(content: string | Uint8Array): void {
        const bytes = typeof content === "string" ? Buffer.from(content) : content
        this.#buffer.push(bytes)
        this.#buffered += bytes.length
        if (this.#buffered > BUFFER_BYTES) this.#orDiscard(() => this.#flush())
    }

    /** @throws InputError if it cannot be completed; it is discarded then */
    keep(): void {
        this.#orDiscard(() => {
            this.#flush()
            this.#close()
            if (!this.#move) return
            const { from, to } = this.#move
            this.#files.renameSync(from, to)
            unfinished.end(from)
        })
    }

    /** Leaves everything as it was. What has been discarded or kept stays so. */
    discard(): void {
        if (!this.#isOpen) return
        this.#close()
        if (this.#move) this.#remove(this.#move.from)
    }

    #orDiscard(action: () => void): void {
        try {
            action()
        } catch (error) {
            if (this.#isOpen) this.discard()
            else if (this.#move) this.#remove(this.#move.from)
            throw this.#refusal(error)
        }
    }

    #remove(partial: string): void {
        this.#files.rmSync(partial, { force: true })
        unfinished.end(partial)
    }

    #close(): void {
        this.#isOpen = false
        this.#files.closeSync(this.#descriptor)
    }

    #flush(): void {
        const bytes = Buffer.concat(this.#buffer)
        for (let written = 0; written < bytes.length; )
            written += this.#files.writeSync(this.#descriptor, bytes, written)
        this.#buffer = []
        this.#buffered = 0
    }

    #refusal(error: unknown): InputError {
        const name = this.path === "" ? '""' : this.path
        return new InputError(`${name}: cannot be written: ${(error as Error).message}; choose another file`)
    }
}

/**
 * Writes a file: whole, or not at all; see `OutputFile`.
 * @param mode permissions; if left out, those of the file that is there, or the usual ones
 * @throws InputError if no such file can be written
 */
export function writeOutputFile(path: string, content: string | Uint8Array, mode?: number): void {
    const file = new OutputFile(path, mode)
    file.write(content)
    file.keep()
}

function newName(path: string): string {
    if (path === "") throw new Error("a file has a name")
    if (fs.lstatSync(path, { throwIfNoEntry: false })) throw new Error("it is a link to what is not there")
    return path
}

/** Opening a pipe waits for its reader, and meanwhile nothing could end this process: so it is asked first whether there is one. */
function openPipe(files: OutputFileSystem, path: string): number {
    try {
        const probe = files.openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
        try {
            return files.openSync(path, "w")
        } finally {
            files.closeSync(probe)
        }
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENXIO") throw new Error("it is a pipe that nobody reads")
        throw error
    }
}
