/** How long an invitation is good. */
import { describe, expect, test } from "vitest"
import { Role } from "../../../../src/core/owner/rights"
import { Household, INVITATION_HOURS, INVITATION_STARTS } from "../../../../src/core/session/device/household"
import { StoreError } from "../../../../src/core/store/store-error"
import { seeded } from "../edhoc/ends"
import { pause } from "../ends"
import { MemoryStore } from "../kudos/ends"

const HOUR_MS = 3_600_000

async function started(store: MemoryStore): Promise<Household> {
    const household = new Household(seeded("household"), pause)
    await household.load(store)
    return household
}

describe("an invitation", () => {
    test("is good for eight starts, the one that ends it not among them", async () => {
        const store = new MemoryStore()
        let household = await started(store)
        const invitation = await household.invite(Role.Guest)
        for (let start = 1; start < INVITATION_STARTS; start++) {
            household = await started(store)
            expect(household.secretOf(invitation), `start ${start}`).toHaveLength(16)
        }
        expect((await started(store)).secretOf(invitation)).toBeUndefined()
    })

    test("is good for so many hours that the device runs, over starts", async () => {
        const store = new MemoryStore()
        let household = await started(store)
        const invitation = await household.invite(Role.Guest)
        for (let hour = 1; hour <= INVITATION_HOURS; hour++) {
            expect(household.secretOf(invitation), `hour ${hour}`).toHaveLength(16)
            // One start on the way, after a day.
            const ranMs = hour > 24 ? (hour - 24) * HOUR_MS : hour * HOUR_MS
            expect(household.isDue(ranMs - 1)).toBe(false)
            expect(household.isDue(ranMs)).toBe(true)
            await household.takeHour()
            if (hour === 24) household = await started(store)
        }
        expect(household.secretOf(invitation)).toBeUndefined()
    })

    test("does not get an hour for nothing because the memory failed", async () => {
        class Failing extends MemoryStore {
            isSilent = false

            override async set(name: string, value: Buffer): Promise<void> {
                if (this.isSilent) throw new StoreError("memory", "no answer")
                await super.set(name, value)
            }
        }
        const store = new Failing()
        const household = await started(store)
        const invitation = await household.invite(Role.Guest)
        for (let hour = 1; hour < INVITATION_HOURS; hour++) await household.takeHour()
        store.isSilent = true
        const ranMs = INVITATION_HOURS * HOUR_MS
        await expect(household.takeHour()).rejects.toThrow("no answer")
        expect(household.isDue(ranMs)).toBe(true)
        store.isSilent = false
        await household.takeHour()
        expect(household.isDue(ranMs)).toBe(false)
        expect(household.secretOf(invitation)).toBeUndefined()
    })
})
