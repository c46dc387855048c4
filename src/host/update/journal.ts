import files, { rmSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { createFolder } from "../identity/durable-file"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { writeOutputFile } from "../output-file"
import type { SignedGrant } from "./grant"

const base64 = z.base64().transform(text => Buffer.from(text, "base64"))
const grantSchema = z.strictObject({ challenge: base64, token: base64, chain: base64 })

/** What a host remembers of each chip that it updates. */
export interface UpdateJournal {
    /**
     * The grant of the update that is under way. While a program is written the device has none, and cannot be asked again what may be
     * installed: whoever goes on after an interruption finds the grant here.
     * @returns undefined if there is none, or it is damaged
     */
    grant(chip: string): SignedGrant | undefined
    keepGrant(chip: string, grant: SignedGrant): void
    /** The package whose program was confirmed last: what to go back to if the next one fails. */
    lastGood(chip: string): Buffer | undefined
    /** Ends the update. */
    confirm(chip: string, packageBytes: Buffer): void
}

/** For as long as the process lives. */
export class MemoryJournal implements UpdateJournal {
    readonly #grants = new Map<string, SignedGrant>()
    readonly #packages = new Map<string, Buffer>()

    grant(chip: string): SignedGrant | undefined {
        return this.#grants.get(chip)
    }

    keepGrant(chip: string, grant: SignedGrant): void {
        this.#grants.set(chip, grant)
    }

    lastGood(chip: string): Buffer | undefined {
        return this.#packages.get(chip)
    }

    confirm(chip: string, packageBytes: Buffer): void {
        this.#packages.set(chip, packageBytes)
        this.#grants.delete(chip)
    }
}

/** Two files a chip. All that writes throws InputError if it cannot. */
export class FileJournal implements UpdateJournal {
    readonly #folder: string

    constructor(folder: string) {
        this.#folder = folder
    }

    grant(chip: string): SignedGrant | undefined {
        try {
            return grantSchema.parse(
                JSON.parse(readInputFile(this.#path(chip, "json"), MAX_FILE_BYTES.record).toString()),
            )
        } catch {
            return undefined
        }
    }

    keepGrant(chip: string, grant: SignedGrant): void {
        const text = Object.entries(grant).map(([name, bytes]: [string, Buffer]) => [name, bytes.toString("base64")])
        this.#write(chip, "json", JSON.stringify(Object.fromEntries(text)))
    }

    lastGood(chip: string): Buffer | undefined {
        try {
            return readInputFile(this.#path(chip, "suit"), MAX_FILE_BYTES.package)
        } catch {
            return undefined
        }
    }

    confirm(chip: string, packageBytes: Buffer): void {
        this.#write(chip, "suit", packageBytes)
        rmSync(this.#path(chip, "json"), { force: true })
    }

    #write(chip: string, extension: string, content: string | Uint8Array): void {
        createFolder(files, this.#folder)
        writeOutputFile(this.#path(chip, extension), content)
    }

    #path(chip: string, extension: string): string {
        return join(this.#folder, `${chip}.${extension}`)
    }
}
