import files, { existsSync, rmSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { z } from "zod"
import { base64Schema } from "../identity/base64"
import { createFolder } from "../identity/durable-file"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { PRIVATE_FOLDER, writePrivateFile } from "../private-file"
import type { KeptSession } from "./kept-session"

const schema = z.strictObject({
    version: z.literal(1),
    serial: z.string(),
    /** Number of the EDHOC suite that the keys were agreed on by: its AEAD is that of all messages. */
    suite: z.int().optional(),
    records: z.record(z.string(), base64Schema),
})
type Content = z.infer<typeof schema>

/** Where a session with a unit is kept unless somebody says otherwise. */
export function sessionPath(serial: string, environment: NodeJS.ProcessEnv = process.env): string {
    const folder = environment.XDG_CONFIG_HOME || join(homedir(), ".config")
    return join(folder, "domovoi", "sessions", `${serial}.json`)
}

/** Whether there is any, with whichever unit. */
export function areSessionsKept(environment: NodeJS.ProcessEnv = process.env): boolean {
    return existsSync(dirname(sessionPath("any", environment)))
}

/**
 * The hub's end of the session with one unit, in a file that nobody but its owner reads: whoever has it is its owner to the unit. Whatever changes is in the
 * file before anything is sent that needs it.
 */
export class SessionFile implements KeptSession {
    #content: Content

    private constructor(
        readonly path: string,
        content: Content,
        readonly close: () => void,
    ) {
        this.#content = content
    }

    /**
     * @param serial of the unit that it has to be with; left out, of whichever it is
     * @param isNew whether it is to be made, in the place of one that is there: then there has to be a serial
     * @throws InputError
     */
    static open(path: string, serial: string | undefined, isNew = false): SessionFile {
        createFolder(files, dirname(path), PRIVATE_FOLDER)
        const release = takeLock(path)
        try {
            const kept = isNew || !existsSync(path) ? undefined : read(path)
            if (!kept && (!isNew || serial === undefined))
                throw new InputError(
                    `${path}: no session with ${serial ?? "the unit"} is kept there; pair first: domovoi pair --serial ${serial ?? "SERIAL"}`,
                )
            if (kept && serial !== undefined && kept.serial !== serial)
                throw new InputError(`${path}: the session is with ${kept.serial}, not with ${serial}`)
            return new SessionFile(path, kept ?? { version: 1, serial: serial as string, records: {} }, release)
        } catch (error) {
            release()
            throw error
        }
    }

    get suite(): number | undefined {
        return this.#content.suite
    }

    begin(suite: number): void {
        this.#content = { ...this.#content, suite, records: {} }
    }

    async get(name: string): Promise<Buffer | undefined> {
        const value = this.#content.records[name]
        return value === undefined ? undefined : Buffer.from(value, "base64")
    }

    async set(name: string, value: Buffer): Promise<void> {
        this.#write({ ...this.#content.records, [name]: value.toString("base64") })
    }

    async erase(name: string): Promise<void> {
        if (!(name in this.#content.records)) return
        const { [name]: _, ...others } = this.#content.records
        this.#write(others)
    }

    /** Forgets the session: what was agreed on is gone. */
    forget(): void {
        rmSync(this.path, { force: true })
    }

    #write(records: Content["records"]): void {
        const content = { ...this.#content, records }
        writePrivateFile(this.path, `${JSON.stringify(content, null, 4)}\n`)
        this.#content = content
    }
}

function read(path: string): Content {
    const text = readInputFile(path, MAX_FILE_BYTES.session).toString("utf8")
    try {
        return schema.parse(JSON.parse(text))
    } catch (_error) {
        throw new InputError(`${path}: that is no session of ours; pair again, or give another file by --session`)
    }
}
