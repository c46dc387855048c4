import files from "node:fs"
import { join } from "node:path"
import { readBoundedFile } from "../../../simulators/bounded-file"
import { CHECK_BYTES, checkedContent, withCheck } from "../../../simulators/checked-bytes"
import { createFolder } from "../identity/durable-file"
import { InputError } from "../input-error"
import { notices } from "../notices"
import { writeOutputFile } from "../output-file"
import { keepPrivate, PRIVATE_FILE } from "../private-file"

/** What was made before, in files named by what it was made of and by. One that is not as it was written is noticed and made anew. */
export class CheckedCache {
    /**
     * @param folder where the files are; made when it is needed
     * @param maxBytes most that an entry has
     * @param mode permissions of the files, if not the usual ones
     */
    constructor(
        readonly folder: string,
        readonly maxBytes: number,
        readonly mode?: number,
    ) {}

    /**
     * @param name says all that the content depends on
     * @param make its content; what comes to undefined is not kept
     */
    async get<T extends Uint8Array | undefined>(name: string, make: () => Promise<T>): Promise<Uint8Array | T> {
        const path = join(this.folder, `${name}.checked`)
        const kept = this.#read(path, name)
        if (kept) {
            if (this.mode === PRIVATE_FILE) keepPrivate(path)
            return kept
        }
        const content = await make()
        if (content) this.#tryToKeep(path, withCheck(name, content))
        return content
    }

    /** What was made is good where it cannot be kept, too: in an installation that belongs to somebody else, or on a full disk. */
    #tryToKeep(path: string, bytes: Uint8Array): void {
        try {
            createFolder(files, this.folder)
            writeOutputFile(path, bytes, this.mode)
        } catch (error) {
            if (!(error instanceof InputError)) throw error
            notices.tell(`${error.message}; what was to be kept there is made again each time`)
        }
    }

    /** @returns undefined if there is none that is whole */
    #read(path: string, name: string): Uint8Array | undefined {
        const bytes = readIfPossible(path, CHECK_BYTES + this.maxBytes)
        if (!bytes) return undefined
        const content = checkedContent(name, bytes)
        if (content) return content
        notices.tell(`${path}: damaged, so it is made anew`)
        return undefined
    }
}

function readIfPossible(path: string, maxBytes: number): Buffer | undefined {
    if (!files.existsSync(path)) return undefined
    try {
        return readBoundedFile(path, maxBytes)
    } catch {
        // Longer than it can be, or not to be read: no content that is good.
        return Buffer.alloc(0)
    }
}
