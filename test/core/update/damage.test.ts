/** A record that is damaged proves nothing: the unit is safe, takes no word for an answer, and a good release puts it right. */
import { describe, expect, test } from "vitest"
import { StoreError } from "../../../src/core/store/store-error"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { POLICY_RECORD, PROGRAM_RECORD } from "../../../src/core/update/records"
import { Consent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { GOOD_HEAD, PROGRAM, signed, TARGET } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { Element } from "./element"
import { FACTORY_PROGRAM, OFFERED, TestUnit } from "./test-unit"

const OLD = FACTORY_PROGRAM.sequenceNumber

async function take(unit: TestUnit, sequenceNumber: number): Promise<void> {
    await unit.authorise(await signed(programManifest({ ...TARGET, sequenceNumber }, PROGRAM), undefined, ALICE))
    if (unit.agent.state !== UpdateState.Authorised) return
    await unit.start(sequenceNumber)
    await unit.run(6000)
}

const roots = [
    ["an element", (): Element | undefined => new Element()],
    ["a record", (): Element | undefined => undefined],
] as const

describe.each(roots)("where %s counts the floor", (_root, root) => {
    describe.each([
        ["damaged", async (unit: TestUnit) => void unit.damaged.add(PROGRAM_RECORD)],
        ["not of its form", (unit: TestUnit) => unit.store.set(PROGRAM_RECORD, Buffer.alloc(36))],
        ["gone", (unit: TestUnit) => unit.store.erase(PROGRAM_RECORD)],
    ])("the record of the program is %s:", (_what, spoil) => {
        test("the program that runs is not proved, and nothing is granted as confirmed", async () => {
            const unit = await TestUnit.made(root())
            await spoil(unit)
            await unit.start(OLD)
            await unit.run(200)
            expect(unit.held).toBe(true)
            expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
            expect(unit.agent.grant(Buffer.alloc(32))).toBeUndefined()
            expect((await unit.agent.evidence()).program.sequenceNumber).toBe(0)
        })

        test.each([OLD, OLD + 1])("release %d puts it right, and none before it", async number => {
            const unit = await TestUnit.made(root())
            await spoil(unit)
            await unit.start(OLD)
            await take(unit, OLD - 2)
            expect(unit.agent.refusal).toBe(SuitRefusal.SequenceOlder)
            await take(unit, OLD - 1)
            expect(unit.agent.refusal).toBe(SuitRefusal.SequenceEqual)
            await take(unit, number)
            expect(await unit.records()).toEqual({ program: number, floor: number, pending: undefined })
            expect(unit.held).toBe(false)
            await unit.start(number)
            expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
        })
    })

    test("a record of the program that is older than the floor proves nothing: the last good release is taken again", async () => {
        const unit = await TestUnit.made(root())
        const stale = (await unit.store.get(PROGRAM_RECORD))!
        await take(unit, OFFERED)
        await unit.store.set(PROGRAM_RECORD, stale)
        await unit.start(OFFERED)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
        await take(unit, OFFERED)
        expect(await unit.records()).toEqual({ program: OFFERED, floor: OFFERED, pending: undefined })
    })

    test("the record of what is pending is damaged: nothing is on trial, and the confirmed program runs on", async () => {
        const unit = await TestUnit.made(root())
        await unit.authorise(GOOD_HEAD)
        unit.damaged.add("pending")
        await unit.start(OFFERED)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
        await unit.start(OLD)
        expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
        await take(unit, OFFERED)
        expect(await unit.records()).toMatchObject({ program: OFFERED, floor: OFFERED })
    })
})

test("the record of the standing consent is damaged: the owner is asked, and gives it anew", async () => {
    const unit = await TestUnit.made()
    unit.damaged.add("consent")
    await unit.send(GOOD_HEAD)
    expect(unit.agent.state).toBe(UpdateState.AwaitingConsent)
    expect(await unit.consent(Consent.Always)).toBe(0)
    expect(unit.damaged.size).toBe(0)
})

test("the record of the floor is damaged: it is what the record of the program says, and is written anew", async () => {
    const unit = await TestUnit.made()
    await take(unit, OFFERED)
    for (const running of [OFFERED, OLD]) {
        unit.damaged.add("floor")
        await unit.start(running)
        expect(unit.agent.refusal).toBe(running === OLD ? UpdateRefusal.BelowFloor : 0)
    }
    expect(unit.damaged.has("floor")).toBe(true)
    await unit.start(OFFERED)
    expect(unit.damaged.size).toBe(0)
    expect(await unit.records()).toMatchObject({ program: OFFERED, floor: OFFERED })
})

test("the records of floor and program are both damaged: nobody knows, and nothing starts", async () => {
    const unit = await TestUnit.made()
    for (const name of ["floor", PROGRAM_RECORD]) unit.damaged.add(name)
    await expect(unit.start(OLD)).rejects.toThrow(StoreError)
})

test("the memory is silent: that is no damage, and the next start finds everything", async () => {
    const unit = await TestUnit.made()
    const { get } = unit.store
    const silent = async () => {
        throw new StoreError("memory", "no answer")
    }
    const start = unit.start(OLD)
    unit.store.get = silent
    await expect(start).rejects.toThrow("no answer")
    unit.store.get = get
    await unit.start(OLD)
    expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
})

describe("a unit without a record of a program", () => {
    test("runs what is installed if it never had a trust policy, and takes no updates", async () => {
        const unit = new TestUnit()
        await unit.start(5)
        await unit.run(200)
        expect(unit.held).toBe(false)
        expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
        expect(unit.agent.offer(500)).toBe(UpdateRefusal.NotProvisioned)
    })

    test.each([
        ["there is a trust policy", (unit: TestUnit) => unit.store.set(POLICY_RECORD, Buffer.alloc(35))],
        ["there was one, and its record is damaged", async (unit: TestUnit) => void unit.damaged.add(POLICY_RECORD)],
        ["a program was confirmed once", (unit: TestUnit) => unit.store.set("floor", Buffer.from([1, 0, 0, 0]))],
    ])("is safe if %s", async (_, had) => {
        const unit = new TestUnit()
        await unit.start(5)
        await had(unit)
        await unit.start(5)
        await unit.run(200)
        expect(unit.held).toBe(true)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
    })
})
