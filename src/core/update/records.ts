/** What a device has on record about its programs: names and forms of the records, all of them in the sealed store. */
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import { littleEndian32 } from "../crypto/words"
import { numberRecord } from "../store/stored-number"

/** Record of the program that is confirmed, 37 bytes: see `encodeProgram`. */
export const PROGRAM_RECORD = "program"
/** Record of the program that may take its place, 38 bytes: see `encodeProgram`. There is none while nothing is pending. */
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
/** What a confirmed program has in place of a stage. */
const CONFIRMED = hex`00`

/** Digest, sequence number and progress. @param progress of a pending program: its stage and failed boots, a byte each */
export function encodeProgram(program: ProgramRecord, progress: Buffer = CONFIRMED): Buffer {
    return joinBytes([program.digest, numberRecord(program.sequenceNumber), progress])
}

/** @returns undefined if it is not of that form */
export function decodeProgram(record: Buffer): ProgramRecord | undefined {
    return record.length === STAGE + 1 && record[STAGE] === 0 ? programOf(record) : undefined
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

function programOf(record: Buffer): ProgramRecord {
    return {
        digest: record.slice(0, IMAGE_DIGEST_BYTES),
        sequenceNumber: littleEndian32(record, SEQUENCE_NUMBER) >>> 0,
    }
}
