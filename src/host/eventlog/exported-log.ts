import { z } from "zod"
import { readEntry, type UncheckedEntry } from "../../core/eventlog/entry"
import { ROW_FIELDS } from "../../core/eventlog/ledger"
import { EXPORT_DIGEST_BYTES } from "../../core/eventlog/log-export"
import { decoded } from "../cbor"
import { readMessage } from "../unit/unit-message"

/** CBOR null: what the device found in that place is no entry of its own. */
const NO_ENTRY = 0xf6

/** A piece of an export: an entry, the place of what is none any more, or a row of the ledger. */
export interface Piece {
    bytes: Buffer
    entry?: UncheckedEntry
    /** Its numbers, in the order of `RowField`. */
    row?: number[]
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
    /** Undefined if the program that made the export kept no ledger. */
    ledger: LedgerStatement | undefined
    /** Over all pieces, see `LogExport`. */
    digest: Buffer
    /** What was signed, and how. */
    header: Buffer
    keyId: Buffer
    payload: Buffer
    signature: Buffer
}

/** What the device says of the ledger. */
export interface LedgerStatement {
    rows: number
    /** How often anything had happened when the export began. */
    counted: number
    /** And when the statement was made. */
    countedLater: number
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
    if (entry) return { bytes: entry.bytes, entry }
    const row = readEntry(rest, ROW_FIELDS)
    return row && { bytes: row.bytes, row: row.fields }
}

const wholeNumber = z.int().min(0)
const bytes = z.instanceof(Buffer)
const digestBytes = bytes.refine(digest => digest.length === EXPORT_DIGEST_BYTES)
const head = [bytes, wholeNumber, wholeNumber, wholeNumber, wholeNumber, wholeNumber] as const
/** With a ledger, and as programs before it made it: evidence does not expire. */
const statementSchema = z.tuple([...head, wholeNumber, wholeNumber, wholeNumber, digestBytes])
const plainStatementSchema = z.tuple([...head, digestBytes])

function readStatement(rest: Buffer): Statement | undefined {
    const message = readMessage(rest)
    if (!message) return undefined
    const { header, keyId, payload, signature } = message
    const told = toldIn(decoded(payload))
    return told && { ...told, header, keyId, payload, signature }
}

type Told = Pick<
    Statement,
    "challenge" | "sequence" | "boot" | "uptimeS" | "critical" | "routine" | "ledger" | "digest"
>

function toldIn(items: unknown): Told | undefined {
    const plain = plainStatementSchema.safeParse(items).data
    if (plain) {
        const [challenge, sequence, boot, uptimeS, critical, routine, digest] = plain
        return { challenge, sequence, boot, uptimeS, critical, routine, ledger: undefined, digest }
    }
    const { data } = statementSchema.safeParse(items)
    if (!data) return undefined
    const [challenge, sequence, boot, uptimeS, critical, routine, rows, counted, countedLater, digest] = data
    const ledger = { rows, counted, countedLater }
    return { challenge, sequence, boot, uptimeS, critical, routine, ledger, digest }
}
