import { describe, expect, test } from "vitest"
import { CborRefusal } from "../../../src/core/cbor/refusal"
import { CoseRefusal } from "../../../src/core/cose/refusal"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { Stage } from "../../../src/core/update/records"
import { Consent, TRIAL_CYCLES } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { POLICY } from "../suit/device"
import { DESCRIPTION, GOOD, GOOD_HEAD, PROGRAM, policyPackage, signed, TARGET } from "../suit/packages"
import { ALICE, BOB, MALLORY } from "../suit/signers"
import { CYCLE_MS, FACTORY_PROGRAM, OFFERED, TestUnit } from "./test-unit"

const challenge = Buffer.alloc(32, 9)

function packageOf(change: Partial<typeof TARGET>, signer = ALICE): Promise<Buffer> {
    return signed(programManifest({ ...TARGET, ...change }, PROGRAM, DESCRIPTION), undefined, signer)
}

test("from the offer to the confirmation", async () => {
    const unit = await TestUnit.made()
    const states: UpdateState[] = []
    const note = () => states.push(unit.agent.state)
    note()
    expect(unit.agent.offer(GOOD_HEAD.length)).toBe(0)
    note()
    for (let at = 0; at < GOOD_HEAD.length; at += 200) await unit.agent.take(at, GOOD_HEAD.subarray(at, at + 200))
    note()
    await unit.agent.judge()
    note()
    expect(unit.agent.subject).toMatchObject({ sequenceNumber: OFFERED })
    expect(unit.agent.grant(challenge)).toBeUndefined()
    expect(await unit.consent()).toBe(0)
    note()
    await unit.run(CYCLE_MS)
    expect(unit.held).toBe(true)
    expect((await unit.records()).pending).toBeUndefined()
    await unit.run(CYCLE_MS)
    note()
    expect((await unit.records()).pending).toMatchObject({ sequenceNumber: OFFERED, stage: Stage.Granted })
    const grant = unit.agent.grant(challenge)
    expect(grant).toMatchObject({ challenge, update: { sequenceNumber: OFFERED }, confirmed: { sequenceNumber: 6 } })
    note()
    expect(unit.held).toBe(true)

    await unit.start(OFFERED)
    note()
    expect(await unit.records()).toMatchObject({
        program: 6,
        floor: 6,
        pending: { stage: Stage.Trial, failedBoots: 1 },
    })
    await unit.run(CYCLE_MS * (TRIAL_CYCLES - 1))
    note()
    await unit.run(CYCLE_MS)
    note()
    expect(await unit.records()).toEqual({ program: OFFERED, floor: OFFERED, pending: undefined })
    const { Idle, Receiving, Verifying, AwaitingConsent, MakingSafe, Authorised, Installing, Trial, Confirmed } =
        UpdateState
    expect(states).toEqual([
        Idle,
        Receiving,
        Verifying,
        AwaitingConsent,
        MakingSafe,
        Authorised,
        Installing,
        Trial,
        Trial,
        Confirmed,
    ])
})

describe("a package is refused, with its reason and nothing changed", () => {
    const tampered = Buffer.from(GOOD_HEAD)
    tampered[GOOD_HEAD.indexOf("valve_pico")] ^= 1
    const cases: [string, Promise<Buffer>, number][] = [
        ["tampered", Promise.resolve(tampered), SuitRefusal.ManifestDigest],
        ["by a stranger", packageOf({}, MALLORY), SuitRefusal.Threshold],
        [
            "with a stranger's signature under a trusted name",
            packageOf({}, { ...MALLORY, keyId: ALICE.keyId }),
            CoseRefusal.Signature,
        ],
        ["for another class", packageOf({ classId: Buffer.alloc(16, 1) }), SuitRefusal.Class],
        ["as old as the confirmed program", packageOf({ sequenceNumber: 6 }), SuitRefusal.SequenceEqual],
        ["older", packageOf({ sequenceNumber: 5 }), SuitRefusal.SequenceOlder],
        ["cut short", Promise.resolve(GOOD_HEAD.subarray(0, GOOD_HEAD.length - 1)), CborRefusal.Ended],
    ]
    test.each(cases)("%s", async (_, bytes, refusal) => {
        const unit = await TestUnit.made()
        const before = Buffer.from(unit.slots.bytes)
        await unit.send(await bytes)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal })
        expect(unit.agent.grant(challenge)).toBeUndefined()
        expect(unit.slots.bytes.equals(before)).toBe(true)
        expect(await unit.send(GOOD_HEAD)).toBe(0)
        expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    })

    test("an older one once a newer was confirmed, also after a restart", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        await unit.start(OFFERED)
        await unit.run(10_000)
        for (const restart of [false, true]) {
            if (restart) await unit.start(OFFERED)
            await unit.send(GOOD_HEAD)
            expect(unit.agent.refusal).toBe(SuitRefusal.SequenceEqual)
        }
    })

    test("that brings its program: that goes to the runtime", async () => {
        const unit = await TestUnit.made()
        await unit.send(GOOD)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: SuitRefusal.PayloadUnexpected })
    })

    test("that was given up while its last chunk was being written: it does not pass for the one that came after it", async () => {
        const unit = await TestUnit.made()
        unit.agent.offer(100)
        let written = () => {}
        const write = unit.staging.write.bind(unit.staging)
        unit.staging.write = async () => new Promise(resolve => (written = resolve))
        const late = unit.agent.take(0, GOOD_HEAD.subarray(0, 100))
        unit.staging.write = write
        await unit.run(31_000)
        expect(unit.agent.refusal).toBe(UpdateRefusal.Expired)
        unit.agent.offer(GOOD_HEAD.length)
        written()
        expect(await late).toBe(UpdateRefusal.Unexpected)
        expect(unit.agent).toMatchObject({ state: UpdateState.Receiving, refusal: 0 })
    })

    test("announced longer than any package is, or by a unit that has no program on record", async () => {
        const unit = await TestUnit.made()
        expect(unit.agent.offer(1 << 20)).toBe(SuitRefusal.Length)
        expect(unit.agent.state).toBe(UpdateState.Refused)
        const blank = new TestUnit()
        await blank.start(1)
        expect(blank.agent.offer(500)).toBe(UpdateRefusal.NotProvisioned)
    })
})

describe("the owner", () => {
    test("says no", async () => {
        const unit = await TestUnit.made()
        await unit.send(GOOD_HEAD)
        expect(await unit.consent(Consent.No)).toBe(0)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.ConsentDenied })
        expect(await unit.consent()).toBe(UpdateRefusal.Unexpected)
    })

    test("is not understood to have meant another update", async () => {
        const unit = await TestUnit.made()
        await unit.send(GOOD_HEAD)
        expect(await unit.agent.answer(Consent.Yes, Buffer.alloc(32))).toBe(UpdateRefusal.NotFresh)
        expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    })

    test("says yes once and for all, and takes it back", async () => {
        const unit = await TestUnit.made()
        await unit.send(GOOD_HEAD)
        await unit.consent(Consent.Always)
        await unit.run(2 * CYCLE_MS)
        await unit.start(OFFERED)
        await unit.run(10_000)
        const next = await packageOf({ sequenceNumber: OFFERED + 1 })
        await unit.send(next)
        expect(unit.agent.state).toBe(UpdateState.MakingSafe)
        await unit.store.erase("consent")
        await unit.start(OFFERED)
        await unit.send(next)
        expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    })

    test("is not asked again for what was granted, if the installation was interrupted", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        await unit.start(FACTORY_PROGRAM.sequenceNumber)
        expect(unit.agent.state).toBe(UpdateState.Idle)
        await unit.send(GOOD_HEAD)
        expect(unit.agent.state).toBe(UpdateState.MakingSafe)
    })

    test("is asked again for what has failed its trial", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        for (let boot = 0; boot < 4; boot++) await unit.start(OFFERED)
        expect(unit.agent.state).toBe(UpdateState.Reverting)
        await unit.send(GOOD_HEAD)
        expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    })

    test("who says no while another answer is being written down is heard", async () => {
        const unit = await TestUnit.made()
        await unit.send(await policyPackage({ version: 4, threshold: 1, keys: [BOB.key] }, ALICE))
        const yes = unit.consent(Consent.Always)
        await unit.consent(Consent.No)
        await yes
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.ConsentDenied })
        expect(await unit.policyVersion()).toBe(3)
    })
})

describe("time runs out", () => {
    const seconds = async (unit: TestUnit, count: number) => await unit.run(count * 1000)

    test("for the host that sends: 30 s from the last bytes that were new", async () => {
        const unit = await TestUnit.made()
        unit.agent.offer(GOOD_HEAD.length)
        await seconds(unit, 20)
        await unit.agent.take(0, GOOD_HEAD.subarray(0, 200))
        await seconds(unit, 20)
        await unit.agent.take(0, GOOD_HEAD.subarray(0, 200))
        expect(unit.agent.state).toBe(UpdateState.Receiving)
        await seconds(unit, 11)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.Expired })
    })

    test("for a device that cannot be interrupted: 60 s", async () => {
        const unit = await TestUnit.made()
        unit.ready = false
        await unit.authorise(GOOD_HEAD)
        await seconds(unit, 59)
        expect(unit.held).toBe(false)
        expect(unit.agent.state).toBe(UpdateState.MakingSafe)
        await seconds(unit, 2)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.NotSafe })
        expect((await unit.records()).pending).toBeUndefined()
    })

    test("for the host that installs: 120 s, and asking again does not give it more", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        expect(unit.agent.grant(challenge)).toBeDefined()
        await seconds(unit, 100)
        expect(unit.agent.grant(challenge)).toBeDefined()
        await seconds(unit, 21)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.Expired })
        expect(unit.held).toBe(false)
        expect((await unit.records()).pending).toBeUndefined()
        expect(unit.agent.grant(challenge)).toBeUndefined()
    })
})

describe("a trial", () => {
    async function onTrial(): Promise<TestUnit> {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        return unit
    }

    test("fails with the third start in a row, and the floor stands where it was", async () => {
        const unit = await onTrial()
        for (let boot = 1; boot <= 3; boot++) {
            await unit.start(OFFERED)
            expect(unit.agent.state).toBe(UpdateState.Trial)
            await unit.run(4000)
        }
        await unit.start(OFFERED)
        await unit.run(CYCLE_MS)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.TrialFailed })
        expect(unit.held).toBe(true)
        expect(await unit.records()).toMatchObject({ program: 6, floor: 6 })
        const grant = unit.agent.grant(challenge)
        expect(grant).toMatchObject({ update: FACTORY_PROGRAM, confirmed: FACTORY_PROGRAM })

        await unit.start(FACTORY_PROGRAM.sequenceNumber)
        await unit.run(CYCLE_MS)
        expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: UpdateRefusal.TrialFailed })
        expect(unit.held).toBe(false)
        expect((await unit.records()).pending).toBeUndefined()
    })

    test("fails after 60 s in which the program did not work, and does not begin anew with a restart", async () => {
        const unit = await onTrial()
        await unit.start(OFFERED)
        for (let second = 0; second < 61; second++) {
            unit.nowMs += 1000
            unit.held = await unit.agent.cycle(true, unit.nowMs)
        }
        expect(unit.agent.state).toBe(UpdateState.Reverting)
        await unit.start(OFFERED)
        expect(unit.agent.state).toBe(UpdateState.Reverting)
    })

    test("has its 60 s however long the chip has been on", async () => {
        const unit = await onTrial()
        unit.nowMs = 3_600_000
        await unit.start(OFFERED)
        await unit.run(6000)
        expect(unit.agent.state).toBe(UpdateState.Confirmed)
    })

    test("is over once the program was confirmed: later starts are as good as any", async () => {
        const unit = await onTrial()
        await unit.start(OFFERED)
        await unit.run(10_000)
        for (let boot = 0; boot < 5; boot++) {
            await unit.start(OFFERED)
            expect(unit.agent.state).toBe(UpdateState.Idle)
        }
    })
})

describe("a program that may not run", () => {
    test("below the floor: once a newer one was confirmed", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        await unit.start(OFFERED)
        await unit.run(10_000)
        await unit.start(FACTORY_PROGRAM.sequenceNumber)
        await unit.run(1000)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.BelowFloor })
        expect(unit.held).toBe(true)
    })

    test("that nobody authorised, and it takes an update all the same", async () => {
        const unit = await TestUnit.made()
        await unit.start(9)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
        await unit.send(await packageOf({}, MALLORY))
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: SuitRefusal.Threshold })
        await unit.run(CYCLE_MS)
        expect(unit.held).toBe(true)
        await unit.authorise(GOOD_HEAD)
        expect(unit.agent.grant(challenge)?.update.sequenceNumber).toBe(OFFERED)
    })
})

describe("a trust policy", () => {
    test("is replaced by a package signed under the one in force, and the program stays", async () => {
        const unit = await TestUnit.made()
        await unit.send(await policyPackage({ version: 4, threshold: 1, keys: [BOB.key] }, ALICE))
        expect(await unit.consent()).toBe(0)
        expect(unit.agent.state).toBe(UpdateState.Confirmed)
        expect(await unit.policyVersion()).toBe(4)
        expect(await unit.records()).toEqual({ program: 6, floor: 6, pending: undefined })
        await unit.send(GOOD_HEAD)
        expect(unit.agent.refusal).toBe(SuitRefusal.Threshold)
        await unit.send(await packageOf({}, BOB))
        expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
        await unit.consent(Consent.No)
        await unit.send(await policyPackage(POLICY, BOB))
        expect(unit.agent.refusal).toBe(SuitRefusal.SequenceOlder)
    })

    test("that is damaged in the memory counts as none", async () => {
        const unit = await TestUnit.made()
        unit.policyMemory.bytes[9] ^= 1
        await unit.send(GOOD_HEAD)
        expect(unit.agent.refusal).toBe(UpdateRefusal.NotProvisioned)
    })
})
