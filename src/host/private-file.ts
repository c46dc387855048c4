/**
 * Files that nobody but their owner reads: private keys, a unit's secrets, a person's credentials. Whatever writes one takes its mode from here;
 * `test/host/private-file.test.ts` knows every writer of files, and which of them these are.
 */
import { chmodSync, statSync } from "node:fs"
import { notices } from "./notices"
import { writeOutputFile } from "./output-file"

export const PRIVATE_FILE = 0o600
export const PRIVATE_FOLDER = 0o700

/** Writes a file as `writeOutputFile` does. One that is there, and that others could read, is theirs no more. @throws InputError */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
    writeOutputFile(path, content, PRIVATE_FILE)
}

/**
 * Takes a file that is there, and is not written again, from those that it is not for: a copy or an earlier version may have left it open to
 * them. Whoever cannot, because it is another's, is told.
 */
export function keepPrivate(path: string): void {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode
    if (mode === undefined || (mode & OTHERS) === 0) return
    try {
        chmodSync(path, PRIVATE_FILE)
    } catch (error) {
        notices.tell(`${path}: others may read it, and that cannot be changed: ${(error as Error).message}; see to it`)
    }
}

const OTHERS = 0o077
