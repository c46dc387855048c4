/** What a host believes, and how it finishes what was interrupted: on a unit of paper, whose every answer can be a wrong one. */
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { FileJournal } from "../../../src/host/update/file-journal"
import { MemoryJournal, type UpdateJournal } from "../../../src/host/update/journal"
import type { UpdateNote } from "../../../src/host/update/update-options"
import type { UpdateOptions } from "../../../src/host/update/update-unit"
import { paperReleases, trust } from "./paper-releases"
import { CHIP, PaperUnit, type Sayings } from "./paper-unit"
import { update } from "./releases"

const folder = mkdtempSync(join(tmpdir(), "domovoi-updates-"))
afterAll(() => rmSync(folder, { recursive: true }))

const { images, packages } = await paperReleases(1, 2, 3)

let unit: PaperUnit
let notes: UpdateNote[]
beforeEach(async () => {
    unit = await PaperUnit.make(images)
    notes = []
})

/** The command, with a package by its number. */
function run(number: number, options: Partial<Omit<UpdateOptions, "lastGood">> & { lastGood?: Buffer } = {}) {
    const { policy } = unit
    return update(unit, packages.get(number)!, { policy, trust, note: note => notes.push(note), ...options })
}

function digestOf(number: number): Buffer {
    return createHash("sha256").update(images.get(number)!).digest()
}

const failAlways = (number: number) => unit.failing.add(digestOf(number).toString("hex"))

/** A folder of a journal, anew for each test. */
let journals = 0
function fileJournal() {
    const path = join(folder, `journal-${journals++}`)
    return { path, journal: new FileJournal(path) }
}

test("an update that is proved is confirmed, and its package kept to go back to", async () => {
    const journal = new MemoryJournal()
    expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
    expect(journal.lastGood(CHIP)).toEqual(packages.get(2))
    expect(journal.course(CHIP)).toBeUndefined()
    expect(notes).toEqual([])
})

describe("a unit that has not read its records yet", () => {
    /** As a device that takes no package until it knows what it is. */
    function starting(looks: number) {
        const { call, get } = unit
        let left = looks
        unit.get = async register =>
            register === "state" && left-- > 0
                ? ({ state: "Safe", cause: "Starting" } as never)
                : get.call(unit, register)
        unit.call = async (command, values) =>
            command === "offer_update" && left > 0
                ? ({ refusal: UpdateRefusal.NotProvisioned } as never)
                : call.call(unit, command, values)
    }

    test("is waited for", async () => {
        starting(8)
        expect(await run(2)).toEqual({ outcome: "confirmed" })
    })

    test("and never does is asked all the same", async () => {
        starting(Number.POSITIVE_INFINITY)
        expect(await run(2)).toEqual({ outcome: "refused", refusal: "notProvisioned" })
    })
})

describe("not believed", () => {
    const lies: [string, Partial<Sayings>][] = [
        ["noEvidence", { tells: false }],
        ["otherSequenceNumber", { ownNumber: 3 }],
        ["notOnRecord", { program: { sequenceNumber: 2, digest: Buffer.alloc(32, 7) } }],
        ["otherFloor", { floor: 1 }],
        ["otherFloor", { floor: 3 }],
        ["tokenSignature", { key: "another unit" }],
        ...[4, 6, 8, 12, 13, 14, 1, 9].map((cause): [string, Partial<Sayings>] => ["notAtWork", { cause, causes: 0 }]),
        ["notAtWork", { causes: 1 << 6 }],
        ["notAtWork", { identity: "Damaged" }],
    ]
    test.each(lies)("%s: %o", async (refusal, lie) => {
        const journal = new MemoryJournal()
        await run(2, { journal: new MemoryJournal() })
        unit.lies = lie
        expect(await run(2, { journal })).toMatchObject({ outcome: "unproved", refusal })
        expect(journal.lastGood(CHIP)).toBeUndefined()
    })

    test.each([2, 3, 5, 7, 10, 11, 15, 16, 17, 18, 19])(
        "cause %d comes from outside, and does not matter",
        async cause => {
            await run(2)
            unit.lies = { cause, causes: 1 << cause }
            expect(await run(2)).toEqual({ outcome: "confirmed" })
        },
    )

    test("a record under another number than the package's", async () => {
        await run(2)
        unit.lies = { program: { ...unit.program, sequenceNumber: 1 } }
        expect(await run(2)).toMatchObject({ outcome: "unproved", refusal: "notOnRecord" })
    })

    const open = Object.values(UpdateState).filter(state => typeof state === "number")
    test.each(open)("update state %d counts only if nothing is open in it", async state => {
        await run(2)
        unit.lies = { state }
        const { outcome } = await run(2)
        expect(outcome === "confirmed").toBe(
            [UpdateState.Idle, UpdateState.Confirmed, UpdateState.Refused].includes(state),
        )
    })
})

describe("going back", () => {
    const options = () => ({ lastGood: packages.get(1), journal: fileJournal().journal })

    test.each([2, 3])("is finished by the same command, when the power went in installation %d", async cut => {
        const same = options()
        failAlways(2)
        unit.cutAt = [cut]
        if (cut === 3) unit.cutAt = [2, 3]
        for (let runs = 0; runs < unit.cutAt.length; runs++) await expect(run(2, same)).rejects.toThrow("not take")
        expect(await run(2, same)).toEqual({ outcome: "reverted", refusal: "trialFailed" })
        expect(unit.installed).toEqual(images.get(1))
        expect(same.journal.course(CHIP)).toBeUndefined()
    })

    test("is finished without the option of the first run, and for another release", async () => {
        const { journal } = options()
        failAlways(2)
        unit.cutAt = [2]
        await expect(run(2, { journal, lastGood: packages.get(1) })).rejects.toThrow("not take")
        expect(await run(3, { journal })).toEqual({ outcome: "confirmed" })
        expect(unit.installed).toEqual(images.get(3))
    })

    test("that was finished but for the last word is not begun again", async () => {
        const { journal } = options()
        failAlways(2)
        const deaf = Object.assign(Object.create(journal) as UpdateJournal, {
            course: (chip: string) => journal.course(chip),
            keepCourse: journal.keepCourse.bind(journal),
            lastGood: () => undefined,
            policy: () => undefined,
            endCourse: () => {
                throw new Error("killed")
            },
        })
        await expect(run(2, { journal: deaf, lastGood: packages.get(1) })).rejects.toThrow("killed")
        const { installs } = unit
        expect(await run(2, { journal })).toEqual({ outcome: "reverted", refusal: "trialFailed" })
        expect(unit.installs).toBe(installs)
    })

    test("follows what the unit has confirmed meanwhile, and not an old grant", async () => {
        const { journal } = options()
        unit.cutAt = [1]
        await expect(run(3, { journal })).rejects.toThrow("not take")
        // Another host has brought release 2.
        unit.program = { sequenceNumber: 2, digest: digestOf(2) }
        unit.floor = 2
        failAlways(3)
        journal.keepLastGood(CHIP, packages.get(2)!)
        expect(await run(3, { journal, lastGood: packages.get(1) })).toEqual({
            outcome: "reverted",
            refusal: "trialFailed",
        })
        expect(unit.installed).toEqual(images.get(2))
    })
})

test("a grant that the unit has forgotten is asked for again", async () => {
    const journal = new MemoryJournal()
    unit.cutAt = [1]
    await expect(run(2, { journal })).rejects.toThrow("not take")
    unit.pending = undefined
    expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
    expect(unit.installs).toBe(3)
})

describe("a journal that is", () => {
    const spoil: [string, string, (path: string) => void][] = [
        ["cut short", "journalDamaged", path => writeFileSync(path, readFileSync(path).subarray(0, 100))],
        ["empty", "journalDamaged", path => writeFileSync(path, "")],
        ["of an older form", "journalDamaged", path => writeFileSync(path, '{"challenge":"","token":"","chain":""}')],
        [
            "of another unit",
            "journalOfAnotherUnit",
            path => writeFileSync(path, readFileSync(path, "utf8").replace(CHIP, "fedcba9876543210")),
        ],
    ]
    test.each(spoil)("%s is named, and the way out of it works", async (_, fault, damage) => {
        const { path, journal } = fileJournal()
        unit.cutAt = [1]
        await expect(run(2, { journal })).rejects.toThrow("not take")
        damage(join(path, `${CHIP}.json`))
        expect(await run(2, { journal })).toEqual({ outcome: "refused", refusal: fault })
        expect(notes).toEqual([fault])
        expect(unit.installs).toBe(1)
        expect(await run(2, { journal, ungranted: true, trust: undefined })).toMatchObject({ refusal: "policyUnknown" })
        expect(await run(2, { journal, ungranted: true })).toEqual({ outcome: "confirmed" })
        expect(notes).toContain("installedUngranted")
    })

    test.each(spoil)("%s does not matter to a unit that can be asked", async (_, fault, damage) => {
        const { path, journal } = fileJournal()
        unit.cutAt = [1]
        await expect(run(2, { journal })).rejects.toThrow("not take")
        damage(join(path, `${CHIP}.json`))
        unit.installed = images.get(1)!
        unit.start()
        expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
        expect(notes).toEqual([fault])
    })

    test("without its last good package names it, and takes one that is given", async () => {
        const { path, journal } = fileJournal()
        expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
        writeFileSync(join(path, `${CHIP}.suit`), readFileSync(join(path, `${CHIP}.suit`)).subarray(0, 500))
        failAlways(3)
        expect(await run(3, { journal })).toMatchObject({ outcome: "failed", refusal: "trialFailed" })
        expect(notes).toEqual(["lastGoodDamaged"])
        expect(await run(3, { journal, lastGood: packages.get(2) })).toMatchObject({ outcome: "reverted" })
    })

    test("damaged in its policy says so, and checks nothing by it", async () => {
        const { path, journal } = fileJournal()
        journal.keepPolicy(CHIP, Buffer.from("83", "hex"))
        expect(readdirSync(path)).toEqual([`${CHIP}.policy`])
        expect(await run(2, { journal, trust: undefined })).toEqual({ outcome: "confirmed" })
        expect(notes).toEqual(["policyDamaged", "signaturesUnchecked"])
        expect(journal.lastGood(CHIP)).toBeUndefined()
    })
})

test("a journal gives back what it was given, and says so when it cannot keep it", () => {
    const { path, journal } = fileJournal()
    const course = {
        update: "ab".repeat(32),
        direction: "back",
        grants: [],
        lastGood: Buffer.of(1, 2),
        failure: "x",
    } as const
    journal.keepCourse(CHIP, course)
    expect(journal.course(CHIP)).toEqual(course)
    // A folder where the file belongs: it cannot be replaced.
    renameSync(join(path, `${CHIP}.json`), join(path, "aside.json"))
    mkdirSync(join(path, `${CHIP}.json`))
    expect(() => journal.keepCourse(CHIP, course)).toThrow(/cannot be written/)
    expect(journal.course(CHIP)).toBe("journalDamaged")
    expect(readdirSync(path).sort()).toEqual([`${CHIP}.json`, "aside.json"])
})

test("without a program, a policy or a grant, nothing is installed", async () => {
    unit.alive = false
    unit.installed = Buffer.alloc(8)
    expect(await run(2)).toEqual({ outcome: "refused", refusal: "noProgram" })
    expect(await run(2, { ungranted: true, trust: undefined })).toEqual({
        outcome: "refused",
        refusal: "policyUnknown",
    })
    const stranger = { ...trust, keys: [simulatedRelease("EdDSA", "stranger").key] }
    expect(await run(2, { ungranted: true, trust: stranger })).toEqual({ outcome: "refused", refusal: "threshold" })
    expect(unit.installs).toBe(0)
})
