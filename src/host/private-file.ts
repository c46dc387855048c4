/**
 * Files that nobody but their owner reads: private keys, a unit's secrets, a person's credentials. Whatever writes one takes its mode from here;
 * `test/host/private-file.test.ts` knows every writer of files, and which of them these are.
 */
import { writeOutputFile } from "./output-file"

export const PRIVATE_FILE = 0o600
export const PRIVATE_FOLDER = 0o700

/** Writes a file as `writeOutputFile` does. One that is there, and that others could read, is theirs no more. @throws InputError */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
    writeOutputFile(path, content, PRIVATE_FILE)
}
