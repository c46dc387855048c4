import { readFileSync } from "node:fs"
import { InputError } from "./input-error"

/** The content of a file that a person named. @throws InputError if it cannot be read */
export function readInputFile(path: string): Buffer<ArrayBuffer> {
    try {
        return Buffer.from(readFileSync(path))
    } catch (error) {
        throw new InputError(`${path}: cannot be read: ${(error as Error).message}`)
    }
}
