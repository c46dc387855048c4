/** Whatever hosts send, in whatever order and how often: at most what was granted is installed, and only what was signed is granted. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { Consent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { GOOD_HEAD, PROGRAM, signed, TARGET, testProgram } from "../suit/packages"
import { ALICE, MALLORY } from "../suit/signers"
import { CYCLE_MS, FACTORY_PROGRAM, TestUnit } from "./test-unit"

const OTHER = await signed(programManifest({ ...TARGET, sequenceNumber: 8 }, testProgram(700)), undefined, ALICE)
const FORGED = await signed(programManifest({ ...TARGET, sequenceNumber: 9 }, PROGRAM), undefined, MALLORY)
const OLD = await signed(programManifest({ ...TARGET, sequenceNumber: 5 }, PROGRAM), undefined, ALICE)
const PACKAGES = [GOOD_HEAD, OTHER, FORGED, OLD]
const challenge = Buffer.alloc(32)

type Message = (unit: TestUnit) => Promise<void>

const which = fc.integer({ min: 0, max: PACKAGES.length - 1 })
/** The deliberate ones more often: an update has to get somewhere before it can be disturbed. */
const message = fc.oneof(
    deliver(1, which, async (unit, i) => void unit.agent.offer(PACKAGES[i].length)),
    deliver(4, which, async (unit, i) => void (await unit.send(PACKAGES[i]))),
    deliver(2, fc.tuple(which, fc.integer({ min: 0, max: 4 })), async (unit, [i, chunk]) => {
        const at = chunk * 200
        await unit.agent.take(at, PACKAGES[i].subarray(at, at + 200))
        if (unit.agent.state === UpdateState.Verifying) await unit.agent.judge()
    }),
    deliver(4, fc.constantFrom(Consent.Yes, Consent.Yes, Consent.No, Consent.Always), async (unit, answer) => {
        await unit.consent(answer)
    }),
    deliver(1, fc.boolean(), async (unit, ready) => {
        unit.ready = ready
    }),
    deliver(4, fc.constantFrom(2, 2, 40, 2500), async (unit, cycles) => await unit.run(cycles * CYCLE_MS)),
    deliver(4, fc.constant(challenge), async unit => {
        const grant = unit.agent.grant(challenge)
        if (!grant) return
        grants++
        expect(grant.update.sequenceNumber).toBe((await unit.records()).pending?.sequenceNumber)
    }),
    deliver(1, fc.constant(FACTORY_PROGRAM), async (unit, { sequenceNumber }) => await unit.start(sequenceNumber)),
)

function deliver<T>(weight: number, what: fc.Arbitrary<T>, how: (unit: TestUnit, what: T) => Promise<void>) {
    return {
        weight,
        arbitrary: what.map(
            (value): Message =>
                unit =>
                    how(unit, value),
        ),
    }
}

let grants = 0

test("only signed, newer packages are granted, after they were put on record and with the outputs safe", async () => {
    await fc.assert(
        fc.asyncProperty(fc.array(message, { maxLength: 25 }), async messages => {
            const unit = await TestUnit.made()
            for (const deliver of messages) {
                await deliver(unit)
                const { state, refusal } = unit.agent
                const { pending, program, floor } = await unit.records()
                expect([program, floor]).toEqual([FACTORY_PROGRAM.sequenceNumber, FACTORY_PROGRAM.sequenceNumber])
                if (state === UpdateState.Authorised || state === UpdateState.Installing) {
                    expect(unit.held).toBe(true)
                    expect(pending!.digest.equals(unit.agent.subject.digest)).toBe(true)
                }
                if (pending) expect([7, 8]).toContain(pending.sequenceNumber)
                if (state === UpdateState.Refused) expect(refusal).not.toBe(0)
            }
        }),
        { numRuns: 300, seed: 5 },
    )
    expect(grants).toBeGreaterThan(0)
})

test("of two hosts the second is told that the device is busy, until the first has finished or given up", async () => {
    const unit = await TestUnit.made()
    await unit.authorise(GOOD_HEAD)
    const before = Buffer.from(unit.slots.bytes)
    expect(await unit.send(OTHER)).toBe(UpdateRefusal.Busy)
    expect(await unit.agent.take(0, OTHER.subarray(0, 200))).toBe(UpdateRefusal.Unexpected)
    expect(await unit.consent()).toBe(UpdateRefusal.Unexpected)
    expect(unit.slots.bytes.equals(before)).toBe(true)
    expect(unit.agent.grant(challenge)?.update.sequenceNumber).toBe(7)
    await unit.run(125_000)
    await unit.authorise(OTHER)
    expect(unit.agent.grant(challenge)?.update.sequenceNumber).toBe(8)
    // What was granted first has been superseded.
    await unit.start(7)
    expect(unit.agent).toMatchObject({ state: UpdateState.Reverting, refusal: UpdateRefusal.Unauthorised })
})

test("the messages of an update that is over, sent once more, change nothing", async () => {
    const unit = await TestUnit.made()
    await unit.authorise(GOOD_HEAD)
    const { digest } = unit.agent.subject
    await unit.start(7)
    await unit.run(6000)
    const before = Buffer.from(unit.slots.bytes)
    await unit.send(GOOD_HEAD)
    expect(await unit.agent.answer(Consent.Yes, digest)).toBe(UpdateRefusal.Unexpected)
    expect(unit.agent.grant(challenge)).toBeUndefined()
    await unit.run(1000)
    expect(unit.held).toBe(false)
    expect(unit.slots.bytes.equals(before)).toBe(true)
})
