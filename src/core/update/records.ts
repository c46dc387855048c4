/** What a device has on record about its programs: names and forms of the records, all of them in the sealed store. */
import { littleEndian32, putLittleEndian32 } from "../crypto/words"

/** Record of the program that is confirmed, 37 bytes: see `encodeProgram`. */
export const PROGRAM_RECORD = "program"
/** Record of the program that may take its place, 38 bytes: see `encodePending`. There is none while nothing is pending. */
export const PENDING_RECORD = "pending"
/** Record of the trust policy. */
export const POLICY_RECORD = "policy"
/** Record of the lowest sequence number that is accepted, where no secure element counts it: 4 bytes. */
export const FLOOR_RECORD = "floor"

/** Size of an image's digest in bytes: SHA-256. */
export const IMAGE_DIGEST_BYTES = 32

/** A program that a record names. */
export interface ProgramRecord {
    /** SHA-256 of its image, as the runtime measures it: `program_sha256`. */
    digest: Buffer
    /** Sequence number of the package that brought it: 0 to 2^32 - 1. */
    sequenceNumber: number
}

/** How far a pending program is. */
export enum Stage {
    /** It may be installed. */
    Granted = 1,
    /** It was started, and has to prove itself. */
    Trial = 2,
}

export interface PendingRecord extends ProgramRecord {
    stage: Stage
    /** Starts that did not get as far as confirming it: 0 to 255. */
    failedBoots: number
}

/** Offsets behind the digest, in bytes. Numbers are little-endian. */
const SEQUENCE_NUMBER = 32
const STAGE = 36
const FAILED_BOOTS = 37

/** Digest, sequence number, and a byte that is 0. */
export function encodeProgram(program: ProgramRecord): Buffer {
    return encoded(program, STAGE + 1)
}

/** @returns undefined if it is not of that form */
export function decodeProgram(record: Buffer): ProgramRecord | undefined {
    return record.length === STAGE + 1 && record[STAGE] === 0 ? programOf(record) : undefined
}

/** Digest, sequence number, stage and failed boots, a byte each. */
export function encodePending(pending: PendingRecord): Buffer {
    const record = encoded(pending, FAILED_BOOTS + 1)
    record[STAGE] = pending.stage
    record[FAILED_BOOTS] = pending.failedBoots
    return record
}

/** @returns undefined if it is not of that form */
export function decodePending(record: Buffer): PendingRecord | undefined {
    const stage = record[STAGE]
    if (record.length !== FAILED_BOOTS + 1 || (stage !== Stage.Granted && stage !== Stage.Trial)) return undefined
    const pending = programOf(record) as PendingRecord
    pending.stage = stage
    pending.failedBoots = record[FAILED_BOOTS]
    return pending
}

/** @returns a record of so many bytes; what follows the sequence number is 0 */
function encoded(program: ProgramRecord, bytes: number): Buffer {
    const record = Buffer.alloc(bytes)
    record.set(program.digest, 0)
    putLittleEndian32(record, SEQUENCE_NUMBER, program.sequenceNumber)
    return record
}

function programOf(record: Buffer): ProgramRecord {
    return {
        digest: record.slice(0, IMAGE_DIGEST_BYTES),
        sequenceNumber: littleEndian32(record, SEQUENCE_NUMBER) >>> 0,
    }
}
