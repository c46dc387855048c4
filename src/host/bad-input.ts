import { DocumentError } from "../../simulators/document-error"
import { RuntimeVersionError } from "../../simulators/vm/runtime"
import { BuildError } from "./build/build-error"
import { InputError } from "./input-error"
import { oneLine } from "./plain-text"

/** Errors that say what is wrong with what a person gave. Any other is a fault of ours. */
const BAD_INPUT = [BuildError, DocumentError, InputError, RuntimeVersionError]

/** @returns one line that says what is wrong and where, or undefined if the error is no complaint about input */
export function badInputLine(error: unknown): string | undefined {
    if (error instanceof BuildError && error.diagnostics.length > 0) {
        const [{ file, line, column, message }, ...others] = error.diagnostics
        const more = others.length > 0 ? ` (and ${others.length} more)` : ""
        return `${oneLine(`${file}:${line}:${column}: ${message}`)}${more}`
    }
    return BAD_INPUT.some(kind => error instanceof kind) ? oneLine((error as Error).message) : undefined
}
