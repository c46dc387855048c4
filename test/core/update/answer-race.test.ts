/** Answers of an owner that cross while one of them is being stored. */
import { expect, test } from "vitest"
import { CONSENT_RECORD, Consent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { DESCRIPTION, GOOD_HEAD, PROGRAM, signed, TARGET } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { TestUnit } from "./test-unit"

/** The owner says *always*, and the store takes its time over it. @returns what lets the store go on */
function sayAlways(unit: TestUnit) {
    const { store } = unit
    const set = store.set.bind(store)
    let goOn = () => {}
    const gate = new Promise<void>(resolve => {
        goOn = resolve
    })
    store.set = async (name, value) => {
        await gate
        await set(name, value)
    }
    return { answered: unit.consent(Consent.Always), goOn: () => goOn() }
}

test("a no while *always* is stored: the update is refused, and *always* is told so", async () => {
    const unit = await TestUnit.made()
    await unit.send(GOOD_HEAD)
    const { answered, goOn } = sayAlways(unit)
    expect(await unit.agent.answer(Consent.No, unit.agent.subject.digest)).toBe(0)
    goOn()
    expect(await answered).toBe(UpdateRefusal.Unexpected)
    expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.ConsentDenied })
    expect(await unit.store.get(CONSENT_RECORD)).toBeUndefined()
})

test("what was said of one update is not taken for the next", async () => {
    const unit = await TestUnit.made()
    const { sequenceNumber } = TARGET
    const other = await signed(
        programManifest({ ...TARGET, sequenceNumber: sequenceNumber + 1 }, PROGRAM, DESCRIPTION),
        undefined,
        ALICE,
    )
    await unit.send(GOOD_HEAD)
    const { answered, goOn } = sayAlways(unit)
    await unit.agent.answer(Consent.No, unit.agent.subject.digest)
    await unit.send(other)
    expect(unit.agent).toMatchObject({
        state: UpdateState.AwaitingConsent,
        subject: { sequenceNumber: sequenceNumber + 1 },
    })
    goOn()
    expect(await answered).toBe(UpdateRefusal.Unexpected)
    expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
})

test("of a yes and an *always* at once, one is told that it came too late", async () => {
    const unit = await TestUnit.made()
    await unit.send(GOOD_HEAD)
    const { answered, goOn } = sayAlways(unit)
    expect(await unit.consent(Consent.Yes)).toBe(0)
    goOn()
    expect(await answered).toBe(UpdateRefusal.Unexpected)
    expect(unit.agent.state).toBe(UpdateState.MakingSafe)
    expect(await unit.store.get(CONSENT_RECORD)).toBeUndefined()
})
