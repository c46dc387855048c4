/** What becomes of what a unit says, where no simulated part has to be broken for it. */
import { expect, test } from "vitest"
import { SRV_CAMERA } from "../../../simulators/parts/camera"
import { PartFault, PartHistory } from "../../../src/core/diagnosis/part-fault"
import { Cause } from "../../../src/core/failsafe/cause"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { diagnose } from "../../../src/host/doctor/diagnose"
import type { Examination, Said } from "../../../src/host/doctor/examine"
import { type FindingId, KINDS } from "../../../src/host/doctor/finding"
import { placeOf } from "../../../src/host/doctor/place"
import { referenceBoard } from "../../../src/host/unit/reference-board"

const PLACE = placeOf(referenceBoard("doorbell_c3"))

const WELL: Said = {
    model: "Domovoi doorbell",
    firmwareVersion: "v1",
    sequenceNumber: 1,
    storage: "Fram",
    state: "Normal",
    causes: 0,
    identity: "Valid",
    serial: "DB-1",
    bootCount: 1,
    uptime: 9,
    faults: Uint8Array.of(0, 0, 0, PartHistory.Answers, 0, 0, 0, PartHistory.Answers),
    acknowledged: undefined,
    update: { state: "Idle", refusal: 0 },
}

function foundIn(said: Partial<Said>, more: Partial<Examination> = {}) {
    const examination: Examination = { reach: "program", chip: "0", program: "aa", said: { ...WELL, ...said }, ...more }
    return diagnose(examination, PLACE).filter(({ verdict, id }) => verdict !== "healthy" && id !== "proofUnchecked")
}

const element = (fault: PartFault, history: PartHistory, detail = 0) =>
    Uint8Array.of(0, 0, 0, PartHistory.Answers, fault, 0x60, detail, history)

const CAMERA = { name: "camera", serviceClass: SRV_CAMERA, isBound: false }

const ROWS: [string, FindingId, Partial<Said>, Partial<Examination>?][] = [
    ["firmware that tells nothing of its parts", "oldProgram", { faults: undefined }],
    ["records in settings", "settings", { storage: "Settings" }],
    ["a sound memory whose records do not read", "recordsDamaged", { causes: Cause.Storage }],
    [
        "a broken element",
        "elementBroken",
        { identity: "NoElement", faults: element(PartFault.SelfTest, PartHistory.NeverAnswered, 7) },
    ],
    [
        "an element that falls asleep",
        "elementAsleep",
        { identity: "NoElement", faults: element(PartFault.Asleep, PartHistory.HadAnswered) },
    ],
    ["another's certificate", "identityForeign", { identity: "Foreign", causes: Cause.Identity }],
    ["damaged records", "identityDamaged", { identity: "Damaged", causes: Cause.Identity }],
    ["a unit in the factory", "identityMissing", { identity: "Missing", causes: Cause.Identity }],
    ["an identity of a kind to come", "identityUnknown", { identity: "Elsewhere" }],
    ["an update under way", "updateUnderway", { update: { state: "Verifying", refusal: 0 } }],
    ["a refused update", "updateRefused", { update: { state: "Refused", refusal: UpdateRefusal.NotSafe } }],
    [
        "a program that may not run",
        "updateReverting",
        { update: { state: "Reverting", refusal: UpdateRefusal.TrialFailed }, causes: Cause.Update },
    ],
    ["a module that is not there", "role", {}, { roles: [{ name: "gas", serviceClass: 1, isBound: false }] }],
    ["a camera that has no power while nothing is recorded", "roleUnpowered", {}, { roles: [CAMERA] }],
    ["a camera that the device misses", "role", { causes: Cause.Module }, { roles: [CAMERA] }],
    ["a test unit", "testUnit", {}, { proof: { refusal: "testUnit" } }],
    ["a clock that is behind", "clock", {}, { proof: { refusal: "notYetValid", detail: "this clock says 1990" } }],
    ["another authority's unit", "proofRefused", {}, { proof: { refusal: "foreignCa" } }],
    ["a log that is not handed out", "logUnread", {}, { log: { detail: "busy" } }],
    ["an open case", "cause", { causes: Cause.Tamper }],
    ["a cause of a kind to come", "cause", { causes: 1 << 30 }],
]

test.each(ROWS)("%s: %s, and nothing else", (_, id, said, more) => {
    expect(foundIn(said, more).map(found => found.id)).toEqual([id])
})

test("a sound unit has nothing, also if one of several roles for a kind of module has found one", () => {
    const roles = [
        { name: "gas", serviceClass: 1, isBound: true },
        { name: "gas2", serviceClass: 1, isBound: false },
    ]
    expect(foundIn({}, { roles })).toEqual([])
})

test("what a number means is said by its name", () => {
    const [{ saw }] = foundIn({ update: { state: "Refused", refusal: UpdateRefusal.NotSafe } })
    expect(saw).toMatch("notSafe, 106")
    expect(foundIn({ causes: 1 << 30 })[0].next).toMatch("older than the firmware")
    expect(foundIn({ causes: Cause.Tamper })[0].next).toMatch("close the case")
})

test("no two kinds of findings read the same", () => {
    const words = Object.values(KINDS).map(
        ({ part, saw }) => `${part}: ${saw({ place: PLACE, address: "A", others: "B", detail: "D" })}`,
    )
    expect(new Set(words).size).toBe(words.length)
})
