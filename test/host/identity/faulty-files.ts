import fs from "node:fs"
import type { FileSystem } from "../../../src/host/identity/durable-file"

/** What a process dies of. */
export class Crash extends Error {}

/** The disk, without waiting for it. */
export const quickFiles: FileSystem = { ...fs, fsyncSync() {} }

/**
 * A file system whose process dies in the middle of its operation number `operation`, counted from 0: half of a write is written,
 * anything else is done. Whatever it tries later has no effect.
 */
export function dyingFiles(operation: number, under: FileSystem): FileSystem {
    let operations = 0
    const dieIn = (name: string, perform: (...parameters: unknown[]) => unknown) => {
        return (...parameters: unknown[]) => {
            const now = operations++
            if (now < operation) return perform(...parameters)
            if (now === operation) perform(...(name === "writeSync" ? halfOf(parameters) : parameters))
            throw new Crash()
        }
    }
    const dying = OPERATIONS.map(name => [name, dieIn(name, under[name] as (...parameters: unknown[]) => unknown)])
    return { ...under, ...Object.fromEntries(dying) }
}

function halfOf([descriptor, bytes]: unknown[]): unknown[] {
    return [descriptor, bytes, 0, (bytes as Uint8Array).length >> 1]
}

/** Looking into a file that is open changes nothing. */
const OPERATIONS: (keyof FileSystem)[] = [
    "closeSync",
    "fsyncSync",
    "linkSync",
    "mkdirSync",
    "openSync",
    "readdirSync",
    "unlinkSync",
    "writeSync",
]
