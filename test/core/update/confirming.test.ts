/** What cannot be confirmed is refused before it is installed, and confirming is one step: before it or after it, whatever goes wrong. */
import { describe, expect, test } from "vitest"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { encodeProgram, PENDING_RECORD, PROGRAM_RECORD, Stage } from "../../../src/core/update/records"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { POLICY } from "../suit/device"
import { PROGRAM, policyPackage, signed, TARGET } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { Element } from "./element"
import { FACTORY_PROGRAM, TestUnit } from "./test-unit"

const OLD = FACTORY_PROGRAM.sequenceNumber
const HIGHEST = 0xffff_ffff
const digest = Buffer.alloc(32, 1)

const numbered = (sequenceNumber: number) =>
    signed(programManifest({ ...TARGET, sequenceNumber }, PROGRAM), undefined, ALICE)

/** From the offer to the end of the trial. @returns the reason if it is refused */
async function updated(unit: TestUnit, sequenceNumber: number): Promise<number> {
    await unit.send(await numbered(sequenceNumber))
    if (unit.agent.state === UpdateState.AwaitingConsent) await unit.consent()
    if (unit.agent.state !== UpdateState.MakingSafe) return unit.agent.refusal
    await unit.run(200)
    await unit.start(sequenceNumber)
    await unit.run(6000)
    return unit.agent.refusal
}

/** The next release is taken, and the one before is not. */
async function expectOfUse(unit: TestUnit, number: number): Promise<void> {
    expect(await unit.records()).toEqual({ program: number, floor: number, pending: undefined })
    expect(await updated(unit, number - 1)).toBe(SuitRefusal.SequenceOlder)
    expect(await updated(unit, number + 1)).toBe(0)
    expect(await unit.records()).toEqual({ program: number + 1, floor: number + 1, pending: undefined })
    expect(unit.held).toBe(false)
}

describe.each([
    ["an element", (): Element | undefined => new Element(), 100],
    ["a record", (): Element | undefined => undefined, 0x8000_0000],
])("where %s counts the floor", (_root, root, stride) => {
    const gaps = [1, 99, 100, 101, 2 ** 21, 2 ** 31, 2 ** 31 + 1, HIGHEST - OLD]
    test.each(gaps)("a release %d above it is confirmed or refused before anything is kept", async gap => {
        const unit = await TestUnit.made(root())
        const before = await unit.records()
        const refusal = await updated(unit, OLD + gap)
        expect(refusal).toBe(gap > stride ? UpdateRefusal.Unconfirmable : 0)
        if (refusal === 0) return expectOfUse(unit, OLD + gap)
        expect(await unit.records()).toEqual(before)
        expect(unit.agent.state).toBe(UpdateState.Refused)
        await expectOfUse(unit, OLD)
    })
})

test("what an element can never count to is refused, however near it is", async () => {
    const unit = await TestUnit.made(new Element(524_280))
    const record = encodeProgram({ digest, sequenceNumber: 524_280 })
    await unit.store.set(PROGRAM_RECORD, record)
    await unit.start(524_280)
    expect(await updated(unit, 524_288)).toBe(UpdateRefusal.Unconfirmable)
    expect(await updated(unit, 524_287)).toBe(0)
    expect(await unit.records()).toMatchObject({ program: 524_287, floor: 524_287 })
})

test("a trust policy that would leave no number to its successors is refused", async () => {
    const unit = await TestUnit.made()
    const policy = async (version: number) => {
        await unit.send(await policyPackage({ ...POLICY, version }, ALICE))
        if (unit.agent.state === UpdateState.AwaitingConsent) await unit.consent()
        return unit.agent.refusal
    }
    expect(await policy(HIGHEST)).toBe(UpdateRefusal.Unconfirmable)
    expect(await policy(POLICY.version + 2 ** 31 + 1)).toBe(UpdateRefusal.Unconfirmable)
    expect(await policy(POLICY.version + 2 ** 31)).toBe(0)
    expect(await unit.policyVersion()).toBe(POLICY.version + 2 ** 31)
})

describe("whatever step of confirming fails", () => {
    const number = OLD + 100

    /** A unit whose new program works for the last time before it is confirmed. */
    async function aboutToConfirm(element: Element): Promise<TestUnit> {
        const unit = await TestUnit.made(element)
        await unit.authorise(await numbered(number))
        await unit.start(number)
        await unit.run(99 * 50)
        expect(unit.agent.state).toBe(UpdateState.Trial)
        return unit
    }

    const steps = [0, 1, 2, 36, 60, 97, 98, 99]
    test.each(steps)(
        "step %d of the element: the program stays confirmed, longer than a trial may take",
        async step => {
            const element = new Element()
            const unit = await aboutToConfirm(element)
            element.stepsLeft = step
            for (let second = 0; second < 70; second++) {
                await unit.run(50).catch(() => {})
                unit.nowMs += 1000
            }
            expect(unit.agent).toMatchObject({ state: UpdateState.Trial, refusal: 0 })
            expect(await unit.records()).toMatchObject({ program: number, floor: OLD + step })
            element.stepsLeft = Number.POSITIVE_INFINITY
            await unit.run(50)
            expect(unit.agent.state).toBe(UpdateState.Confirmed)
            await expectOfUse(unit, number)
        },
    )

    test.each(steps)("step %d of the element, and then the power: the next start finishes it", async step => {
        const element = new Element()
        const unit = await aboutToConfirm(element)
        element.stepsLeft = step
        await expect(unit.run(50)).rejects.toThrow("the element does not answer")
        await expect(unit.start(number)).rejects.toThrow("the element does not answer")
        element.stepsLeft = Number.POSITIVE_INFINITY
        await unit.start(number)
        expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
        await expectOfUse(unit, number)
    })

    test("every write: before it the old program can be put back, after it the new one runs", async () => {
        const outcomes = new Set<string>()
        for (let byte = 0, isCut = true; isCut; byte += 5) {
            const unit = await aboutToConfirm(new Element())
            unit.slots.cutAtByte = unit.slots.writtenBytes + byte
            isCut = await unit.run(50).then(
                () => false,
                () => true,
            )
            unit.slots.cutAtByte = Number.POSITIVE_INFINITY
            const { program, floor } = await unit.recordsAfterPowerCut()
            outcomes.add(`program ${program}, floor ${floor}`)
            if (program === OLD) {
                await unit.start(OLD)
                expect(unit.agent).toMatchObject({ state: UpdateState.Idle })
                await expectOfUse(unit, OLD)
            } else {
                await unit.start(number)
                await unit.run(50)
                expect(unit.agent.refusal).toBe(0)
                await expectOfUse(unit, number)
            }
        }
        // With the first copy of the head the record counts, whatever else was still to be written.
        expect([...outcomes].sort()).toEqual([
            `program ${number}, floor ${number}`,
            `program ${number}, floor ${OLD}`,
            `program ${OLD}, floor ${OLD}`,
        ])
    })
})

describe("a trial while the owner has disabled the device", () => {
    async function onTrial(element?: Element): Promise<TestUnit> {
        const unit = await TestUnit.made(element)
        await unit.authorise(await numbered(OLD + 1))
        await unit.start(OLD + 1)
        return unit
    }

    test("lasts until it is enabled, and proves nothing before", async () => {
        const unit = await onTrial()
        unit.disabled = true
        await unit.run(200_000)
        expect(unit.agent).toMatchObject({ state: UpdateState.Trial, refusal: 0 })
        expect(await unit.records()).toMatchObject({ program: OLD, floor: OLD })
        unit.disabled = false
        await unit.run(99 * 50)
        expect(unit.agent.state).toBe(UpdateState.Trial)
        await unit.run(50)
        expect(unit.agent.state).toBe(UpdateState.Confirmed)
    })

    test("has its whole time afterwards, and no more", async () => {
        const unit = await onTrial()
        unit.disabled = true
        await unit.run(200_000)
        unit.disabled = false
        const fails = async (ms: number) => {
            unit.nowMs += ms
            await unit.agent.cycle(true, unit.nowMs)
        }
        await fails(59_900)
        expect(unit.agent.state).toBe(UpdateState.Trial)
        await fails(100)
        expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.TrialFailed })
    })

    test("fails over nothing once its program is on record", async () => {
        const element = new Element()
        const unit = await onTrial(element)
        element.stepsLeft = 0
        await unit.run(100 * 50).catch(() => {})
        unit.disabled = true
        await unit.run(50)
        unit.nowMs += 100_000
        unit.disabled = false
        element.stepsLeft = 1
        await unit.run(50)
        expect(unit.agent).toMatchObject({ state: UpdateState.Confirmed, refusal: 0 })
    })
})

describe("a unit that was stuck: its program is on record, and the floor was never raised", () => {
    async function stuck(element: Element | undefined, number: number): Promise<TestUnit> {
        const unit = await TestUnit.made(element)
        await unit.store.set(PROGRAM_RECORD, encodeProgram({ digest, sequenceNumber: number }))
        const pending = encodeProgram({ digest, sequenceNumber: number }, Buffer.from([Stage.Trial, 3]))
        await unit.store.set(PENDING_RECORD, pending)
        await unit.start(number)
        return unit
    }

    test.each([OLD + 101, OLD + 250, 1000])(
        "by a number that the element can reach: the floor follows (%d)",
        async number => {
            const unit = await stuck(new Element(), number)
            await unit.run(1000)
            expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
            expect(unit.held).toBe(false)
            await expectOfUse(unit, number)
        },
    )

    test.each([524_288, HIGHEST])(
        "by a number that no element can count to: a good release puts it right (%d)",
        async number => {
            const element = new Element()
            const unit = await stuck(element, number)
            await unit.run(1000)
            expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
            expect(unit.held).toBe(true)
            // Nothing is there to go back to.
            expect(unit.agent.grant(Buffer.alloc(32))).toBeUndefined()
            expect(element.steps).toBe(OLD)
            expect(await updated(unit, OLD + 1)).toBe(0)
            await expectOfUse(unit, OLD + 1)
        },
    )
})
