import { createHash } from "node:crypto"
import { Field, type UncheckedEntry } from "../../core/eventlog/entry"
import { Event, LogFault } from "../../core/eventlog/event"
import { Occurrence, RowField } from "../../core/eventlog/ledger"
import { EXPORT_DIGEST_BYTES } from "../../core/eventlog/log-export"
import type { CertifiedUnit } from "../identity/device-certificate"
import { signatureRefusal } from "../unit/unit-message"
import { type Piece, readExport, type Statement } from "./exported-log"
import type { LogFinding } from "./log-finding"
import { kindsOf, type LogKind } from "./log-kind"

export interface LogEntry {
    sequence: number
    boot: number
    /** Seconds since the start of the program. */
    uptimeS: number
    /** Name of an `Event`, or its number if this version does not know it. */
    event: string
    cause: number
    detail: number
    count: number
}

/** By which a later export of the same log shows whether it goes on from this one. */
export interface LogWitness {
    sequence: number
    /** Seal of that entry, lowercase hex. */
    seal: string
    /** How often anything had happened; undefined if there was no ledger. */
    counted: number | undefined
}

export interface LogReport {
    /** In the order in which they were recorded; not to be trusted if there are findings. */
    entries: LogEntry[]
    /** In the order in which they happened first; undefined if the program that made the export kept no ledger. Not to be trusted either then. */
    kinds: LogKind[] | undefined
    /** Each once; none means that the log is whole. */
    findings: LogFinding[]
    /** To be kept for the next time; undefined if the newest entry is missing. */
    witness: LogWitness | undefined
}

/** What a statement names its key by: so much of the public key's SHA-256. */
const KEY_ID_BYTES = 16

/** Whose key a statement has to be signed with. */
export type Signer = Pick<CertifiedUnit, "algorithm" | "publicKey">

/**
 * Checks an export of a device's log (see `LogExport`) by the device's certified key.
 * @param challenge that the export was asked for with; undefined if that is not known: then an old export passes for a new one
 * @param seen witness of an earlier export; what the device told of itself up to there is no finding any more
 */
export function verifyLog(
    exported: Uint8Array,
    unit: Signer,
    challenge: Uint8Array | undefined,
    seen?: LogWitness,
): LogReport {
    const { pieces, statement } = readExport(Buffer.from(exported))
    const found = pieces.flatMap(({ entry }) => entry ?? []).sort((a, b) => sequenceOf(a) - sequenceOf(b))
    const entries = found.map(described)
    const rows = pieces.flatMap(({ row }) => (row ? [row] : []))
    const unusable = unusableBecause(statement, unit)
    if (!statement || unusable)
        return { entries, kinds: kindsOf(rows, found), findings: [unusable ?? "unsigned"], witness: undefined }

    const newest = found.find(entry => sequenceOf(entry) === statement.sequence)
    const findings = new Set<LogFinding>()
    if (challenge && !statement.challenge.equals(challenge)) findings.add("replayed")
    const changed = changeInTransit(pieces, statement)
    if (changed) findings.add(changed)
    else for (const finding of changesInMemory(pieces, statement, found)) findings.add(finding)
    for (const finding of toldByDevice(found, rows, seen?.sequence ?? 0)) findings.add(finding)
    if (seen && isBehind(seen, statement, pieces, found)) findings.add("rolledBack")
    const { sequence, ledger } = statement
    const witness = newest && { sequence, seal: newest.seal.toString("hex"), counted: ledger?.counted }
    return { entries, kinds: ledger && kindsOf(rows, found), findings: [...findings], witness }
}

function unusableBecause(statement: Statement | undefined, unit: Signer): LogFinding | undefined {
    if (!statement) return "unsigned"
    const key = createHash("sha256").update(unit.publicKey).digest()
    const signed =
        statement.keyId.equals(key.subarray(0, KEY_ID_BYTES)) && signatureRefusal(unit, statement) === undefined
    return signed ? undefined : "signature"
}

/** What was done to the pieces after the device had handed them out, by the name of what shows. */
function changeInTransit(pieces: Piece[], statement: Statement): LogFinding | undefined {
    let digest = Buffer.alloc(EXPORT_DIGEST_BYTES)
    for (const { bytes } of pieces) digest = createHash("sha256").update(digest).update(bytes).digest()
    if (digest.equals(statement.digest)) return undefined
    const missing = statement.critical + statement.routine + (statement.ledger?.rows ?? 0) - pieces.length
    if (missing < 0) return "inserted"
    const newest = pieces.some(({ entry }) => entry && sequenceOf(entry) === statement.sequence)
    if (missing > 0) return newest ? "removed" : "truncated"
    const rows = rowsOf(pieces, statement)
    const ordered = ringsOf(pieces, statement).every(inOrder) && isRising(placesOf(rows))
    return ordered && !rows.some(({ entry }) => entry) ? "edited" : "reordered"
}

/** What was done to the device's memory: the device hands out what it finds there, and seals and links speak for themselves. */
function changesInMemory(pieces: Piece[], statement: Statement, found: UncheckedEntry[]): LogFinding[] {
    const findings: LogFinding[] = []
    const rings = ringsOf(pieces, statement)
    for (const ring of rings)
        for (const [i, { entry }] of ring.entries()) {
            const before = ring[i - 1]?.entry
            if (!entry) findings.push("edited")
            else if (before && !entry.previous.equals(before.seal))
                findings.push(sequenceOf(entry) > sequenceOf(before) ? "removed" : "reordered")
        }
    const newest = found.at(-1)
    const ends = rings.map(ring => ring.at(-1)?.entry).map(entry => (entry ? sequenceOf(entry) : 0))
    const expected = newest ? [statement.sequence, newest.fields[Field.OtherSequence]] : [statement.sequence]
    if (!expected.every(sequence => ends.includes(sequence))) findings.push("truncated")
    if (!addsUp(rowsOf(pieces, statement), statement)) findings.push("miscounted")
    return findings
}

/** Rows go on counting while they are handed out: so all of them together tell of no less than before, and of no more than after. */
function addsUp(pieces: Piece[], { ledger }: Statement): boolean {
    const rows = pieces.flatMap(({ row }) => (row ? [row] : []))
    if (!ledger || rows.length !== pieces.length) return pieces.length === 0
    const sum = rows.reduce((times, row) => times + row[RowField.Count], 0)
    const kinds = new Set(rows.map(row => row[RowField.Kind]))
    const distinct = kinds.size === rows.length && isRising(placesOf(pieces))
    return distinct && sum >= ledger.counted && sum <= ledger.countedLater
}

const FAULTS: Readonly<Record<number, LogFinding>> = {
    [LogFault.Lost]: "toldLost",
    [LogFault.Damaged]: "toldDamaged",
    [LogFault.RolledBack]: "toldRolledBack",
    [LogFault.Miscounted]: "toldMiscounted",
}

/** @param since sequence number up to which it was told before */
function toldByDevice(found: UncheckedEntry[], rows: number[][], since: number): LogFinding[] {
    const entries = found.filter(entry => entry.fields[Field.Event] === Event.Log && sequenceOf(entry) > since)
    // Whoever has made the entry go by filling the ring has not made the row go.
    const kept = rows.filter(
        row => row[RowField.Kind] >> 8 === Event.Log && row[RowField.Last + Occurrence.Sequence] > since,
    )
    const causes = [...entries.map(({ fields }) => fields[Field.Cause]), ...kept.map(row => row[RowField.Kind] & 0xff)]
    return causes.flatMap(cause => FAULTS[cause] ?? [])
}

function isBehind(seen: LogWitness, statement: Statement, pieces: Piece[], found: UncheckedEntry[]): boolean {
    if (statement.sequence < seen.sequence || (statement.ledger?.counted ?? 0) < (seen.counted ?? 0)) return true
    const same = found.find(entry => sequenceOf(entry) === seen.sequence)
    if (same) return same.seal.toString("hex") !== seen.seal
    // Rings give up their oldest entries first: where older ones are, it has never been.
    return ringsOf(pieces, statement).every(ring => {
        const oldest = ring.find(({ entry }) => entry)?.entry
        return !oldest || sequenceOf(oldest) < seen.sequence
    })
}

function ringsOf(pieces: Piece[], { critical, routine }: Statement): Piece[][] {
    return [pieces.slice(0, critical), pieces.slice(critical, critical + routine)]
}

function rowsOf(pieces: Piece[], { critical, routine }: Statement): Piece[] {
    return pieces.slice(critical + routine)
}

function inOrder(ring: Piece[]): boolean {
    return isRising(ring.flatMap(({ entry }) => (entry ? sequenceOf(entry) : [])))
}

function placesOf(rows: Piece[]): number[] {
    return rows.flatMap(({ row }) => (row ? row[RowField.Place] : []))
}

function isRising(numbers: number[]): boolean {
    return numbers.every((number, i) => i === 0 || number > numbers[i - 1])
}

function sequenceOf({ fields }: UncheckedEntry): number {
    return fields[Field.Sequence]
}

function described({ fields }: UncheckedEntry): LogEntry {
    const event = fields[Field.Event]
    return {
        sequence: fields[Field.Sequence],
        boot: fields[Field.Boot],
        uptimeS: fields[Field.Uptime],
        event: Event[event] ?? String(event),
        cause: fields[Field.Cause],
        detail: fields[Field.Detail],
        count: fields[Field.Count],
    }
}
