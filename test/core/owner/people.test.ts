import fc from "fast-check"
import { expect, test } from "vitest"
import { CREDENTIAL_BYTES, MAX_PEOPLE, People, PeopleRefusal } from "../../../src/core/owner/people"
import { Role } from "../../../src/core/owner/rights"
import { afterPowerCut } from "../store/slot-memory"
import { later, mounted, newMemory } from "./memory-store"

const credential = (n: number) => Buffer.alloc(CREDENTIAL_BYTES, n)

async function people(owners = 1) {
    const memory = newMemory()
    const people = new People(await mounted(memory))
    await people.load()
    for (let n = 0; n < owners; n++) await people.give(credential(n), Role.Owner)
    return { memory, people }
}

test("nobody has a role to begin with, and the first to get one has to be an owner", async () => {
    const { people: none } = await people(0)
    expect(none.roleOf(credential(0))).toBeUndefined()
    expect(await none.give(credential(0), Role.Family)).toBe(PeopleRefusal.NoOwner)
    expect(none.roleOf(credential(0))).toBeUndefined()
    expect(await none.give(credential(0), Role.Owner)).toBe(PeopleRefusal.None)
    expect(none.roleOf(credential(0))).toBe(Role.Owner)
})

test("the last owner stays owner", async () => {
    const { people: some } = await people(2)
    expect(await some.take(credential(0))).toBe(PeopleRefusal.None)
    expect(await some.take(credential(1))).toBe(PeopleRefusal.NoOwner)
    expect(await some.give(credential(1), Role.Child)).toBe(PeopleRefusal.NoOwner)
    expect(some.roleOf(credential(1))).toBe(Role.Owner)
})

test("credentials that are none, too many, or unknown are refused", async () => {
    const { people: some } = await people(MAX_PEOPLE)
    expect(await some.give(credential(99), Role.Guest)).toBe(PeopleRefusal.Full)
    expect(await some.give(credential(3), Role.Guest)).toBe(PeopleRefusal.None)
    expect(await some.give(Buffer.alloc(7), Role.Guest)).toBe(PeopleRefusal.Size)
    expect(await some.give(Buffer.alloc(9), Role.Guest)).toBe(PeopleRefusal.Size)
    expect(await some.take(credential(99))).toBe(PeopleRefusal.Unknown)
    expect(await some.take(Buffer.alloc(0))).toBe(PeopleRefusal.Unknown)
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
                const refusal = role === null ? await some.take(credential(n)) : await some.give(credential(n), role)
                expect(refusal === PeopleRefusal.None).toBe(
                    [...next.values()].includes(Role.Owner) && (role !== null || model.has(n)),
                )
                if (refusal !== PeopleRefusal.None) continue
                model.clear()
                for (const [key, value] of next) model.set(key, value)
            }
            const restarted = new People(await later(memory))
            await restarted.load()
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
    await some.take(credential(0))
    for (let byte = 0; byte <= memory.slotBytes; byte++) {
        const cut = afterPowerCut(before)
        const interrupted = new People(await mounted(cut))
        await interrupted.load()
        cut.cutAtByte = byte
        await expect(interrupted.take(credential(0))).rejects.toMatchObject({ fault: "memory" })
        expect(interrupted.roleOf(credential(0))).toBe(Role.Owner)
        const after = new People(await later(cut))
        await after.load()
        expect([Role.Owner, undefined]).toContain(after.roleOf(credential(0)))
        expect(after.roleOf(credential(1))).toBe(Role.Owner)
    }
})
