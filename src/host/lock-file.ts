/** One command at a time on what several would overwrite each other in. */
import { randomUUID } from "node:crypto"
import nodeFiles, { realpathSync } from "node:fs"
import { hostname } from "node:os"
import { basename } from "node:path"
import { z } from "zod"
import { readBoundedFile } from "../../simulators/bounded-file"
import { machineClock } from "./clock"
import { createOnce, type FileSystem, readIfThere } from "./identity/durable-file"
import { InputError } from "./input-error"
import { PRIVATE_FILE } from "./private-file"
import { unfinished } from "./unfinished"

const holderSchema = z.strictObject({
    /** Of this lock and no other. */
    token: z.uuid(),
    pid: z.int().positive(),
    host: z.string(),
    /** What the process was asked to do, such as "domovoi update". */
    command: z.string(),
    since: z.iso.datetime(),
    /** Boot of the machine and start of the process, where the system tells: numbers of processes are given again. */
    started: z.string().optional(),
})

/** Who has a lock. */
export type LockHolder = z.infer<typeof holderSchema>

/** Somebody else is at work on it. */
export class LockedError extends InputError {
    constructor(
        path: string,
        readonly holder: LockHolder,
    ) {
        const { command, pid, host, since } = holder
        const cure =
            host === hostname()
                ? "wait until that has ended, and run the command again"
                : `wait until that has ended; if it is sure to have, remove ${lockOf(path)}`
        super(`${path}: "${command}" is at work on it (process ${pid} on ${host}, since ${since}); ${cure}`)
        this.name = "LockedError"
    }
}

/**
 * Takes the lock of a file or folder, which need not be there yet. Of several processes that take it at the same moment one gets it. A lock whose
 * process is gone is taken over; where that cannot be known, it counts as held.
 * @param mode permissions of the lock: whoever may not read it does not learn who has it
 * @returns what gives it back; a process that ends without that leaves a lock that the next one takes over
 * @throws LockedError naming the holder; InputError if no lock can be written
 */
export function takeLock(path: string, files: FileSystem = nodeFiles, mode = PRIVATE_FILE): () => void {
    const lock = lockOf(path)
    const me = thisProcess()
    while (!createOnce(files, lock, JSON.stringify(me), mode)) {
        const holder = holderOf(files, lock)
        if (holder) removeStale(files, path, lock, holder, me)
    }
    unfinished.begin(lock)
    return () => {
        unfinished.end(lock)
        if (holderOf(files, lock)?.token === me.token) files.unlinkSync(lock)
    }
}

/** Does something under a lock. @throws LockedError, InputError; and what `work` throws */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
    const release = takeLock(path)
    return work().finally(release)
}

/** By any of its names a file has one lock. */
function lockOf(path: string): string {
    try {
        return `${realpathSync(path)}.lock`
    } catch {
        return `${path}.lock`
    }
}

/**
 * Removes a lock whose process is gone. Between looking and removing, another process may remove it and take its own; so only whoever has the
 * claim on exactly this lock may remove it, and looks once more. A claim whose process is gone is removed in the same way.
 * @throws LockedError if the holder is not known to be gone, or another process has the claim
 */
function removeStale(files: FileSystem, path: string, lock: string, holder: LockHolder, me: LockHolder): void {
    if (mayLive(holder)) throw new LockedError(path, holder)
    const claim = `${lock}.${holder.token}`
    if (createOnce(files, claim, JSON.stringify(me), PRIVATE_FILE)) {
        if (holderOf(files, lock)?.token === holder.token) files.unlinkSync(lock)
        files.unlinkSync(claim)
        return
    }
    const claimant = holderOf(files, claim)
    if (claimant) removeStale(files, path, claim, claimant, me)
}

/** @returns undefined if there is no such lock any more @throws InputError if it is none */
function holderOf(files: FileSystem, lock: string): LockHolder | undefined {
    const text = readIfThere(files, lock)
    if (!text) return undefined
    try {
        return holderSchema.parse(JSON.parse(text.toString()))
    } catch {
        throw new InputError(
            `${lock}: this is no lock of ours, and says not who holds it; remove it if no domovoi command runs`,
        )
    }
}

/** Whether the process is there, or may be: of another machine nothing is known. */
function mayLive({ host, pid, started }: LockHolder): boolean {
    if (host !== hostname()) return true
    try {
        process.kill(pid, 0)
    } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "ESRCH"
    }
    const now = startOf(pid)
    return now === undefined || started === undefined || now === started
}

function thisProcess(): LockHolder {
    const [, program = "domovoi", command = ""] = process.argv
    return {
        token: randomUUID(),
        pid: process.pid,
        host: hostname(),
        command: `${basename(program, ".js")} ${command}`.trim(),
        since: machineClock().toISOString(),
        started: startOf(process.pid),
    }
}

const GONE = "gone"

/** proc(5), where there is one: boot of the machine, and when the process started after it. @returns `GONE` of one that only waits for its parent */
function startOf(pid: number): string | undefined {
    try {
        const boot = told("/proc/sys/kernel/random/boot_id").trim()
        const stat = told(`/proc/${pid}/stat`)
        // The second field is a name in brackets, which may hold brackets and spaces.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        return fields[0] === "Z" ? GONE : `${boot} ${fields[19]}`
    } catch {
        return undefined
    }
}

/** What the system says of itself; a line. */
function told(path: string): string {
    return readBoundedFile(path, 4096).toString()
}
