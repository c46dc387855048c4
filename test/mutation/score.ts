/** What the fates of mutants say about the tests of an area. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Mutant } from "./mutants"

/** A mutant that no test can notice, because the program does the same with it. It is known by its text, which moves with the code. */
export interface Equivalent extends Pick<Mutant, "file" | "line" | "mutator" | "from" | "to"> {
    reason: string
}

export interface Score {
    /** All that could run. */
    mutants: number
    /** Noticed by a test; those in endless loops among them. */
    killed: number
    /** Survivors that are named equivalent. */
    equivalent: number
    /** All other survivors. */
    survived: number
    /** Killed ones of all that are not equivalent, in per cent, rounded down to tenths. */
    score: number
}

export interface Verdict extends Score {
    survivors: Mutant[]
    /** Named equivalent, and yet killed. */
    misnamed: Equivalent[]
}

export function judge(mutants: readonly Mutant[], equivalents: readonly Equivalent[]): Verdict {
    const named = new Map(equivalents.map(entry => [keyOf(entry), entry]))
    const alive = mutants.filter(({ fate }) => fate === "survived")
    const survivors = alive.filter(mutant => !named.has(keyOf(mutant)))
    const dead = new Set(mutants.filter(({ fate }) => fate !== "survived").map(keyOf))
    // Two mutants of one line can have the same text: what survives in one place is not misnamed.
    for (const mutant of alive) dead.delete(keyOf(mutant))
    const killed = mutants.length - alive.length
    const countable = killed + survivors.length
    return {
        mutants: mutants.length,
        killed,
        equivalent: alive.length - survivors.length,
        survived: survivors.length,
        score: countable === 0 ? 100 : Math.floor((1000 * killed) / countable) / 10,
        survivors,
        misnamed: equivalents.filter(entry => dead.has(keyOf(entry))),
    }
}

/** Why a measured score cannot take the place of the committed one; undefined if it can. */
export function fallsBack(measured: Score, committed: Score | undefined): string | undefined {
    if (!committed || measured.score >= committed.score) return undefined
    return `${measured.score} % of the mutants were killed, ${committed.score} % are committed`
}

/** Equivalents whose source line is gone. */
export function orphans(equivalents: readonly Equivalent[], read = (file: string) => readFileSync(file, "utf8")) {
    return equivalents.filter(({ file, line }) => !linesOf(file, read).includes(line))
}

/** Names the contents of files, so that a committed score tells whether it is still about them. */
export function digestOf(files: readonly string[]): string {
    const hash = createHash("sha256")
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(file))
    return hash.digest("hex").slice(0, 16)
}

function keyOf({ file, line, mutator, from, to }: Omit<Equivalent, "reason">): string {
    return JSON.stringify([file, line, mutator, from, to])
}

function linesOf(file: string, read: (file: string) => string): string[] {
    try {
        return read(file)
            .split("\n")
            .map(line => line.trim())
    } catch {
        return []
    }
}
