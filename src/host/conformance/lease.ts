/**
 * Who has a bench, and until when: a file for each bench, that everybody on the machine reads. It is for people and their runs, which agree on it; what
 * happens to a device behind the back of all is found by the proofs with which a run begins and ends.
 */
import { createHash, randomUUID } from "node:crypto"
import files, { chmodSync, readdirSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { z } from "zod"
import { createFolder, readIfThere } from "../identity/durable-file"
import { InputError } from "../input-error"
import { LockedError, takeLock } from "../lock-file"
import { writeOutputFile } from "../output-file"

const leaseSchema = z.strictObject({
    /** Of this lease and no other. */
    token: z.uuid(),
    /** Such as serial:/dev/ttyACM0: a port by the one name that it has in the end. */
    target: z.string(),
    who: z.string(),
    until: z.iso.datetime(),
    /** Whose was broken for it, and the word that was given. */
    broke: z.strictObject({ who: z.string(), until: z.iso.datetime(), why: z.string() }).optional(),
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
/** Everybody reads it, and who breaks one writes it: both are asked for a word by this program alone. */
const EVERYBODY = { folder: 0o777, file: 0o666 }

export class Leases {
    readonly #folder: string

    constructor(folder = process.env[LEASES_VARIABLE] ?? FOLDER) {
        this.#folder = folder
    }

    /**
     * Whoever has it already has it for longer, or as long as before.
     * @returns the lease, which may be one that was there @throws InputError naming who has it, if that is somebody else
     */
    take({ target: given, who, until, breaks }: Claim, now: Date): Lease {
        const target = named(given)
        return this.#alone(target, () => {
            const there = this.#read(target, now)
            if (there?.who === who) {
                const later = new Date(there.until) > until ? there.until : until.toISOString()
                return this.#write({ ...there, until: later })
            }
            if (there && !breaks) throw taken(there)
            const broke = there && { who: there.who, until: there.until, why: String(breaks) }
            return this.#write({
                token: randomUUID(),
                target,
                who,
                until: until.toISOString(),
                ...(broke && { broke }),
            })
        })
    }

    /** Once more, for whoever has it. @throws InputError if it was broken or has run out, and somebody else has it now */
    keep(lease: Lease, until: Date, now: Date): void {
        this.#alone(lease.target, () => {
            const there = this.#read(lease.target, now)
            if (there && there.token !== lease.token) throw taken(there)
            if (!there || new Date(there.until) < until)
                this.#write({ ...(there ?? lease), until: until.toISOString() })
        })
    }

    /** For one run: whoever has a bench can still start two. @returns what lets others in @throws InputError if a run is at work there */
    occupy(target: string): () => void {
        this.#make()
        try {
            return takeLock(`${this.#path(named(target))}.run`)
        } catch (error) {
            if (!(error instanceof LockedError)) throw error
            const { pid, host, since } = error.holder
            throw new InputError(
                `${target}: a run is at work there (process ${pid} on ${host}, since ${since}); wait until it has ended`,
            )
        }
    }

    /** Gives it back, unless it has run out or was broken. */
    end({ target, token }: Lease, now: Date): void {
        this.#alone(target, () => {
            if (this.#read(target, now)?.token === token) rmSync(this.#path(target))
        })
    }

    /** @returns undefined if nobody has it */
    of(target: string, now: Date): Lease | undefined {
        return this.#read(named(target), now)
    }

    /** All that have not run out, by target. */
    list(now: Date): Lease[] {
        const names = readIfFolder(this.#folder).filter(name => name.endsWith(".json"))
        return names.flatMap(name => this.#readFile(join(this.#folder, name), now) ?? []).sort(byTarget)
    }

    #alone<T>(target: string, work: () => T): T {
        this.#make()
        const release = takeLock(this.#path(target))
        try {
            return work()
        } finally {
            release()
        }
    }

    #make(): void {
        if (readIfFolder(this.#folder).length > 0) return
        createFolder(files, this.#folder)
        chmodSync(this.#folder, EVERYBODY.folder)
    }

    #path(target: string): string {
        return join(this.#folder, `${createHash("sha256").update(target).digest("hex").slice(0, 16)}.json`)
    }

    #read(target: string, now: Date): Lease | undefined {
        return this.#readFile(this.#path(target), now)
    }

    /** @returns undefined if there is none, or it has run out @throws InputError if it is none */
    #readFile(path: string, now: Date): Lease | undefined {
        const text = readIfThere(files, path)
        if (!text) return undefined
        try {
            const lease = leaseSchema.parse(JSON.parse(text.toString()))
            return new Date(lease.until) > now ? lease : undefined
        } catch {
            throw new InputError(`${path}: this is no lease of ours; remove it if nobody is at the bench`)
        }
    }

    #write(lease: Lease): Lease {
        writeOutputFile(this.#path(lease.target), JSON.stringify(lease), EVERYBODY.file)
        return lease
    }
}

function taken({ target, who, until, broke }: Lease): InputError {
    const how = broke ? ` since the lease of ${broke.who} was broken (${broke.why})` : ""
    return new InputError(
        `${target}: ${who} has the bench until ${until}${how}; ask, or take it with a word that says why (--break-lease of conform, --break of lease take)`,
    )
}

/** By any of its names a port is one. To be asked while it is there: its other names go away with it. */
function named(target: string): string {
    const [, kind, place] = /^(\w+):(.*)$/.exec(target) ?? []
    if (kind !== "serial") return target
    try {
        return `serial:${realpathSync(place)}`
    } catch {
        return target
    }
}

function readIfFolder(path: string): string[] {
    try {
        return readdirSync(path)
    } catch {
        return []
    }
}

const byTarget = (one: Lease, other: Lease) => (one.target < other.target ? -1 : 1)
