/** A trust policy that could not be written is not in force, and the unit never says that it is. */
import { expect, test } from "vitest"
import { StoreError } from "../../../src/core/store/store-error"
import { POLICY_RECORD } from "../../../src/core/update/records"
import { Consent, UpdateAgent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { noPause } from "../store/slot-memory"
import { POLICY, RECIPIENT, STANDARDS } from "../suit/device"
import { policyPackage } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { TestUnit } from "./test-unit"

const newer = await policyPackage({ ...POLICY, version: POLICY.version + 1 }, ALICE)

/** The memory takes no policy from now on, until `heal`. */
function breakPolicies(unit: TestUnit): () => void {
    const { store } = unit
    const set = store.set.bind(store)
    store.set = async (name, value) => {
        if (name === POLICY_RECORD) throw new StoreError("memory", "no answer")
        await set(name, value)
    }
    return () => {
        store.set = set
    }
}

async function standing(): Promise<TestUnit> {
    const unit = await TestUnit.made()
    await unit.store.set("consent", Buffer.from([Consent.Always]))
    return unit
}

test("under a standing consent it is refused", async () => {
    const unit = await standing()
    const heal = breakPolicies(unit)
    // As the device's service does it.
    await unit.send(newer).catch(() => unit.agent.refuse(UpdateRefusal.Storage))
    expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.Storage })
    expect(await unit.policyVersion()).toBe(POLICY.version)
    heal()
    await unit.send(newer)
    expect(unit.agent.state).toBe(UpdateState.Confirmed)
    expect(await unit.policyVersion()).toBe(POLICY.version + 1)
})

test("after an owner's yes it waits for another", async () => {
    const unit = await TestUnit.made()
    const heal = breakPolicies(unit)
    await unit.send(newer)
    await expect(unit.consent()).rejects.toThrow("no answer")
    expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    expect(await unit.policyVersion()).toBe(POLICY.version)
    heal()
    expect(await unit.consent()).toBe(0)
    expect(unit.agent.state).toBe(UpdateState.Confirmed)
    expect(await unit.policyVersion()).toBe(POLICY.version + 1)
})

test("a request before the first judgement is refused", async () => {
    const unit = await TestUnit.made()
    const { verifiers } = STANDARDS
    const agent = new UpdateAgent({ recipient: RECIPIENT, verifiers, staging: unit.staging }, noPause)
    expect(agent.offer(100)).toBe(UpdateRefusal.NotProvisioned)
    expect(await agent.take(0, Buffer.alloc(10))).toBe(UpdateRefusal.Unexpected)
    expect(await agent.answer(Consent.Yes, Buffer.alloc(32))).toBe(UpdateRefusal.Unexpected)
    expect(agent.grant(Buffer.alloc(32))).toBeUndefined()
})
