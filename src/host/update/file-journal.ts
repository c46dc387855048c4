import files, { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { createFolder } from "../identity/durable-file"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { writeOutputFile } from "../output-file"
import type { Course, CourseFault, UpdateJournal } from "./journal"

const base64 = z.base64().transform(text => Buffer.from(text, "base64"))
const courseSchema = z.strictObject({
    version: z.literal(2),
    chip: z.string(),
    update: z.string().regex(/^[0-9a-f]{64}$/),
    direction: z.enum(["forward", "back"]),
    grants: z.array(z.strictObject({ challenge: base64, token: base64, chain: base64 })),
    lastGood: base64.optional(),
    failure: z.string().optional(),
})

/**
 * Three files a chip, each of which is there whole or not at all: `CHIP.json` while an update is under way, `CHIP.suit` the last good
 * package, `CHIP.policy` the trust policy that was brought last. All that writes throws InputError if it cannot.
 */
export class FileJournal implements UpdateJournal {
    readonly #folder: string

    constructor(folder: string) {
        this.#folder = folder
    }

    course(chip: string): Course | CourseFault | undefined {
        if (!existsSync(this.#path(chip, "json"))) return undefined
        const kept = this.#readCourse(chip)
        if (!kept) return "journalDamaged"
        const { version, chip: owner, lastGood, failure, ...course } = kept
        return owner === chip ? { ...course, lastGood, failure } : "journalOfAnotherUnit"
    }

    keepCourse(chip: string, course: Course): void {
        const { grants, lastGood, ...plain } = course
        const text = (bytes: Buffer) => bytes.toString("base64")
        const written = grants.map(({ challenge, token, chain }) => ({
            challenge: text(challenge),
            token: text(token),
            chain: text(chain),
        }))
        const kept = { version: 2, chip, ...plain, grants: written, lastGood: lastGood && text(lastGood) }
        this.#write(chip, "json", JSON.stringify(kept))
    }

    lastGood(chip: string): Buffer | undefined {
        return this.#read(chip, "suit", MAX_FILE_BYTES.package)
    }

    keepLastGood(chip: string, packageBytes: Buffer): void {
        this.#write(chip, "suit", packageBytes)
    }

    policy(chip: string): Buffer | undefined {
        return this.#read(chip, "policy", MAX_FILE_BYTES.record)
    }

    keepPolicy(chip: string, policy: Buffer): void {
        this.#write(chip, "policy", policy)
    }

    endCourse(chip: string): void {
        rmSync(this.#path(chip, "json"), { force: true })
    }

    /** One command at a time on a chip. @returns what gives it back @throws LockedError */
    lock(chip: string): () => void {
        createFolder(files, this.#folder)
        return takeLock(this.#lockOf(chip))
    }

    /** Chips of which something is kept. */
    chips(): string[] {
        if (!existsSync(this.#folder)) return []
        const names = readdirSync(this.#folder).flatMap(
            name => /^([0-9a-f]{16})\.(json|suit|policy)$/.exec(name)?.[1] ?? [],
        )
        return [...new Set(names)].sort()
    }

    /** What may be kept of a chip, and what is locked by whoever works on it. */
    files(chip: string): { path: string; what: string; lock: string }[] {
        const lock = this.#lockOf(chip)
        return [
            { path: this.#path(chip, "json"), what: "an update that is under way", lock },
            { path: this.#path(chip, "suit"), what: "the last good package", lock },
            { path: this.#path(chip, "policy"), what: "whose updates it takes", lock },
        ]
    }

    #readCourse(chip: string): z.infer<typeof courseSchema> | undefined {
        try {
            const text = readInputFile(this.#path(chip, "json"), MAX_FILE_BYTES.updateCourse).toString()
            return courseSchema.safeParse(JSON.parse(text)).data
        } catch {
            return undefined
        }
    }

    /** @returns what cannot be read as an empty file: there was one, and it is of no use */
    #read(chip: string, extension: string, maxBytes: number): Buffer | undefined {
        const path = this.#path(chip, extension)
        if (!existsSync(path)) return undefined
        try {
            return readInputFile(path, maxBytes)
        } catch {
            return Buffer.alloc(0)
        }
    }

    #write(chip: string, extension: string, content: string | Uint8Array): void {
        createFolder(files, this.#folder)
        writeOutputFile(this.#path(chip, extension), content)
    }

    #lockOf(chip: string): string {
        return join(this.#folder, chip)
    }

    #path(chip: string, extension: string): string {
        return join(this.#folder, `${chip}.${extension}`)
    }
}
