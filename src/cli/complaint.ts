import { getSystemErrorMap } from "node:util"
import { CommanderError } from "commander"
import { badInputLine } from "../host/bad-input"
import { oneLine } from "../host/plain-text"
import { LinkError } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"

/** What a person is told when a command ends early, on one line, and what the process ends with. */
export interface Complaint {
    line: string
    status: ExitStatus
}

/** The one place that knows everything that can be thrown, by whom ever. */
export function complaintOf(error: unknown): Complaint {
    if (error instanceof CommanderError)
        return { line: oneLine(error.message.replace(/^error: /, "")), status: ExitStatus.BadInput }
    const badInput = badInputLine(error)
    if (badInput !== undefined) return { line: badInput, status: ExitStatus.BadInput }
    if (error instanceof LinkError) return { line: oneLine(error.message), status: ExitStatus.Failed }
    if (isSystemError(error)) return { line: oneLine(systemLine(error)), status: ExitStatus.BadInput }
    return { line: oneLine(faultLine(error)), status: ExitStatus.Fault }
}

const SYSTEM_CODES: ReadonlySet<string> = new Set([...getSystemErrorMap().values()].map(([name]) => name))

/** What the operating system refuses: no room, no right, no such file, too many files. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
    return error instanceof Error && "code" in error && typeof error.code === "string" && SYSTEM_CODES.has(error.code)
}

function systemLine({ path, syscall, message }: NodeJS.ErrnoException): string {
    return `${path ?? syscall ?? "the system"}: ${message}; see to it and try again`
}

function faultLine(error: unknown): string {
    if (!(error instanceof Error)) return `fault of this program: ${String(error)}; please report it`
    // Where it was, of all the places that a stack names, is what whoever looks for it needs first.
    const place = /^ +at (.+)$/m.exec(error.stack ?? "")?.[1] ?? "an unknown place"
    return `fault of this program: ${error.name}: ${error.message} (at ${place}); please report it with the command`
}
