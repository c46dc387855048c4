import { createHash } from "node:crypto"
import files from "node:fs"
import { join } from "node:path"
import { readBoundedFile } from "../../../simulators/bounded-file"
import { createFolder } from "../identity/durable-file"
import { notices } from "../notices"
import { writeOutputFile } from "../output-file"
import { keepPrivate, PRIVATE_FILE } from "../private-file"

/**
 * What was made before, in files named by what it was made of and by. A file is the SHA-256 of its name and content and then the content, so one
 * that a disk or a person has changed, cut short, or put in the place of another is noticed and made anew.
 */
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
     * @throws InputError if it cannot be kept
     */
    async get<T extends Uint8Array | undefined>(name: string, make: () => Promise<T>): Promise<Uint8Array | T> {
        const path = join(this.folder, `${name}.checked`)
        const kept = this.#read(path, name)
        if (kept) {
            if (this.mode === PRIVATE_FILE) keepPrivate(path)
            return kept
        }
        const content = await make()
        if (content) {
            createFolder(files, this.folder)
            writeOutputFile(path, Buffer.concat([digestOf(name, content), content]), this.mode)
        }
        return content
    }

    /** @returns undefined if there is none that is whole */
    #read(path: string, name: string): Uint8Array | undefined {
        const bytes = readIfPossible(path, DIGEST_BYTES + this.maxBytes)
        if (!bytes) return undefined
        const content = bytes.subarray(DIGEST_BYTES)
        if (digestOf(name, content).equals(bytes.subarray(0, DIGEST_BYTES))) return new Uint8Array(content)
        notices.tell(`${path}: damaged, so it is made anew`)
        return undefined
    }
}

const DIGEST_BYTES = 32

function digestOf(name: string, content: Uint8Array): Buffer {
    return createHash("sha256").update(`${name}\0`).update(content).digest()
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
