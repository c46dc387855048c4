import { readBoundedFile } from "../../simulators/bounded-file"
import { InputError } from "./input-error"

/** Most bytes that a file of each kind has. */
export const MAX_FILE_BYTES = {
    /** One of no kind in particular. */
    any: 16_777_216,
    /** An update package, or an image for one. */
    package: 4_194_304,
    /** A key, policy, authority, revocation or witness: JSON that people can read. */
    record: 65_536,
    passphrase: 4_096,
    /** A photograph. */
    picture: 67_108_864,
    /** One end of a session. */
    session: 16_384,
    /** What is kept of an update under way: grants, and a package in base64. */
    updateCourse: 6_291_456,
    /** Flash and memories of a simulated unit, in base64. */
    simulatedUnit: 4_194_304,
    /** A source or specification that goes into a program. */
    source: 4_194_304,
    /** One line for every unit that was ever made. */
    manufactureLog: 268_435_456,
}

/** The content of a file that a person named. @throws InputError if it cannot be read, or is longer than that */
export function readInputFile(path: string, maxBytes: number = MAX_FILE_BYTES.any): Buffer<ArrayBuffer> {
    try {
        return readBoundedFile(path, maxBytes)
    } catch (error) {
        throw new InputError(`${path}: cannot be read: ${(error as Error).message}`)
    }
}
