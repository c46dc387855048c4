/** The figures of the last accepted run. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Figure } from "./figure"

const FILE = join(import.meta.dirname, "accepted.json")

/** Values by the names of their figures. */
export function readAccepted(): Record<string, number> {
    return JSON.parse(readFileSync(FILE, "utf8"))
}

export function writeAccepted(figures: readonly Figure[]): void {
    const values = Object.fromEntries(figures.map(({ name, value }) => [name, value]))
    writeFileSync(FILE, `${JSON.stringify(values, undefined, 4)}\n`)
}
