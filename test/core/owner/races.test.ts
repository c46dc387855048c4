/** What happens at once, over a store that takes its time, comes out as if one thing had happened after the other. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Answer, Consent } from "../../../src/core/owner/consent"
import { CONSENTS } from "../../../src/core/owner/owner-records"
import { Role } from "../../../src/core/owner/rights"
import type { Store } from "../../../src/core/ports"
import { Household, Standing } from "../../../src/core/session/device/household"

const later = () => new Promise<void>(resolve => setImmediate(resolve))

/** Records whose writes take some turns of the event loop, as many as `slowness` says one after the other, and may fail. */
class SlowStore implements Store {
    readonly records = new Map<string, Buffer>()
    failing = 0

    constructor(private readonly slowness: number[] = [3]) {}

    async get(name: string): Promise<Buffer | undefined> {
        await later()
        return this.records.get(name)
    }

    async set(name: string, value: Buffer): Promise<void> {
        const fails = this.failing > 0
        if (fails) this.failing--
        const turns = this.slowness.length > 1 ? this.slowness.shift()! : this.slowness[0]
        for (let i = 0; i < turns; i++) await later()
        if (fails) throw new Error("the memory does not answer")
        this.records.set(name, value)
    }

    async erase(name: string): Promise<void> {
        await later()
        this.records.delete(name)
    }
}

async function householdIn(store: Store): Promise<Household> {
    const household = new Household({ draw: target => void target.fill(7) }, later)
    await household.load(store)
    return household
}

/** Owners in the first places, all of them heard of. */
async function ownersIn(store: Store, count: number): Promise<Household> {
    const household = await householdIn(store)
    await household.admit(0, Standing.ByLabel)
    await household.confirm(0)
    for (let place = 1; place < count; place++) {
        const invitation = await household.invite(Role.Owner)
        await household.admit(place, Standing.ByInvitation + invitation)
        await household.confirm(place)
    }
    return household
}

describe("people", () => {
    test("of two who have proved the label at once, only one is the owner", async () => {
        const household = await householdIn(new SlowStore())
        await Promise.all([household.admit(0, Standing.ByLabel), household.admit(1, Standing.ByLabel)])
        const roles = await Promise.all([household.confirm(0), household.confirm(1)])
        expect(roles).toEqual([Role.Owner, undefined])
        expect([household.count(), household.isTaken(1)]).toEqual([1, false])
    })

    test("of two who come by one invitation at once, only one is let in", async () => {
        const household = await ownersIn(new SlowStore(), 1)
        const invitation = Standing.ByInvitation + (await household.invite(Role.Family))
        await Promise.all([household.admit(1, invitation), household.admit(2, invitation)])
        const roles = await Promise.all([household.confirm(1), household.confirm(2)])
        expect(roles).toEqual([Role.Family, undefined])
    })

    test("a removal is not lost to whoever is let in or invited meanwhile", async () => {
        const store = new SlowStore()
        const household = await ownersIn(store, 2)
        const invitation = Standing.ByInvitation + (await household.invite(Role.Guest))
        await Promise.all([household.remove(1), household.admit(2, invitation), household.invite(Role.Child)])
        await household.confirm(2)
        const restarted = await householdIn(store)
        for (const each of [household, restarted])
            expect([0, 1, 2].map(place => each.roleOf(place))).toEqual([Role.Owner, undefined, Role.Guest])
    })

    test("two owners who remove each other at once leave one", async () => {
        const household = await ownersIn(new SlowStore(), 2)
        expect(await Promise.all([household.remove(1), household.remove(0)])).toEqual([true, false])
        expect([0, 1].map(place => household.roleOf(place))).toEqual([Role.Owner, undefined])
    })

    test("a failed write holds up nobody, and leaves who there was", async () => {
        const store = new SlowStore()
        const household = await ownersIn(store, 2)
        store.failing = 1
        const failing = household.remove(1)
        const after = household.invite(Role.Family)
        await expect(failing).rejects.toThrow("does not answer")
        expect(household.secretOf(await after)).toHaveLength(16)
        expect([0, 1].map(place => household.roleOf(place))).toEqual([Role.Owner, Role.Owner])
    })

    test("whoever is removed at once, people are as if it had come one after the other, and an owner is left", async () => {
        const removals = fc.array(fc.nat({ max: 3 }), { maxLength: 6 })
        const slowness = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 })
        await fc.assert(
            fc.asyncProperty(removals, slowness, async (places, slow) => {
                const [together, apart] = [await ownersIn(new SlowStore(slow), 4), await ownersIn(new SlowStore(), 4)]
                const told = await Promise.all(places.map(place => together.remove(place)))
                const expected: boolean[] = []
                for (const place of places) expected.push(await apart.remove(place))
                expect(told).toEqual(expected)
                const roles = [0, 1, 2, 3].map(place => together.roleOf(place))
                expect(roles).toEqual([0, 1, 2, 3].map(place => apart.roleOf(place)))
                expect(roles).toContain(Role.Owner)
            }),
            { numRuns: 60 },
        )
    })
})

const USES = [1, 2].map(sensor => ({
    sensor,
    purpose: 0,
    version: 1,
    shortNotice: "short",
    longNotice: "long",
    retentionS: 60,
}))

async function consentIn(store: Store): Promise<Consent> {
    const consent = new Consent(USES, later)
    await consent.load(store)
    return consent
}

describe("consent", () => {
    test("a yes that is being stored does not undo a later no, even one that cannot be stored", async () => {
        for (const failing of [0, 1]) {
            const store = new SlowStore()
            const consent = await consentIn(store)
            const yes = consent.answer(0, true)
            await later()
            store.failing = failing
            const no = consent.answer(0, false).catch(() => {})
            expect(consent.granted(0)).toBe(false)
            await yes
            expect(consent.granted(0)).toBe(false)
            await no
            expect(consent.granted(0)).toBe(false)
            if (failing === 0) expect((await consentIn(store)).granted(0)).toBe(false)
        }
    })

    test("a yes that waits for its turn is not even stored if there was a no meanwhile", async () => {
        const store = new SlowStore()
        const consent = await consentIn(store)
        const before = consent.answer(1, true)
        const yes = consent.answer(0, true)
        const no = consent.answer(0, false)
        await before
        await yes
        // A power cut now would leave this; the no is being stored.
        expect([...store.records.get(CONSENTS)!]).toEqual([1, 0, 1, Answer.No, 2, 0, 1, Answer.Yes])
        await no
        expect([0, 1].map(use => consent.granted(use))).toEqual([false, true])
    })

    test("a no that could not be stored outlives a new reading of the record, until there is another yes", async () => {
        const store = new SlowStore()
        const consent = await consentIn(store)
        await consent.answer(0, true)
        await consent.answer(1, true)
        store.failing = 1
        await expect(consent.answer(0, false)).rejects.toThrow("does not answer")
        await consent.load(store)
        expect([0, 1].map(use => consent.answerTo(use))).toEqual([Answer.No, Answer.Yes])
        await consent.answer(1, false)
        expect((await consentIn(store)).answerTo(0)).toBe(Answer.No)
        await consent.answer(0, true)
        expect((await consentIn(store)).answerTo(0)).toBe(Answer.Yes)
    })

    test("answers to different uses at once are all kept", async () => {
        const store = new SlowStore()
        const consent = await consentIn(store)
        await Promise.all([consent.answer(0, true), consent.answer(1, true)])
        const restarted = await consentIn(store)
        expect([0, 1].map(use => restarted.granted(use))).toEqual([true, true])
    })

    test("whatever is answered at once, and whichever write fails: granted is only what the last answer agreed to", async () => {
        const answer = fc.record({ use: fc.nat({ max: 1 }), yes: fc.boolean(), wait: fc.nat({ max: 3 }) })
        await fc.assert(
            fc.asyncProperty(fc.array(answer, { maxLength: 6 }), fc.nat({ max: 3 }), async (answers, failing) => {
                const store = new SlowStore([2, 0, 3, 1])
                const consent = await consentIn(store)
                const told: Promise<boolean>[] = []
                const last = [false, false]
                store.failing = failing
                for (const { use, yes, wait } of answers) {
                    told.push(
                        consent.answer(use, yes).then(
                            () => true,
                            () => false,
                        ),
                    )
                    last[use] = yes
                    for (const i of [0, 1]) if (!last[i]) expect(consent.granted(i)).toBe(false)
                    for (let i = 0; i < wait; i++) await later()
                }
                const stored = await Promise.all(told)
                for (const use of [0, 1]) {
                    const at = answers.map(given => given.use).lastIndexOf(use)
                    if (at < 0 || !answers[at].yes) expect(consent.granted(use)).toBe(false)
                    else if (stored[at]) expect(consent.granted(use)).toBe(true)
                    if (at >= 0 && stored[at] && stored.every(Boolean))
                        expect((await consentIn(store)).granted(use)).toBe(answers[at].yes)
                }
            }),
            { numRuns: 100 },
        )
    })
})
