import { createHash } from "node:crypto"
import { Field, type UncheckedEntry } from "../../core/eventlog/entry"
import { Event, LogFault } from "../../core/eventlog/event"
import { EXPORT_DIGEST_BYTES } from "../../core/eventlog/log-export"
import type { CertifiedUnit } from "../identity/device-certificate"
import { signatureRefusal } from "../unit/unit-message"
import { type Piece, readExport, type Statement } from "./exported-log"
import type { LogFinding } from "./log-finding"

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
}

export interface LogReport {
    /** In the order in which they were recorded; not to be trusted if there are findings. */
    entries: LogEntry[]
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
    const unusable = unusableBecause(statement, unit)
    if (!statement || unusable) return { entries, findings: [unusable ?? "unsigned"], witness: undefined }

    const newest = found.find(entry => sequenceOf(entry) === statement.sequence)
    const findings = new Set<LogFinding>()
    if (challenge && !statement.challenge.equals(challenge)) findings.add("replayed")
    const changed = changeInTransit(pieces, statement)
    if (changed) findings.add(changed)
    else for (const finding of changesInMemory(pieces, statement, found)) findings.add(finding)
    for (const finding of toldByDevice(found.filter(entry => sequenceOf(entry) > (seen?.sequence ?? 0))))
        findings.add(finding)
    if (seen && isBehind(seen, statement, found)) findings.add("rolledBack")
    const witness = newest && { sequence: statement.sequence, seal: newest.seal.toString("hex") }
    return { entries, findings: [...findings], witness }
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
    const missing = statement.critical + statement.routine - pieces.length
    if (missing < 0) return "inserted"
    const newest = pieces.some(({ entry }) => entry && sequenceOf(entry) === statement.sequence)
    if (missing > 0) return newest ? "removed" : "truncated"
    return ringsOf(pieces, statement).every(inOrder) ? "edited" : "reordered"
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
    return findings
}

const FAULTS: Readonly<Record<number, LogFinding>> = {
    [LogFault.Lost]: "toldLost",
    [LogFault.Damaged]: "toldDamaged",
    [LogFault.RolledBack]: "toldRolledBack",
}

function toldByDevice(found: UncheckedEntry[]): LogFinding[] {
    const faults = found.filter(({ fields }) => fields[Field.Event] === Event.Log)
    return faults.flatMap(({ fields }) => FAULTS[fields[Field.Cause]] ?? [])
}

function isBehind(seen: LogWitness, statement: Statement, found: UncheckedEntry[]): boolean {
    if (statement.sequence < seen.sequence) return true
    const same = found.find(entry => sequenceOf(entry) === seen.sequence)
    return same !== undefined && same.seal.toString("hex") !== seen.seal
}

function ringsOf(pieces: Piece[], { critical }: Statement): Piece[][] {
    return [pieces.slice(0, critical), pieces.slice(critical)]
}

function inOrder(ring: Piece[]): boolean {
    const sequences = ring.flatMap(({ entry }) => (entry ? sequenceOf(entry) : []))
    return sequences.every((sequence, i) => i === 0 || sequence > sequences[i - 1])
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
