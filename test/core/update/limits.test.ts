/** What is said and done at the edges of an update: before the first, at the very end of its time, and after it was given up. */
import { describe, expect, test } from "vitest"
import { Consent } from "../../../src/core/update/update-agent"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { GOOD_HEAD } from "../suit/packages"
import { CYCLE_MS, FACTORY_PROGRAM, OFFERED, TestUnit } from "./test-unit"

const NOTHING = { digest: Buffer.alloc(32), sequenceNumber: 0 }

test("a unit without a program on record runs what it has, and says that it knows none", async () => {
    const blank = new TestUnit()
    await blank.start(1)
    await blank.run(CYCLE_MS)
    expect(blank.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0, program: NOTHING, subject: NOTHING })
    expect(blank.held).toBe(false)
})

test("a host is told how much has arrived: nothing before the first package, and nothing of the one before", async () => {
    const unit = await TestUnit.made()
    expect(unit.agent.received()).toBe(0)
    unit.agent.offer(GOOD_HEAD.length)
    expect(unit.agent.received()).toBe(0)
    await unit.agent.take(0, GOOD_HEAD.subarray(0, 200))
    expect(unit.agent.received()).toBe(200)
    await unit.run(31_000)
    unit.agent.offer(GOOD_HEAD.length)
    expect(unit.agent.received()).toBe(0)
})

test("bytes that are being written when the time runs out do not bring the update back", async () => {
    const unit = await TestUnit.made()
    unit.agent.offer(100)
    let written = () => {}
    unit.staging.write = async () => new Promise(resolve => (written = resolve))
    const late = unit.agent.take(0, GOOD_HEAD.subarray(0, 100))
    await unit.run(31_000)
    written()
    expect(await late).toBe(UpdateRefusal.Unexpected)
    expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.Expired })
})

describe("time is up with its last millisecond, and not before:", () => {
    const CASES: [what: string, limitMs: number, UpdateState, refusal: number, (unit: TestUnit) => Promise<unknown>][] =
        [
            ["a package", 30_000, UpdateState.Receiving, UpdateRefusal.Expired, async unit => unit.agent.offer(500)],
            ["an answer", 86_400_000, UpdateState.AwaitingConsent, UpdateRefusal.Expired, unit => unit.send(GOOD_HEAD)],
            [
                "a pause in the work",
                60_000,
                UpdateState.MakingSafe,
                UpdateRefusal.NotSafe,
                async unit => {
                    unit.ready = false
                    await unit.send(GOOD_HEAD)
                    await unit.consent(Consent.Yes)
                },
            ],
        ]
    test.each(CASES)("%s, %i ms", async (_, limitMs, state, refusal, reach) => {
        const unit = await TestUnit.made()
        const start = unit.nowMs
        await unit.agent.cycle(unit.ready, start)
        await reach(unit)
        await unit.agent.cycle(unit.ready, start + limitMs - 1)
        expect(unit.agent.state).toBe(state)
        await unit.agent.cycle(unit.ready, start + limitMs)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal })
    })
})

describe("what was granted", () => {
    test("is forgotten if nobody came for it in time", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        expect(unit.agent.state).toBe(UpdateState.Authorised)
        await unit.run(121_000)
        expect(unit.agent).toMatchObject({ state: UpdateState.Refused, refusal: UpdateRefusal.Expired })
        expect((await unit.records()).pending).toBeUndefined()
    })

    test("stays granted if the power fails and then another host begins to send and gives up", async () => {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        await unit.start(FACTORY_PROGRAM.sequenceNumber)
        unit.agent.offer(500)
        await unit.run(31_000)
        expect(unit.agent.refusal).toBe(UpdateRefusal.Expired)
        expect((await unit.records()).pending).toMatchObject({ sequenceNumber: OFFERED })
    })
})
