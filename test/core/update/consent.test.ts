/** An answer of the owner counts for the update it was given to, and for others only as long as the owner has not taken that back. */
import { expect, test } from "vitest"
import { Consent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { GOOD_HEAD, PROGRAM, signed, TARGET, testProgram } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { FACTORY_PROGRAM, TestUnit } from "./test-unit"

const OLD = FACTORY_PROGRAM.sequenceNumber
const OTHER_PROGRAM = await signed(
    programManifest({ ...TARGET, sequenceNumber: 8 }, testProgram(700)),
    undefined,
    ALICE,
)
const SAME_PROGRAM = await signed(programManifest({ ...TARGET, sequenceNumber: 8 }, PROGRAM), undefined, ALICE)

test.each([
    ["the program that was granted", GOOD_HEAD, UpdateState.MakingSafe],
    ["that program under a higher number", SAME_PROGRAM, UpdateState.MakingSafe],
    ["another program, signed as well", OTHER_PROGRAM, UpdateState.AwaitingConsent],
])("after a grant and a restart, %s", async (_, bytes, state) => {
    const unit = await TestUnit.made()
    await unit.authorise(GOOD_HEAD)
    await unit.start(OLD)
    expect(await unit.send(bytes)).toBe(0)
    expect(unit.agent.state).toBe(state)
})

test("a yes to all is on record as one byte", async () => {
    const unit = await TestUnit.made()
    await unit.send(GOOD_HEAD)
    await unit.consent(Consent.Always)
    expect(await unit.store.get("consent")).toEqual(Buffer.from([Consent.Always]))
})

test("a no that overtakes a yes to all takes that back too, also after a restart", async () => {
    const unit = await TestUnit.made()
    await unit.send(GOOD_HEAD)
    const always = unit.consent(Consent.Always)
    expect(await unit.consent(Consent.No)).toBe(0)
    await always
    expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.ConsentDenied })
    expect(await unit.store.get("consent")).toBeUndefined()
    await unit.start(OLD)
    await unit.send(GOOD_HEAD)
    expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
})

test("a yes to one update is none to the next", async () => {
    const unit = await TestUnit.made()
    await unit.authorise(GOOD_HEAD)
    expect(await unit.store.get("consent")).toBeUndefined()
    await unit.run(125_000)
    await unit.send(OTHER_PROGRAM)
    expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
})
