import { createHash } from "node:crypto"
import type { Clock } from "./clock"

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One thing that happened. `us` is virtual time in microseconds; `source` names a device, bus or part (`valve.gas`); `kind` says what the rest holds. */
export interface TraceEntry {
    us: number
    source: string
    kind: string
    [detail: string]: Json
}

/**
 * What happened in a run, in order, as JSON lines. The SHA-256 of those lines identifies the run: equal inputs give an equal hash.
 * Lines are hashed as they are made and handed to `sink` if there is one; none are kept.
 */
export class Trace {
    readonly #hash = createHash("sha256")
    readonly #watchers: ((entry: TraceEntry) => void)[] = []
    lines = 0

    /** @param sink receives each line, with its newline */
    constructor(
        readonly clock: Clock,
        readonly sink?: (line: string) => void,
    ) {}

    note(source: string, kind: string, detail: Record<string, Json> = {}): void {
        const entry: TraceEntry = { us: this.clock.nowUs, source, kind, ...detail }
        const line = `${JSON.stringify(entry)}\n`
        this.#hash.update(line)
        this.lines++
        this.sink?.(line)
        for (const watch of this.#watchers) watch(entry)
    }

    /** Calls `watcher` with every later entry. */
    watch(watcher: (entry: TraceEntry) => void): void {
        this.#watchers.push(watcher)
    }

    /** SHA-256 of the lines so far, in lowercase hex. */
    sha256(): string {
        return this.#hash.copy().digest("hex")
    }
}
