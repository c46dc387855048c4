import fc from "fast-check"
import { expect, test } from "vitest"
import { SEAL_BYTES } from "../../../src/core/identity/sealed-store"
import { MAX_USES } from "../../../src/core/owner/consent"
import { OwnerRefusal } from "../../../src/core/owner/owner-refusal"
import { CREDENTIAL_BYTES, MAX_PEOPLE, NOBODY, People } from "../../../src/core/owner/people"
import { Role } from "../../../src/core/owner/rights"
import { SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { HEADER_BYTES } from "../../../src/core/store/slot"
import { afterPowerCut, noPause } from "../store/slot-memory"
import { anybody, later, mounted, newMemory } from "./memory-store"

const credential = (n: number) => Buffer.alloc(CREDENTIAL_BYTES, n)

async function people(owners = 1) {
    const memory = newMemory()
    const people = new People(noPause)
    await people.load(await mounted(memory))
    for (let n = 0; n < owners; n++) await people.assign(credential(n), Role.Owner, anybody)
    return { memory, people }
}

test("nobody has a role to begin with, and the first to get one has to be an owner", async () => {
    const { people: none } = await people(0)
    expect(none.roleOf(credential(0))).toBeUndefined()
    expect(await none.assign(credential(0), Role.Family, anybody)).toBe(OwnerRefusal.NoOwner)
    expect(none.roleOf(credential(0))).toBeUndefined()
    expect(await none.assign(credential(0), Role.Owner, anybody)).toBe(OwnerRefusal.None)
    expect(none.roleOf(credential(0))).toBe(Role.Owner)
})

test("the last owner stays owner", async () => {
    const { people: some } = await people(2)
    expect(await some.assign(credential(0), NOBODY, anybody)).toBe(OwnerRefusal.None)
    expect(await some.assign(credential(1), NOBODY, anybody)).toBe(OwnerRefusal.NoOwner)
    expect(await some.assign(credential(1), Role.Child, anybody)).toBe(OwnerRefusal.NoOwner)
    expect(some.roleOf(credential(1))).toBe(Role.Owner)
})

test("credentials that are none, too many, or unknown are refused", async () => {
    const { people: some } = await people(MAX_PEOPLE)
    expect(some.count()).toBe(MAX_PEOPLE)
    expect(await some.assign(credential(99), Role.Guest, anybody)).toBe(OwnerRefusal.Full)
    expect(await some.assign(credential(3), Role.Guest, anybody)).toBe(OwnerRefusal.None)
    expect(await some.assign(Buffer.alloc(7), Role.Guest, anybody)).toBe(OwnerRefusal.Size)
    expect(await some.assign(Buffer.alloc(9), Role.Guest, anybody)).toBe(OwnerRefusal.Size)
    expect(await some.assign(credential(99), NOBODY, anybody)).toBe(OwnerRefusal.Unknown)
    expect(await some.assign(Buffer.alloc(0), NOBODY, anybody)).toBe(OwnerRefusal.Size)
})

test("roles are as a map would have them, before and after a restart", async () => {
    const step = fc.record({ n: fc.nat({ max: 5 }), role: fc.option(fc.nat({ max: 4 })) })
    await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async steps => {
            const { memory, people: some } = await people()
            const model = new Map<number, Role>([[0, Role.Owner]])
            for (const { n, role } of steps) {
                const next = new Map(model)
                if (role === null) next.delete(n)
                else next.set(n, role)
                const refusal = await some.assign(credential(n), role ?? NOBODY, anybody)
                expect(refusal === OwnerRefusal.None).toBe(
                    [...next.values()].includes(Role.Owner) && (role !== null || model.has(n)),
                )
                if (refusal !== OwnerRefusal.None) continue
                model.clear()
                for (const [key, value] of next) model.set(key, value)
            }
            expect(some.count()).toBe(model.size)
            const restarted = new People(noPause)
            await restarted.load(await later(memory))
            for (let n = 0; n <= 5; n++) {
                expect(some.roleOf(credential(n))).toBe(model.get(n))
                expect(restarted.roleOf(credential(n))).toBe(model.get(n))
            }
        }),
        { numRuns: 100 },
    )
})

test("a power cut leaves the roles as they were or as they were to be", async () => {
    const { memory, people: some } = await people(2)
    const before = afterPowerCut(memory)
    await some.assign(credential(0), NOBODY, anybody)
    for (let byte = 0; byte < 4 * memory.slotBytes; byte++) {
        const cut = afterPowerCut(before)
        const interrupted = new People(noPause)
        await interrupted.load(await mounted(cut))
        cut.cutAtByte = byte
        await expect(interrupted.assign(credential(0), NOBODY, anybody)).rejects.toMatchObject({ fault: "memory" })
        expect(interrupted.roleOf(credential(0))).toBe(Role.Owner)
        const after = new People(noPause)
        await after.load(await later(cut))
        expect([Role.Owner, undefined]).toContain(after.roleOf(credential(0)))
        expect(after.roleOf(credential(1))).toBe(Role.Owner)
    }
})

test("the largest records fit sealed ones", () => {
    const valueBytes = SLOT_BYTES - HEADER_BYTES - SEAL_BYTES
    expect(MAX_PEOPLE * (CREDENTIAL_BYTES + 1)).toBeLessThanOrEqual(valueBytes)
    expect(MAX_USES * 4).toBeLessThanOrEqual(valueBytes)
})
