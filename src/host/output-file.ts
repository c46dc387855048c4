import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs"
import { InputError } from "./input-error"

const BUFFER_BYTES = 1 << 20

/** A file on its way to disk. It appears under its name when it is complete, and not before. */
export class OutputFile {
    readonly #partial: string
    readonly #descriptor: number
    #buffer: Uint8Array[] = []
    #buffered = 0

    /** @throws InputError if no such file can be written */
    constructor(readonly path: string) {
        this.#partial = `${path}.${process.pid}.partial`
        try {
            if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a folder")
            this.#descriptor = openSync(this.#partial, "w")
        } catch (error) {
            throw new InputError(`${path}: cannot be written: ${(error as Error).message}; choose another file`)
        }
    }

    write(content: string | Uint8Array): void {
        const bytes = typeof content === "string" ? Buffer.from(content) : content
        this.#buffer.push(bytes)
        this.#buffered += bytes.length
        if (this.#buffered > BUFFER_BYTES) this.#flush()
    }

    keep(): void {
        this.#flush()
        closeSync(this.#descriptor)
        renameSync(this.#partial, this.path)
    }

    discard(): void {
        closeSync(this.#descriptor)
        rmSync(this.#partial)
    }

    #flush(): void {
        const bytes = Buffer.concat(this.#buffer)
        for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written)
        this.#buffer = []
        this.#buffered = 0
    }
}

/** Writes a file: whole, or not at all. @throws InputError if no such file can be written */
export function writeOutputFile(path: string, content: string | Uint8Array): void {
    const file = new OutputFile(path)
    file.write(content)
    file.keep()
}
