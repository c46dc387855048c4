import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Answer, Consent, type DataUse, MAX_USES } from "../../../src/core/owner/consent"
import { CONSENTS } from "../../../src/core/owner/owner-records"
import { itemsToPurge } from "../../../src/core/owner/retention"
import type { Store } from "../../../src/core/ports"
import { afterPowerCut, noPause } from "../store/slot-memory"
import { later, mounted, newMemory } from "./memory-store"

const use = (sensor: number, purpose = 0, version = 1): DataUse => ({
    sensor,
    purpose,
    version,
    shortNotice: "short",
    longNotice: "long",
    retentionS: 3600,
})

async function opened(store: Store, uses: DataUse[]): Promise<Consent> {
    const consent = new Consent(uses, noPause)
    await consent.load(store)
    return consent
}

test("nothing is agreed to unasked, and each use is asked for by itself", async () => {
    const consent = await opened(await mounted(newMemory()), [use(0), use(0, 1), use(1)])
    expect([0, 1, 2, 3, -1].map(i => consent.granted(i))).toEqual([false, false, false, false, false])
    await consent.answer(0, true)
    expect([0, 1, 2].map(i => consent.answerTo(i))).toEqual([Answer.Yes, Answer.None, Answer.None])
    await consent.answer(1, false)
    expect([0, 1, 2].map(i => consent.answerTo(i))).toEqual([Answer.Yes, Answer.No, Answer.None])
    await consent.answer(2, true)
    expect([0, 1, 2].map(i => consent.granted(i))).toEqual([true, false, true])
})

test("before the record was read, nobody has been asked", () => {
    const consent = new Consent([use(0), use(1)], noPause)
    expect([0, 1].map(i => consent.answerTo(i))).toEqual([Answer.None, Answer.None])
})

test("the record holds sensor, purpose, version and answer of each use that was asked for, and no others", async () => {
    const store = await mounted(newMemory())
    const consent = await opened(store, [use(7, 8, 9), use(10, 11, 12), use(13, 14, 15)])
    await consent.answer(2, false)
    expect([...(await store.get(CONSENTS))!]).toEqual([13, 14, 15, Answer.No])
    await consent.answer(0, true)
    expect([...(await store.get(CONSENTS))!]).toEqual([7, 8, 9, Answer.Yes, 13, 14, 15, Answer.No])
})

test("where the record with a no is gone, nobody has been asked", async () => {
    const store = await mounted(newMemory())
    const consent = await opened(store, [use(0)])
    await consent.answer(0, false)
    await store.erase(CONSENTS)
    await consent.load(store)
    expect(consent.answerTo(0)).toBe(Answer.None)
})

test("as many uses as may be declared fit the record", async () => {
    const memory = newMemory()
    const uses = Array.from({ length: MAX_USES }, (_, i) => use(i, 255 - i, 255))
    const consent = await opened(await mounted(memory), uses)
    for (let i = 0; i < MAX_USES; i++) await consent.answer(i, i % 2 === 0)
    const restarted = await opened(await later(memory), uses)
    for (let i = 0; i < MAX_USES; i++) expect(restarted.granted(i)).toBe(i % 2 === 0)
})

describe("over any answers and any changes of firmware", () => {
    /** Few values, so that firmware versions overlap. */
    const someUse = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 1 }), fc.integer({ min: 1, max: 2 }))
    const someUses = fc.uniqueArray(someUse, { minLength: 1, maxLength: 6, selector: ([a, b]) => 2 * a + b })
    const life = fc.record({
        uses: someUses,
        answers: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.boolean()), { maxLength: 6 }),
    })

    test("a use is granted if and only if the last answer to exactly it was yes", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async lives => {
                const memory = newMemory()
                let last = new Map<string, boolean>()
                for (const { uses, answers } of lives) {
                    const store = await mounted(memory)
                    const consent = await opened(
                        store,
                        uses.map(([sensor, purpose, version]) => use(sensor, purpose, version)),
                    )
                    const check = () => {
                        for (const [i, key] of uses.entries()) {
                            expect(consent.granted(i)).toBe(last.get(key.join()) === true)
                            expect(consent.answerTo(i) === Answer.None).toBe(!last.has(key.join()))
                        }
                    }
                    check()
                    for (const [i, yes] of answers) {
                        if (i >= uses.length) continue
                        await consent.answer(i, yes)
                        last.set(uses[i].join(), yes)
                        // What this firmware does not declare is forgotten with the first answer.
                        last = new Map([...last].filter(([key]) => uses.some(declared => declared.join() === key)))
                        check()
                    }
                }
            }),
            { numRuns: 200 },
        )
    })
})

test("what was agreed to stands while it is read again, and not if it cannot be read", async () => {
    const store = await mounted(newMemory())
    const consent = await opened(store, [use(0)])
    await consent.answer(0, true)
    let meanwhile: boolean | undefined
    const failing = { fails: false }
    const slow: Store = {
        get: async name => {
            meanwhile = consent.granted(0)
            if (failing.fails) throw new Error("the memory does not answer")
            return store.get(name)
        },
        set: (name, value) => store.set(name, value),
        erase: name => store.erase(name),
    }
    await consent.load(slow)
    expect([meanwhile, consent.granted(0)]).toEqual([true, true])
    failing.fails = true
    await expect(consent.load(slow)).rejects.toThrow("the memory does not answer")
    expect(consent.granted(0)).toBe(false)
})

describe("when the store fails", () => {
    test("a no counts all the same, a yes does not", async () => {
        const memory = newMemory()
        const store = await mounted(memory)
        const consent = await opened(store, [use(0), use(1)])
        await consent.answer(0, true)
        memory.absent = true
        await expect(consent.answer(0, false)).rejects.toMatchObject({ fault: "memory" })
        await expect(consent.answer(1, true)).rejects.toMatchObject({ fault: "memory" })
        expect([consent.granted(0), consent.granted(1)]).toEqual([false, false])
        await expect(consent.load(store)).rejects.toMatchObject({ fault: "memory" })
        expect(consent.granted(0)).toBe(false)
    })

    test("a power cut leaves the old answers or the new ones", async () => {
        const memory = newMemory()
        const uses = [use(0), use(1)]
        const consent = await opened(await mounted(memory), uses)
        await consent.answer(0, true)
        const seen = new Set<string>()
        for (let byte = 0; byte < 4 * memory.slotBytes; byte++) {
            const cut = afterPowerCut(memory)
            const interrupted = await opened(await mounted(cut), uses)
            cut.cutAtByte = byte
            await expect(interrupted.answer(1, true)).rejects.toMatchObject({ fault: "memory" })
            const after = await opened(await later(cut), uses)
            seen.add(`${after.granted(0)} ${after.granted(1)}`)
        }
        expect([...seen]).toEqual(["true false", "true true"])
    })
})

test("what is kept too long, perhaps too long, without consent or for no declared use has to go", async () => {
    const uses = [use(0), { ...use(1), retentionS: 60 }, use(2)]
    const consent = await opened(await mounted(newMemory()), uses)
    for (const i of [0, 1]) await consent.answer(i, true)
    const items = [
        { use: 0, ageS: 0 },
        { use: 0, ageS: 3600 },
        { use: 0, ageS: 3601 },
        { use: 0, ageS: undefined },
        { use: 0, ageS: Number.NaN },
        { use: 1, ageS: 60 },
        { use: 1, ageS: 61 },
        { use: 2, ageS: 0 },
        { use: 3, ageS: 0 },
        { use: -1, ageS: 0 },
    ]
    expect(itemsToPurge(items, uses, consent)).toEqual([2, 3, 4, 6, 7, 8, 9])
    await consent.answer(0, false)
    expect(itemsToPurge(items, uses, consent)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9])
})
