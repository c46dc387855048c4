import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import { ROOT_RECORD } from "../../src/core/identity/sealed-store"
import { CERTIFICATES_AT, POLICIES_AT } from "../../src/core/store/memory-layout"
import { FLOOR_RECORD, PENDING_RECORD, POLICY_RECORD, PROGRAM_RECORD, Stage } from "../../src/core/update/records"
import {
    CHIP,
    damaged,
    erased,
    floor,
    MadeMemory,
    onChip,
    pending,
    program,
    programRecord,
    type Step,
    sealed,
} from "./made-memory"
import { CHANGE_RULES, type Found, type Grants, NO_GRANTS, ungrantedChanges } from "./record-changes"

const FRAM_BYTES = 32_768
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest()

/** They are never run, so any bytes will do. */
const [CURRENT, NEXT, FOREIGN] = ["current", "next", "foreign"].map(name => Buffer.from(`the ${name} program`))
const NOW = 5
const THEN = 6
const CERTIFICATES = Buffer.from("certificates of this unit")
const [POLICY, NEXT_POLICY] = ["a policy", "another policy"].map(text => Buffer.from(text))

/** What the unit's memory holds beside its records. */
interface Areas {
    certificates?: Buffer
    policy?: Buffer
    element?: number | null
}

/** A unit at two starts. */
interface Case {
    /** `worked` if left out. */
    before?: readonly Step[]
    /** What is done to the records between the two starts. */
    done?: readonly Step[]
    was?: Areas
    is?: Areas
    grants?: Partial<Grants>
    /** The records that changed without a grant. */
    ungranted: string[]
}

const secret = (name: string, fill: number) => sealed(name, Buffer.alloc(16, fill))
const policyRecord = (bytes: Buffer) => Buffer.concat([Buffer.of(0, bytes.length, 0), sha256(bytes)])
const policy = (bytes: Buffer) => sealed(POLICY_RECORD, policyRecord(bytes))
const identityRecord = (serial: string) =>
    Buffer.concat([Buffer.of(CERTIFICATES.length, 0), sha256(CERTIFICATES), Buffer.alloc(16, 7), Buffer.from(serial)])
const identity = (serial: string) => sealed(IDENTITY_RECORD, identityRecord(serial))

const provisioning = [secret("key", 1), secret("pairing", 2), policy(POLICY), program(CURRENT, NOW), identity("GV-1")]
const provisioned = [...provisioning, erased(FACTORY_RECORD)]
const worked = [...provisioned, floor(NOW)]
const granted = [...worked, pending(NEXT, THEN)]
const onTrial = [...worked, pending(NEXT, THEN, Stage.Trial, 2)]
const nextGranted = { programs: [{ digest: sha256(NEXT), sequenceNumber: THEN }] }
const firstStart: Step = memory => memory.reopen(CHIP)

const CASES: Readonly<Record<string, Case>> = {
    nothing: { ungranted: [] },
    "the first start": { before: [], done: [firstStart], ungranted: [] },
    "the first start, and the factory's work": { before: [], done: provisioned, ungranted: [] },
    "the factory's work": { before: [firstStart], done: provisioned, ungranted: [] },
    "the factory's work a second time": {
        before: [secret("key", 1), secret("pairing", 2), program(FOREIGN, NOW)],
        done: provisioned,
        ungranted: [],
    },
    "the end of the factory": { before: provisioning, done: [erased(FACTORY_RECORD)], ungranted: [] },
    "the first floor": { before: provisioned, done: [floor(NOW)], ungranted: [] },
    "the element's first floor": { was: { element: 0 }, is: { element: 4 * NOW }, ungranted: [] },
    "what a unit counts and its owner keeps": { done: [secret("boots", 1), secret("people", 3)], ungranted: [] },
    "a program granted": { done: [pending(NEXT, THEN)], grants: nextGranted, ungranted: [] },
    "a program tried": { before: granted, done: [pending(NEXT, THEN, Stage.Trial, 1)], ungranted: [] },
    "a program tried again": { before: onTrial, done: [pending(NEXT, THEN, Stage.Trial, 3)], ungranted: [] },
    "a program confirmed": {
        before: onTrial,
        done: [program(NEXT, THEN), floor(THEN), erased(PENDING_RECORD)],
        ungranted: [],
    },
    "a program granted and confirmed": {
        done: [program(NEXT, THEN), floor(THEN)],
        grants: nextGranted,
        ungranted: [],
    },
    "a program that failed": { before: onTrial, done: [erased(PENDING_RECORD)], ungranted: [] },
    "a policy granted": {
        done: [policy(NEXT_POLICY)],
        is: { policy: NEXT_POLICY },
        grants: { policies: [sha256(NEXT_POLICY)] },
        ungranted: [],
    },

    "another secret": {
        done: [sealed(ROOT_RECORD, Buffer.alloc(16))],
        ungranted: allBut(FACTORY_RECORD, PENDING_RECORD),
    },
    "a factory that is back": { done: [sealed(FACTORY_RECORD, Buffer.alloc(0))], ungranted: [FACTORY_RECORD] },
    "a factory that is over without an identity": {
        before: [firstStart],
        done: [erased(FACTORY_RECORD)],
        ungranted: [FACTORY_RECORD],
    },
    "another identity": { done: [identity("GV-2")], ungranted: [IDENTITY_RECORD] },
    "an identity lost": { done: [erased(IDENTITY_RECORD)], ungranted: [IDENTITY_RECORD, "certificates"] },
    "other certificates": { is: { certificates: Buffer.alloc(9, 1) }, ungranted: ["certificates"] },
    "another key": { done: [secret("key", 9)], ungranted: ["key"] },
    "another pairing secret": { done: [secret("pairing", 9)], ungranted: ["pairing"] },
    "another policy": {
        done: [policy(NEXT_POLICY)],
        is: { policy: NEXT_POLICY },
        ungranted: [POLICY_RECORD],
    },
    "another policy than the one granted": {
        done: [policy(NEXT_POLICY)],
        is: { policy: NEXT_POLICY },
        grants: { policies: [sha256(POLICY)] },
        ungranted: [POLICY_RECORD],
    },
    "other bytes of the policy": { is: { policy: NEXT_POLICY }, ungranted: ["policy bytes"] },
    "a foreign program": { done: [program(FOREIGN, NOW)], ungranted: [PROGRAM_RECORD] },
    "another program than the one granted": {
        done: [program(FOREIGN, THEN)],
        grants: nextGranted,
        ungranted: [PROGRAM_RECORD],
    },
    "the same program under another number": { done: [program(CURRENT, THEN)], ungranted: [PROGRAM_RECORD] },
    "a program lost": { done: [erased(PROGRAM_RECORD)], ungranted: [PROGRAM_RECORD] },
    "a foreign program pending": { done: [pending(FOREIGN, THEN)], ungranted: [PENDING_RECORD] },
    "a pending program under a higher number": {
        before: granted,
        done: [pending(NEXT, THEN + 1)],
        ungranted: [PENDING_RECORD],
    },
    "a program back from its trial": { before: onTrial, done: [pending(NEXT, THEN)], ungranted: [PENDING_RECORD] },
    "failed starts forgotten": {
        before: onTrial,
        done: [pending(NEXT, THEN, Stage.Trial, 0)],
        ungranted: [PENDING_RECORD],
    },
    "a floor that fell": { done: [floor(NOW - 1)], ungranted: [FLOOR_RECORD] },
    "a floor lost": { done: [erased(FLOOR_RECORD)], ungranted: [FLOOR_RECORD] },
    "a floor above the program": { done: [floor(NOW + 1)], ungranted: [FLOOR_RECORD] },
    "an element that fell": { was: { element: 4 * NOW }, is: { element: 4 }, ungranted: ["element"] },
    "an element above the program": { was: { element: 0 }, is: { element: 4 * (NOW + 1) }, ungranted: ["element"] },
    "a record damaged": { before: granted, done: [damaged(PENDING_RECORD)], ungranted: [PENDING_RECORD] },
    "a record damaged in the factory": {
        before: provisioning.slice(0, 2),
        done: [damaged("pairing")],
        ungranted: ["pairing"],
    },
    "records of another chip": { done: [onChip("fedcba9876543210"), secret("key", 1)], ungranted: ["key"] },
    "a program record with a seal of another unit": {
        done: [onChip("fedcba9876543210"), sealed(PROGRAM_RECORD, programRecord(CURRENT, NOW))],
        ungranted: [PROGRAM_RECORD],
    },
}

function allBut(...names: string[]): string[] {
    const all = ["root", "factory", "identity", "certificates", "key", "pairing", "policy", "policy bytes", "program"]
    return [...all, "pending", "floor"].filter(name => !names.includes(name))
}

async function changesIn(
    { before = worked, done = [], was = {}, is = {}, grants = {} }: Case,
    leftOut?: string,
): Promise<string[]> {
    const memory = new MadeMemory("record changes", 0)
    for (const step of before) await step(memory)
    const first = found(memory, was)
    for (const step of done) await step(memory)
    return ungrantedChanges(first, found(memory, { ...was, ...is }), { ...NO_GRANTS, ...grants }, leftOut)
}

function found({ slots }: MadeMemory, areas: Areas): Found {
    const { certificates = CERTIFICATES, policy = POLICY, element = null } = areas
    const fram = Buffer.alloc(FRAM_BYTES)
    slots.bytes.copy(fram)
    certificates.copy(fram, CERTIFICATES_AT)
    policy.copy(fram, POLICIES_AT)
    return { chip: CHIP, fram, element }
}

describe("between two starts", () => {
    const rows = Object.entries(CASES).map(([name, one]) => ({
        name,
        one,
        ungranted: one.ungranted.join(", ") || "nothing",
    }))

    test.each(rows)("$name: $ungranted changed without a grant", async ({ one }) => {
        expect(await changesIn(one)).toEqual(one.ungranted)
    })
})

test.each(CHANGE_RULES)("who does not ask whether %s overlooks something", async rule => {
    const overlooked: string[] = []
    for (const [name, one] of Object.entries(CASES))
        if ((await changesIn(one, rule)).length < one.ungranted.length) overlooked.push(name)
    expect(overlooked).not.toEqual([])
})
