/** Power cuts at every byte that an update writes into the records, from the grant to the end of the trial. */
import { expect, test } from "vitest"
import { UpdateState } from "../../../src/core/update/update-state"
import { PowerCut } from "../store/slot-memory"
import { GOOD_HEAD, policyPackage } from "../suit/packages"
import { ALICE, BOB } from "../suit/signers"
import { FACTORY_PROGRAM, OFFERED, TestUnit } from "./test-unit"

const OLD = FACTORY_PROGRAM.sequenceNumber

/** Lets the unit do something and be cut off at a byte. @returns whether the cut came */
async function cutAt(unit: TestUnit, byte: number, work: () => Promise<void>): Promise<boolean> {
    unit.slots.cutAtByte = unit.slots.writtenBytes + byte
    try {
        await work()
        return false
    } catch (error) {
        if (!isPowerCut(error)) throw error
        return true
    } finally {
        unit.slots.cutAtByte = Number.POSITIVE_INFINITY
    }
}

/** The store calls what its memory throws a fault of the memory. */
function isPowerCut(error: unknown): boolean {
    return error instanceof PowerCut || /power cut/.test(String(error))
}

test("while the grant is written: the old program runs on, and the update can be had again", async () => {
    let cuts = 0
    for (let byte = 0, isCut = true; isCut; byte += 4) {
        const unit = await TestUnit.made()
        await unit.send(GOOD_HEAD)
        isCut = await cutAt(unit, byte, async () => {
            await unit.consent()
            await unit.run(200)
        })
        if (!isCut) break
        cuts++
        await unit.start(OLD)
        expect(unit.agent).toMatchObject({ state: UpdateState.Idle, refusal: 0 })
        expect(await unit.records()).toMatchObject({ program: OLD, floor: OLD })
        await unit.send(GOOD_HEAD)
        await unit.consent()
        await unit.run(200)
        expect(unit.agent.state).toBe(UpdateState.Authorised)
    }
    // A place and the head, 256 bytes each, and behind the last.
    expect(cuts).toBe(513)
})

test("during the trial and its end: the floor never falls, and the new program is confirmed at last", async () => {
    let cuts = 0
    for (let byte = 0, isCut = true; isCut; byte += 3) {
        const unit = await TestUnit.made()
        await unit.authorise(GOOD_HEAD)
        isCut = await cutAt(unit, byte, async () => {
            await unit.start(OFFERED)
            await unit.run(6000)
        })
        if (!isCut) break
        cuts++
        // A floor above the program on record would leave nothing to go back to, should the trial fail after all.
        const { program, floor } = await unit.recordsAfterPowerCut()
        expect(floor).toBeLessThanOrEqual(program!)
        await unit.start(OFFERED)
        expect([UpdateState.Trial, UpdateState.Idle]).toContain(unit.agent.state)
        expect(unit.agent.refusal).toBe(0)
        expect([OLD, OFFERED]).toContain((await unit.records()).floor)
        await unit.run(6000)
        expect(await unit.records()).toEqual({ program: OFFERED, floor: OFFERED, pending: undefined })
    }
    expect(cuts).toBeGreaterThan(300)
})

test("while a policy is replaced: the old or the new one is in force", async () => {
    const bytes = await policyPackage({ version: 4, threshold: 1, keys: [BOB.key] }, ALICE)
    const versions = new Set<number | undefined>()
    for (let byte = 0, isCut = true; isCut; byte++) {
        const unit = await TestUnit.made()
        await unit.send(bytes)
        isCut = await cutAt(unit, byte, async () => void (await unit.consent()))
        await unit.start(OLD)
        versions.add(await unit.policyVersion())
    }
    expect([...versions]).toEqual([3, 4])
})
