/**
 * Who has a bench, and until when: a file for each lease, that everybody on the machine reads. It is for people and their runs, which agree on it, and
 * nobody's name is proved; what happens to a device behind the back of all is found by the proofs with which a run begins and ends.
 */
import { createHash, randomUUID } from "node:crypto"
import files, { chmodSync, existsSync, readdirSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { z } from "zod"
import { createFolder, readIfThere } from "../identity/durable-file"
import { InputError } from "../input-error"
import { LockedError, takeLock } from "../lock-file"
import { writeOutputFile } from "../output-file"

const leaseSchema = z.strictObject({
    /** Of this lease and no other. */
    token: z.uuid(),
    /** Such as serial:/dev/ttyACM0, as whoever took it has called it. */
    target: z.string(),
    who: z.string(),
    until: z.iso.datetime(),
    /** Whose was broken for it, and the word that was given. */
    broke: z.strictObject({ who: z.string(), why: z.string() }).optional(),
    /** Who has broken it, and the word for whoever had it. */
    brokenBy: z.strictObject({ who: z.string(), why: z.string() }).optional(),
})

export type Lease = z.infer<typeof leaseSchema>

/** Whoever asks for a bench. */
export interface Claim {
    target: string
    /** A person, such as ada@bench3. */
    who: string
    until: Date
    /** Takes it from whoever has it, for this reason. */
    breaks?: string
}

/** Names the folder, where several machines or people share one. */
export const LEASES_VARIABLE = "DOMOVOI_LEASES"
const FOLDER = join(tmpdir(), "domovoi-leases")
/** Everybody reads a lease, and who breaks it replaces it: they are asked for a word by this program alone. */
const EVERYBODY = { folder: 0o777, file: 0o666 }
/** Somebody else is at the files for a moment. */
const ATTEMPTS = 100
const BETWEEN_MS = 20

export class Leases {
    readonly #folder: string

    constructor(folder = process.env[LEASES_VARIABLE] || FOLDER) {
        this.#folder = folder
    }

    /**
     * Whoever has it already has it for longer, or as long as before.
     * @returns the lease, which may be one that was there @throws InputError naming who has it, if that is somebody else
     */
    take({ target, who, until, breaks }: Claim, now: Date): Lease {
        const why = breaks?.trim()
        if (breaks !== undefined && !why) throw new InputError("say why the bench is taken from whoever has it")
        if (!who.trim()) throw new InputError("say who takes the bench")
        return this.#alone(() => {
            const there = this.#held(target, now)
            if (there?.who === who) {
                const later = new Date(there.until) > until ? there.until : until.toISOString()
                return this.#write({ ...there, until: later })
            }
            if (there && !why) throw taken(there)
            // It stays until its holder has read the word, or until its time is over.
            if (there && why) this.#write({ ...there, brokenBy: { who, why } })
            for (const old of this.#all())
                if (new Date(old.until) <= now && isSamePlace(old.target, target)) rmSync(this.#path(old))
            const lease = { token: randomUUID(), target: absolute(target), who, until: until.toISOString() }
            return this.#write(there && why ? { ...lease, broke: { who: there.who, why } } : lease)
        })
    }

    /** Once more, for whoever has it. @throws InputError if it was broken or given back, or has run out and somebody else has the bench now */
    keep({ token, target }: Lease, until: Date, now: Date): void {
        this.#alone(() => {
            const own = this.#all().find(lease => lease.token === token)
            if (own?.brokenBy) {
                rmSync(this.#path(own))
                const { who, why } = own.brokenBy
                throw new InputError(`${target}: ${who} has taken the bench: ${why}; ask them, and go on with --resume`)
            }
            const other = this.#held(target, now)
            if (other && other.token !== token) throw taken(other)
            if (!own) throw new InputError(`${target}: the bench was given back by another command; take it again`)
            if (new Date(own.until) < until) this.#write({ ...own, until: until.toISOString() })
        })
    }

    /** For one run: whoever has a bench can still start two. @returns what lets others in @throws InputError if a run is at work there */
    occupy(target: string): () => void {
        this.#make()
        const name = createHash("sha256").update(placeOf(target)).digest("hex").slice(0, 16)
        try {
            return takeLock(join(this.#folder, `${name}.run`), undefined, EVERYBODY.file)
        } catch (error) {
            if (error instanceof LockedError)
                throw new InputError(`${target}: a run is at work there: ${error.message}`)
            throw error
        }
    }

    /** Gives it back, unless that was done. */
    end({ token }: Lease): void {
        this.#alone(() => {
            for (const lease of this.#all()) if (lease.token === token) rmSync(this.#path(lease))
        })
    }

    /** @returns undefined if nobody has it */
    of(target: string, now: Date): Lease | undefined {
        return this.#held(target, now)
    }

    /** All that have neither run out nor were broken, by target. */
    list(now: Date): Lease[] {
        return this.#all().filter(lease => holds(lease, now))
    }

    #held(target: string, now: Date): Lease | undefined {
        return this.list(now).find(lease => isSamePlace(lease.target, target))
    }

    /** @throws InputError if one is none: it may be somebody's */
    #all(): Lease[] {
        if (!existsSync(this.#folder)) return []
        const names = readdirSync(this.#folder).filter(name => name.endsWith(".json"))
        return names.flatMap(name => readLease(join(this.#folder, name)) ?? []).sort(byTarget)
    }

    #alone<T>(work: () => T): T {
        this.#make()
        const release = this.#locked()
        try {
            return work()
        } finally {
            release()
        }
    }

    #locked(): () => void {
        for (let attempt = 1; ; attempt++)
            try {
                return takeLock(join(this.#folder, "leases"), undefined, EVERYBODY.file)
            } catch (error) {
                if (!(error instanceof LockedError) || attempt === ATTEMPTS) throw error
                Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_MS)
            }
    }

    #make(): void {
        if (existsSync(this.#folder)) return
        createFolder(files, this.#folder)
        chmodSync(this.#folder, EVERYBODY.folder)
    }

    #path({ token }: Lease): string {
        return join(this.#folder, `${token}.json`)
    }

    #write(lease: Lease): Lease {
        writeOutputFile(this.#path(lease), JSON.stringify(lease), EVERYBODY.file)
        return lease
    }
}

const holds = ({ until, brokenBy }: Lease, now: Date) => !brokenBy && new Date(until) > now

/** @returns undefined if it has gone meanwhile */
function readLease(path: string): Lease | undefined {
    const text = readIfThere(files, path)
    if (!text) return undefined
    try {
        return leaseSchema.parse(JSON.parse(text.toString()))
    } catch {
        throw new InputError(`${path}: this is no lease of ours; remove it if nobody is at the bench`)
    }
}

function taken({ target, who, until, broke }: Lease): InputError {
    const how = broke ? ` since the lease of ${broke.who} was broken (${broke.why})` : ""
    return new InputError(
        `${target}: ${who} has the bench until ${until}${how}; ask, or take it with a word that says why (--break-lease of conform, --break of lease take)`,
    )
}

/** By its own name, or by any that leads to the same port now: a cable that was away comes back under another. */
function isSamePlace(one: string, other: string): boolean {
    return absolute(one) === absolute(other) || placeOf(one) === placeOf(other)
}

const SERIAL = "serial:"

function absolute(target: string): string {
    if (target.startsWith(SERIAL)) return SERIAL + resolve(target.slice(SERIAL.length))
    const url = target.replace(/^ws:(?!\/\/)/, "ws://")
    return URL.canParse(url) ? new URL(url).href : target
}

function placeOf(target: string): string {
    const name = absolute(target)
    if (!name.startsWith(SERIAL)) return name
    try {
        return SERIAL + realpathSync(name.slice(SERIAL.length))
    } catch {
        return name
    }
}

const byTarget = (one: Lease, other: Lease) => (one.target < other.target ? -1 : 1)
