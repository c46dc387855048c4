/**
 * Whether the records of a unit changed between two starts as docs/loader.md allows: a checker for whoever tests a device, written from that
 * page alone, as `reading.ts` is. Each of its rules can be left out, to see whether the tests would notice.
 */
import { createHash } from "node:crypto"
import { isBlankByPage, judgeByPage, recordsByPage, type Value } from "./reading"

/** What is found when a program is about to start. */
export interface Found {
    /** 16 hex digits. */
    chip: string
    /** 32 KiB. */
    fram: Buffer
    /** Count of the element's counter 0, or null on a board that has none. */
    element: number | null
}

/** What was granted between the two: signed by whom the policy in force names, with the owner's consent. */
export interface Grants {
    programs: readonly { digest: Buffer; sequenceNumber: number }[]
    /** SHA-256 of each. */
    policies: readonly Buffer[]
}

export const NO_GRANTS: Grants = { programs: [], policies: [] }

/** The unit as it was found once. */
interface Unit {
    record(name: string): Value
    isBlank: boolean
    inFactory: boolean
}

/** A record that differs. */
interface Change {
    from: Value
    to: Value
    before: Unit
    after: Unit
    grants: Grants
}

const inFactory = ({ before }: Change) => before.inFactory
const wasBlank = ({ before }: Change) => before.isBlank

/** By record, what has to hold of each of its changes. */
const RULES: Readonly<Record<string, Readonly<Record<string, (change: Change) => boolean>>>> = {
    root: { "root appears in a blank memory": wasBlank },
    factory: {
        "factory begins in a blank memory": change => change.to === undefined || wasBlank(change),
        "factory ends with an identity": ({ to, after }) =>
            to !== undefined || Buffer.isBuffer(after.record("identity")),
    },
    identity: { "identity is given in the factory": inFactory },
    certificates: { "certificates are given in the factory": inFactory },
    key: { "key is made in the factory": inFactory },
    pairing: { "pairing is given in the factory": inFactory },
    policy: {
        "policy is given in the factory, or granted": change =>
            inFactory(change) || change.grants.policies.some(digest => digest.equals(digestOfPolicy(change.to))),
    },
    "policy bytes": {
        "policy names its bytes": ({ to, after }) =>
            Buffer.isBuffer(to) && sha256(to).equals(digestOfPolicy(after.record("policy"))),
    },
    program: { "program is given in the factory, or was granted": change => inFactory(change) || wasGranted(change) },
    pending: {
        "pending was granted": change => change.to === undefined || wasGranted(change),
        "pending does not go back": ({ from, to }) => !isSameProgram(from, to) || progressOf(to) >= progressOf(from),
    },
    floor: {
        "record floor does not fall": ({ from, to }) => numberIn(to, 0) >= numberIn(from, 0),
        "record floor rises to the program": ({ to, after }) =>
            numberIn(to, 0) <= numberIn(after.record("program"), 32),
    },
    element: {
        "element does not fall": ({ from, to }) => numberIn(to, 0) >= numberIn(from, 0),
        "element rises to the program": ({ to, after }) => numberIn(to, 0) <= numberIn(after.record("program"), 32),
    },
}
/** Goes for all records. */
const WHOLE = "what was whole is not damaged"

export const CHANGE_RULES = [WHOLE, ...Object.values(RULES).flatMap(Object.keys)]

/** @returns the records that changed without a grant */
export function ungrantedChanges(was: Found, is: Found, grants: Grants, leftOut?: string): string[] {
    const [before, after] = [unitOf(was), unitOf(is)]
    return Object.entries(RULES).flatMap(([name, rules]) => {
        const [from, to] = [before.record(name), after.record(name)]
        if (isSame(from, to)) return []
        if (to === "damaged" && leftOut !== WHOLE) return name
        const kept = Object.entries(rules).filter(([rule]) => rule !== leftOut)
        return kept.every(([, holds]) => holds({ from, to, before, after, grants })) ? [] : name
    })
}

/** The records by name, and what the page lets count as one. */
function unitOf({ chip, fram, element }: Found): Unit {
    const read = recordsByPage(fram, chip)
    const named = (name: string, bytesOf: (record: Buffer) => Buffer) => {
        const record = read(name)
        return Buffer.isBuffer(record) ? bytesOf(record) : record
    }
    const derived: Record<string, () => Value> = {
        element: () => (element === null ? undefined : encoded(Math.floor(element / 4))),
        certificates: () => named("identity", record => fram.subarray(8192, 8192 + record.readUInt16LE(0))),
        "policy bytes": () =>
            named("policy", record => {
                const at = 28_672 + 512 * record[0]
                return fram.subarray(at, at + record.readUInt16LE(1))
            }),
    }
    const slots = { blank: "00", slots: Object.fromEntries(slotsOf(fram)) }
    return {
        record: name => (derived[name] ?? (() => read(name)))(),
        isBlank: isBlankByPage(fram),
        inFactory: judgeByPage({ chip, image: "", fram: slots, element }) === "factory",
    }
}

function* slotsOf(fram: Buffer): Generator<[string, string]> {
    for (let slot = 0; slot < 64; slot++)
        yield [String(slot), fram.subarray(slot * 128, (slot + 1) * 128).toString("base64")]
}

function isSame(from: Value, to: Value): boolean {
    return Buffer.isBuffer(from) && Buffer.isBuffer(to) ? from.equals(to) : from === to
}

/** Whether it names a program that was granted: now, or before the first of the two starts. */
function wasGranted({ to, before, grants }: Change): boolean {
    const programs = grants.programs.map(({ digest, sequenceNumber }) =>
        Buffer.concat([digest, encoded(sequenceNumber)]),
    )
    return [...programs, before.record("pending"), before.record("program")].some(program => isSameProgram(program, to))
}

function isSameProgram(one: Value, other: Value): boolean {
    return Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.subarray(0, 36).equals(other.subarray(0, 36))
}

/** Stage and failed starts of `pending`. */
function progressOf(pending: Value): number {
    return Buffer.isBuffer(pending) ? pending.readUInt16BE(36) : 0
}

function digestOfPolicy(policy: Value): Buffer {
    return Buffer.isBuffer(policy) ? policy.subarray(3) : Buffer.alloc(0)
}

/** The sequence number at that offset; 0 if there is no such record. */
function numberIn(record: Value, at: number): number {
    return Buffer.isBuffer(record) ? record.readUInt32LE(at) : 0
}

function encoded(sequenceNumber: number): Buffer {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(sequenceNumber)
    return bytes
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest()
