import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RecordStore } from "../../../src/core/store/record-store"
import { encodeSlot, MAX_GENERATION } from "../../../src/core/store/slot"
import type { StoreFault } from "../../../src/core/store/store-error"
import { afterPowerCut, MemorySlots, noPause } from "./slot-memory"

const SLOT_BYTES = 48

async function mounted(memory: MemorySlots): Promise<RecordStore> {
    const store = new RecordStore(memory, noPause)
    await store.mount()
    return store
}

async function contents(store: RecordStore): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const name of store.names()) found.set(name, (await store.get(name))!.toString("hex"))
    return found
}

type Step = { do: "set"; name: string; value: Buffer } | { do: "erase"; name: string } | { do: "mount" }

const name = fc.constantFrom("a", "b", "sixteen-letters.")
const value = fc.uint8Array({ maxLength: SLOT_BYTES - 32 }).map(bytes => Buffer.from(bytes))
const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), name, value }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("erase" as const), name }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("mount" as const) }) },
)

async function perform(store: RecordStore, step: Step): Promise<void> {
    if (step.do === "set") await store.set(step.name, step.value)
    else if (step.do === "erase") await store.erase(step.name)
    else await store.mount()
}

/** What a map holds after `step`. */
function model(before: Map<string, string>, step: Step): Map<string, string> {
    const after = new Map(before)
    if (step.do === "set") after.set(step.name, step.value.toString("hex"))
    if (step.do === "erase") after.delete(step.name)
    return after
}

describe("as a map", () => {
    test("holds what a map holds, before and after a mount", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(step, { maxLength: 40 }),
                fc.constantFrom(0x00, 0xff, 0x5a),
                async (steps, blank) => {
                    const memory = new MemorySlots(8, SLOT_BYTES, blank)
                    const store = await mounted(memory)
                    let expected = new Map<string, string>()
                    for (const step of steps) {
                        await perform(store, step)
                        expected = model(expected, step)
                    }
                    expect(await contents(store)).toEqual(expected)
                    expect(await contents(await mounted(memory))).toEqual(expected)
                },
            ),
            { numRuns: 200 },
        )
    })

    test("answers a record that was never written with undefined", async () => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        expect(await store.get("a")).toBeUndefined()
        await store.erase("a")
        expect(store.names()).toEqual([])
    })

    test("serves calls that overlap one after the other", async () => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        await Promise.all([
            store.set("a", Buffer.from("1")),
            store.set("a", Buffer.from("2")),
            store.set("b", Buffer.from("3")),
        ])
        expect((await store.get("b"))?.toString()).toBe("3")
        expect(["1", "2"]).toContain((await store.get("a"))?.toString())
    })
})

describe("a power cut at any byte of any write", () => {
    test("leaves every record with its old or its new value", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(step, { maxLength: 8 }), step, async (steps, last) => {
                const memory = new MemorySlots(8, SLOT_BYTES)
                const store = await mounted(memory)
                let before = new Map<string, string>()
                for (const step of steps) {
                    await perform(store, step)
                    before = model(before, step)
                }
                const start = afterPowerCut(memory)
                const whole = afterPowerCut(memory)
                await perform(await mounted(whole), last)

                const after = model(before, last)
                for (let byte = 0; byte <= whole.writtenBytes; byte++) {
                    const cut = afterPowerCut(start)
                    const interrupted = await mounted(cut)
                    cut.cutAtByte = byte
                    await perform(interrupted, last).catch(error => expect(error.fault).toBe("memory"))
                    const found = await contents(await mounted(afterPowerCut(cut)))
                    expect([before, after]).toContainEqual(found)
                }
            }),
            { numRuns: 60 },
        )
    })

    test("does no harm in the mount that follows an interrupted erase", async () => {
        const memory = new MemorySlots(6, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("keep", Buffer.from("kept"))
        await store.set("gone", Buffer.from("first"))
        await store.set("gone", Buffer.from("second"))
        // The mark of the erased record is written, and nothing is overwritten yet.
        memory.cutAtByte = memory.writtenBytes + SLOT_BYTES
        await expect(store.erase("gone")).rejects.toMatchObject({ fault: "memory" })

        for (let byte = 0; byte <= 6 * SLOT_BYTES; byte++) {
            const later = afterPowerCut(memory)
            later.cutAtByte = byte
            await new RecordStore(later, noPause).mount().catch(error => expect(error.fault).toBe("memory"))
            expect(await contents(await mounted(afterPowerCut(later)))).toEqual(
                new Map([["keep", Buffer.from("kept").toString("hex")]]),
            )
        }
    })
})

describe("erase", () => {
    test("leaves no byte of any value the record ever had, finished or interrupted", async () => {
        const secret = (n: number) => Buffer.from(`secret-${n}`)
        const memory = new MemorySlots(8, SLOT_BYTES)
        let store = await mounted(memory)
        await store.set("other", Buffer.from("stays"))
        for (let n = 0; n < 20; n++) await store.set("mine", secret(n))
        // A write of which only the value got through.
        memory.cutAtByte = memory.writtenBytes + 20
        await expect(store.set("mine", secret(20))).rejects.toMatchObject({ fault: "memory" })
        memory.cutAtByte = Number.POSITIVE_INFINITY
        expect(memory.bytes.includes("secret-20")).toBe(true)

        store = await mounted(memory)
        await store.erase("mine")
        expect(memory.bytes.includes("secret")).toBe(false)
        expect(memory.bytes.includes("mine")).toBe(false)
        expect((await store.get("other"))?.toString()).toBe("stays")
    })
})

describe("damage", () => {
    test("any one flipped bit is put right and reported, or hits nothing that is read", async () => {
        const memory = new MemorySlots(4, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("older"))
        await store.set("a", Buffer.from("newer"))
        let reported = 0
        for (let bit = 0; bit < memory.bytes.length * 8; bit++) {
            const flipped = afterPowerCut(memory)
            flipped.bytes[bit >> 3] ^= 1 << (bit & 7)
            const found = await mounted(flipped)
            expect((await found.get("a"))?.toString()).toBe("newer")
            expect(found.names()).toEqual(["a"])
            if (found.damage.repairedBits > 0) reported++
        }
        // The value (5 bytes) and trailer (32) of the current copy, and the trailer of the previous one.
        expect(reported).toBe((5 + 32 + 32) * 8)
    })

    test("two flipped bits in a value: the previous copy is read and the fall counted", async () => {
        const memory = new MemorySlots(4, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("older"))
        await store.set("a", Buffer.from("newer"))
        memory.bytes[memory.bytes.indexOf("newer")] ^= 0x81
        expect((await store.get("a"))?.toString()).toBe("older")
        expect(store.damage.previousCopies).toBe(1)
    })

    test("both copies damaged: the record is corrupt until it is written again", async () => {
        const memory = new MemorySlots(4, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("older"))
        await store.set("a", Buffer.from("newer"))
        memory.bytes[memory.bytes.indexOf("newer")] ^= 0x81
        memory.bytes[memory.bytes.indexOf("older")] ^= 0x81
        await expect(store.get("a")).rejects.toMatchObject({ fault: "corrupt" })
        await store.set("a", Buffer.from("again"))
        expect((await store.get("a"))?.toString()).toBe("again")
    })
})

test("wear is spread over all slots that hold nothing needed", async () => {
    const memory = new MemorySlots(16, SLOT_BYTES)
    const store = await mounted(memory)
    await store.set("rare", Buffer.from("1"))
    await store.set("rare", Buffer.from("2"))
    for (let n = 0; n < 1400; n++) {
        if (n % 10 === 0) await store.mount()
        await store.set("often", Buffer.from(String(n)))
    }
    const [rare1, rare2, ...rest] = memory.writes.sort((a, b) => a - b)
    expect([rare1, rare2]).toEqual([1, 1])
    expect(Math.max(...rest) - Math.min(...rest)).toBeLessThanOrEqual(1)
})

describe("refusals", () => {
    const refused = (fault: StoreFault) => ({ fault })

    test("the store fills up, and a record that exists can still be rewritten and erased", async () => {
        const store = await mounted(new MemorySlots(7, SLOT_BYTES))
        for (const name of ["a", "b", "c"]) {
            await store.set(name, Buffer.from("1"))
            await store.set(name, Buffer.from("2"))
        }
        await expect(store.set("d", Buffer.from("1"))).rejects.toMatchObject(refused("full"))
        await store.set("a", Buffer.from("3"))
        await store.erase("b")
        await store.set("d", Buffer.from("4"))
        expect(store.names()).toEqual(["a", "c", "d"])
    })

    test("a value longer than a slot holds", async () => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        await store.set("a", Buffer.alloc(SLOT_BYTES - 32, 1))
        await expect(store.set("a", Buffer.alloc(SLOT_BYTES - 31))).rejects.toMatchObject(refused("size"))
        expect(await store.get("a")).toEqual(Buffer.alloc(SLOT_BYTES - 32, 1))
    })

    test.each(["", "seventeen-letters", "with space", "tab\t", "naïve", "\u0000"])("the name %j", async bad => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        await expect(store.set(bad, Buffer.alloc(1))).rejects.toMatchObject(refused("name"))
        await expect(store.get(bad)).rejects.toMatchObject(refused("name"))
        await expect(store.erase(bad)).rejects.toMatchObject(refused("name"))
    })

    test("before the mount, and after the memory has gone away until the next one", async () => {
        const memory = new MemorySlots(8, SLOT_BYTES)
        const store = new RecordStore(memory, noPause)
        await expect(store.get("a")).rejects.toMatchObject(refused("memory"))
        await store.mount()
        await store.set("a", Buffer.from("1"))
        memory.absent = true
        await expect(store.set("a", Buffer.from("2"))).rejects.toMatchObject(refused("memory"))
        memory.absent = false
        await expect(store.get("a")).rejects.toMatchObject(refused("memory"))
        await store.mount()
        expect((await store.get("a"))?.toString()).toBe("1")
    })
})

describe("generations", () => {
    test.each([2 ** 16, 2 ** 31, 2 ** 32, 2 ** 47])("keep their order across %d", async boundary => {
        const memory = new MemorySlots(8, SLOT_BYTES)
        await memory.write(0, encodeSlot(SLOT_BYTES, "a", boundary - 4, Buffer.from("-4")))
        let store = await mounted(memory)
        for (let n = -3; n < 5; n++) {
            await store.set("a", Buffer.from(String(n)))
            store = await mounted(memory)
            expect((await store.get("a"))?.toString()).toBe(String(n))
        }
    })

    test("never wrap: a store that has counted them all refuses to write, and still reads", async () => {
        const memory = new MemorySlots(8, SLOT_BYTES)
        await memory.write(0, encodeSlot(SLOT_BYTES, "a", MAX_GENERATION - 1, Buffer.from("x")))
        const store = await mounted(memory)
        await store.set("a", Buffer.from("last"))
        await expect(store.set("a", Buffer.from("more"))).rejects.toMatchObject({ fault: "worn" })
        expect((await store.get("a"))?.toString()).toBe("last")
    })
})
