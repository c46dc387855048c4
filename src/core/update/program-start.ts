import { constantTimeEqual } from "../crypto/constant-time"
import type { ProgramRecord } from "./records"

/** What is known when a program is about to start. */
export interface ProgramStart {
    /** SHA-256 of the image that is about to run. */
    digest: Buffer
    /** The record `program`, if there is one. */
    program: ProgramRecord | undefined
    /** The record `pending`, if there is one. */
    pending: ProgramRecord | undefined
    /** Lowest sequence number that is accepted. */
    floor: number
}

export type ProgramVerdict =
    /** It is the program on record. */
    | "confirmed"
    /** It is the one that may take its place. */
    | "trial"
    /** It was authorised once; what replaced it has raised the floor. */
    | "belowFloor"
    /** Nobody authorised it. */
    | "unauthorised"

/**
 * Whether a program may run: `confirmed` and `trial` may. The verified board profile starts no other; on a stock runtime everything starts,
 * and whoever measures the image learns from this what it is.
 */
export function judgeProgram({ digest, program, pending, floor }: ProgramStart): ProgramVerdict {
    const isProgram = names(program, digest)
    const isPending = names(pending, digest)
    if (isProgram && program.sequenceNumber >= floor) return "confirmed"
    // An image may come again, in a package with a higher number.
    if (isPending && pending.sequenceNumber >= floor) return "trial"
    return isProgram || isPending ? "belowFloor" : "unauthorised"
}

function names(record: ProgramRecord | undefined, digest: Buffer): record is ProgramRecord {
    return record !== undefined && constantTimeEqual(record.digest, digest)
}
