/** What happens at once, over a store that takes its time, comes out as if one thing had happened after the other. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Answer, Consent } from "../../../src/core/owner/consent"
import { CONSENTS } from "../../../src/core/owner/owner-records"
import { OwnerRefusal } from "../../../src/core/owner/owner-refusal"
import { CREDENTIAL_BYTES, NOBODY, People } from "../../../src/core/owner/people"
import { Role } from "../../../src/core/owner/rights"
import type { Store } from "../../../src/core/ports"
import { anybody } from "./memory-store"

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

const credential = (n: number) => Buffer.alloc(CREDENTIAL_BYTES, n)

async function peopleIn(store: Store): Promise<People> {
    const people = new People(later)
    await people.load(store)
    return people
}

describe("people", () => {
    test("of two first owners, only one is told yes", async () => {
        const people = await peopleIn(new SlowStore())
        const nobodyYet = () => people.count() === 0
        const answers = await Promise.all([1, 2].map(n => people.assign(credential(n), Role.Owner, nobodyYet)))
        expect(answers).toEqual([OwnerRefusal.None, OwnerRefusal.NotAllowed])
        expect([1, 2].map(n => people.roleOf(credential(n)))).toEqual([Role.Owner, undefined])
    })

    test("a revocation is not lost to whoever is let in meanwhile", async () => {
        const people = await peopleIn(new SlowStore())
        for (const n of [1, 2]) await people.assign(credential(n), Role.Owner, anybody)
        const revoked = people.assign(credential(2), NOBODY, anybody)
        const added = people.assign(credential(3), Role.Guest, anybody)
        expect(await Promise.all([revoked, added])).toEqual([OwnerRefusal.None, OwnerRefusal.None])
        expect([1, 2, 3].map(n => people.roleOf(credential(n)))).toEqual([Role.Owner, undefined, Role.Guest])
    })

    test("who is about to lose a right cannot use it any more", async () => {
        const people = await peopleIn(new SlowStore())
        for (const n of [1, 2]) await people.assign(credential(n), Role.Owner, anybody)
        const revoked = people.assign(credential(2), NOBODY, anybody)
        const back = people.assign(credential(4), Role.Owner, () => people.roleOf(credential(2)) === Role.Owner)
        expect(await Promise.all([revoked, back])).toEqual([OwnerRefusal.None, OwnerRefusal.NotAllowed])
    })

    test("two owners who take each other's role at once leave one", async () => {
        const people = await peopleIn(new SlowStore())
        for (const n of [1, 2]) await people.assign(credential(n), Role.Owner, anybody)
        const answers = await Promise.all([1, 2].map(n => people.assign(credential(n), NOBODY, anybody)))
        expect(answers).toEqual([OwnerRefusal.None, OwnerRefusal.NoOwner])
    })

    test("a failed write holds up nobody, and a buffer used again changes nothing", async () => {
        const store = new SlowStore()
        const people = await peopleIn(store)
        await people.assign(credential(1), Role.Owner, anybody)
        store.failing = 1
        const given = credential(2)
        const failing = people.assign(credential(5), Role.Guest, anybody)
        const after = people.assign(given, Role.Family, anybody)
        given.fill(9)
        await expect(failing).rejects.toThrow("does not answer")
        expect(await after).toBe(OwnerRefusal.None)
        expect([2, 5, 9].map(n => people.roleOf(credential(n)))).toEqual([Role.Family, undefined, undefined])
    })

    test("whatever comes at once, roles are as if it had come one after the other", async () => {
        const change = fc.record({ n: fc.nat({ max: 3 }), role: fc.constantFrom(0, 1, 2, NOBODY) })
        const slowness = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 })
        await fc.assert(
            fc.asyncProperty(fc.array(change, { maxLength: 6 }), slowness, async (changes, slow) => {
                const [together, apart] = [await peopleIn(new SlowStore(slow)), await peopleIn(new SlowStore())]
                const told = await Promise.all(
                    changes.map(({ n, role }) => together.assign(credential(n), role, anybody)),
                )
                const expected: OwnerRefusal[] = []
                for (const { n, role } of changes) expected.push(await apart.assign(credential(n), role, anybody))
                expect(told).toEqual(expected)
                for (let n = 0; n <= 3; n++) expect(together.roleOf(credential(n))).toBe(apart.roleOf(credential(n)))
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
