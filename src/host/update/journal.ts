import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { OutputFile } from "../output-file"
import type { SignedGrant } from "./grant"

const base64 = z.base64().transform(text => Buffer.from(text, "base64"))
const grantSchema = z.strictObject({ challenge: base64, token: base64, chain: base64 })

/**
 * The grants of updates that are under way, one a chip. While a program is written the device has none, and cannot be asked again what may
 * be installed: whoever goes on after an interruption finds the grant here.
 */
export interface GrantJournal {
    /** @returns undefined if there is none, or it is damaged */
    read(chip: string): SignedGrant | undefined
    keep(chip: string, grant: SignedGrant): void
    discard(chip: string): void
}

/** For as long as the process lives. */
export class MemoryJournal implements GrantJournal {
    readonly #grants = new Map<string, SignedGrant>()

    read(chip: string): SignedGrant | undefined {
        return this.#grants.get(chip)
    }

    keep(chip: string, grant: SignedGrant): void {
        this.#grants.set(chip, grant)
    }

    discard(chip: string): void {
        this.#grants.delete(chip)
    }
}

/** A file a chip. */
export class FileJournal implements GrantJournal {
    readonly #folder: string

    constructor(folder: string) {
        this.#folder = folder
    }

    read(chip: string): SignedGrant | undefined {
        try {
            return grantSchema.parse(JSON.parse(readFileSync(this.#path(chip), "utf8")))
        } catch {
            return undefined
        }
    }

    /** @throws InputError if it cannot be written */
    keep(chip: string, grant: SignedGrant): void {
        mkdirSync(this.#folder, { recursive: true })
        const text = Object.entries(grant).map(([name, bytes]: [string, Buffer]) => [name, bytes.toString("base64")])
        const file = new OutputFile(this.#path(chip))
        file.write(JSON.stringify(Object.fromEntries(text)))
        file.keep()
    }

    discard(chip: string): void {
        rmSync(this.#path(chip), { force: true })
    }

    #path(chip: string): string {
        return join(this.#folder, `${chip}.json`)
    }
}
