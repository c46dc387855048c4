import { describe, expect, test } from "vitest"
import { sealHead } from "../../../src/core/store/head"
import { RecordStore } from "../../../src/core/store/record-store"
import { HEADER_BYTES, MAX_GENERATION } from "../../../src/core/store/slot"
import type { StoreFault } from "../../../src/core/store/store-error"
import { recordNames } from "./record-names"
import { MemorySlots, noPause } from "./slot-memory"

// What is promised whatever befalls the memory is in store-properties.ts.

const SLOT_BYTES = 48

async function mounted(memory: MemorySlots): Promise<RecordStore> {
    const store = new RecordStore(memory, noPause)
    await store.mount()
    return store
}

describe("as a map", () => {
    test("answers a record that was never written with undefined", async () => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        expect(await store.get("a")).toBeUndefined()
        await store.erase("a")
        expect(recordNames(store)).toEqual([])
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

describe("damage", () => {
    /** Flips two bits of the value in one copy, or in both. */
    function damage({ bytes }: MemorySlots, value: string, copies: number): void {
        let at = 0
        for (let copy = 0; copy < copies; copy++) {
            at = bytes.indexOf(value, at)
            bytes[at] ^= 0x81
        }
    }

    test("of one copy is counted and put right, so that the other may go next", async () => {
        const memory = new MemorySlots(8, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("value"))
        damage(memory, "value", 1)
        expect((await store.get("a"))?.toString()).toBe("value")
        expect((await store.get("a"))?.toString()).toBe("value")
        expect(store.healed).toBe(1)
    })

    test("of both copies is a loss, until the record is written or erased; no older value comes back", async () => {
        const memory = new MemorySlots(10, SLOT_BYTES)
        let store = await mounted(memory)
        for (const value of ["older", "newer"]) await store.set("a", Buffer.from(value))
        await store.set("b", Buffer.from("sound"))
        damage(memory, "newer", 2)
        await expect(store.get("a")).rejects.toMatchObject({ fault: "corrupt" })
        expect((await store.get("b"))?.toString()).toBe("sound")
        await store.set("a", Buffer.from("again"))
        expect((await store.get("a"))?.toString()).toBe("again")

        damage(memory, "again", 2)
        store = await mounted(memory)
        await expect(store.get("a")).rejects.toMatchObject({ fault: "corrupt" })
        await store.erase("a")
        expect(await store.get("a")).toBeUndefined()
        expect(await (await mounted(memory)).get("a")).toBeUndefined()
    })

    test("of headers leaves it known whose record was lost, and whose was not", async () => {
        const memory = new MemorySlots(10, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("1"))
        await store.set("b", Buffer.from("2"))
        for (const slot of [2, 3]) memory.bytes[slot * SLOT_BYTES + 13] ^= 0xff
        await store.mount()
        expect(recordNames(store)).toEqual(["b"])
        expect(store.holdsOnly("b")).toBe(false)
        await expect(store.get("a")).rejects.toMatchObject({ fault: "corrupt" })
        expect(await store.get("c")).toBeUndefined()
    })

    test("of the head in a memory that is not blank is the whole store's, and nothing is written", async () => {
        const memory = new MemorySlots(10, SLOT_BYTES)
        const store = await mounted(memory)
        await store.set("a", Buffer.from("1"))
        for (const slot of [0, 1]) memory.bytes[slot * SLOT_BYTES + 9] ^= 0x10
        const before = Buffer.from(memory.bytes)
        await expect(store.mount()).rejects.toMatchObject({ fault: "corrupt" })
        await expect(store.get("a")).rejects.toMatchObject({ fault: "memory" })
        expect(memory.bytes).toEqual(before)
    })
})

test("an erasure keeps nobody waiting until it is done", async () => {
    const memory = new MemorySlots(20, SLOT_BYTES)
    const order: string[] = []
    const store = new RecordStore(memory, async () => {})
    await store.mount()
    await store.set("a", Buffer.from("1"))
    const erased = store.erase("a").then(() => order.push("erased"))
    const written = store.set("b", Buffer.from("2")).then(() => order.push("written"))
    await Promise.all([erased, written])
    expect(order).toEqual(["written", "erased"])
    expect(await (await mounted(memory)).get("a")).toBeUndefined()
    expect((await (await mounted(memory)).get("b"))?.toString()).toBe("2")
})

test("wear is spread over all slots that hold nothing needed", async () => {
    const memory = new MemorySlots(16, SLOT_BYTES)
    const store = await mounted(memory)
    await store.set("rare", Buffer.from("1"))
    for (let n = 0; n < 1400; n++) {
        if (n % 10 === 0) await store.mount()
        await store.set("often", Buffer.from(String(n)))
    }
    const [rare1, rare2, ...rest] = memory.writes.slice(2).sort((a, b) => a - b)
    expect([rare1, rare2]).toEqual([1, 1])
    expect(Math.max(...rest) - Math.min(...rest)).toBeLessThanOrEqual(1)
})

describe("refusals", () => {
    const refused = (fault: StoreFault) => ({ fault })

    test("the store fills up, and a record that exists can still be rewritten and erased", async () => {
        const store = await mounted(new MemorySlots(10, SLOT_BYTES))
        for (const name of ["a", "b", "c"]) {
            await store.set(name, Buffer.from("1"))
            await store.set(name, Buffer.from("2"))
        }
        await expect(store.set("d", Buffer.from("1"))).rejects.toMatchObject(refused("full"))
        await store.set("a", Buffer.from("3"))
        await store.erase("b")
        await store.set("d", Buffer.from("4"))
        expect(recordNames(store).sort()).toEqual(["a", "c", "d"])
    })

    test("a value longer than a slot holds", async () => {
        const store = await mounted(new MemorySlots(8, SLOT_BYTES))
        await store.set("a", Buffer.alloc(SLOT_BYTES - HEADER_BYTES, 1))
        await expect(store.set("a", Buffer.alloc(SLOT_BYTES - HEADER_BYTES + 1))).rejects.toMatchObject(refused("size"))
        expect(await store.get("a")).toEqual(Buffer.alloc(SLOT_BYTES - HEADER_BYTES, 1))
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

test("a name whose tag another record has is refused, so that neither is taken for the other if it is lost", async () => {
    const store = await mounted(new MemorySlots(8, SLOT_BYTES))
    await store.set("r75", Buffer.from("1"))
    await expect(store.set("n26057", Buffer.from("2"))).rejects.toMatchObject({ fault: "name" })
    expect(await store.get("n26057")).toBeUndefined()
    await store.set("r75", Buffer.from("3"))
    await store.erase("r75")
    await store.set("n26057", Buffer.from("2"))
})

describe("generations", () => {
    /** A memory in which that many writes have been counted. */
    async function countedTo(generation: number): Promise<MemorySlots> {
        const memory = new MemorySlots(8, SLOT_BYTES)
        await mounted(memory)
        for (const slot of [0, 1])
            sealHead(memory.bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES), generation)
        return memory
    }

    test.each([2 ** 16, 2 ** 31, 2 ** 32, 2 ** 47])("keep their order across %d", async boundary => {
        const memory = await countedTo(boundary - 4)
        let store = await mounted(memory)
        for (let n = -3; n < 5; n++) {
            await store.set("a", Buffer.from(String(n)))
            store = await mounted(memory)
            expect((await store.get("a"))?.toString()).toBe(String(n))
        }
    })

    test("never wrap: a store that has counted them all refuses to write, and still reads", async () => {
        const store = await mounted(await countedTo(MAX_GENERATION - 2))
        await store.set("a", Buffer.from("last"))
        await expect(store.set("a", Buffer.from("more"))).rejects.toMatchObject({ fault: "worn" })
        await expect(store.erase("a")).rejects.toMatchObject({ fault: "worn" })
        expect((await store.get("a"))?.toString()).toBe("last")
    })
})
