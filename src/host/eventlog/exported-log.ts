import { z } from "zod"
import { readEntry, type UncheckedEntry } from "../../core/eventlog/entry"
import { EXPORT_DIGEST_BYTES } from "../../core/eventlog/log-export"
import { decoded } from "../cbor"
import { readMessage } from "../unit/unit-message"

/** CBOR null: what the device found in that place is no entry of its own. */
const NO_ENTRY = 0xf6

/** A piece of an export: an entry, or the place of what is none any more. */
export interface Piece {
    bytes: Buffer
    entry?: UncheckedEntry
}

/** What the device says of the entries it handed out. */
export interface Statement {
    challenge: Buffer
    /** Of the newest entry. */
    sequence: number
    boot: number
    uptimeS: number
    /** Pieces of either ring. */
    critical: number
    routine: number
    /** Over all pieces, see `LogExport`. */
    digest: Buffer
    /** What was signed, and how. */
    header: Buffer
    keyId: Buffer
    payload: Buffer
    signature: Buffer
}

/** Takes an export apart as far as it is one. Nothing is checked yet. */
export function readExport(exported: Buffer): { pieces: Piece[]; statement: Statement | undefined } {
    const pieces: Piece[] = []
    let at = 0
    for (;;) {
        const piece = readPiece(exported.subarray(at))
        if (!piece) return { pieces, statement: readStatement(exported.subarray(at)) }
        pieces.push(piece)
        at += piece.bytes.length
    }
}

function readPiece(rest: Buffer): Piece | undefined {
    if (rest[0] === NO_ENTRY) return { bytes: rest.subarray(0, 1) }
    const entry = readEntry(rest)
    return entry && { bytes: entry.bytes, entry }
}

const wholeNumber = z.int().min(0)
const bytes = z.instanceof(Buffer)
const statementSchema = z.tuple([
    bytes,
    wholeNumber,
    wholeNumber,
    wholeNumber,
    wholeNumber,
    wholeNumber,
    bytes.refine(digest => digest.length === EXPORT_DIGEST_BYTES),
])

function readStatement(rest: Buffer): Statement | undefined {
    const message = readMessage(rest)
    if (!message) return undefined
    const { header, keyId, payload, signature } = message
    const { data } = statementSchema.safeParse(decoded(payload))
    if (!data) return undefined
    const [challenge, sequence, boot, uptimeS, critical, routine, digest] = data
    return { challenge, sequence, boot, uptimeS, critical, routine, digest, header, keyId, payload, signature }
}
