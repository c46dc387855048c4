import { createPublicKey, verify } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { describe, expect, test } from "vitest"
import { StoredCounter } from "../../../src/core/identity/stored-counter"
import { SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { spkiOf } from "../../../src/host/identity/key-algorithm"
import { afterPowerCut } from "../store/slot-memory"
import { boot } from "./unit"

describe("the key", () => {
    test("is made once, and signs so that others agree", async () => {
        const unit = await boot()
        expect(await unit.keys.publicKey()).toBeUndefined()
        const publicKey = await unit.keys.createKey()
        expect(await unit.keys.createKey()).toEqual(publicKey)
        const later = await boot(unit)
        expect(await later.keys.publicKey()).toEqual(publicKey)
        for (const length of [0, 1, 200]) {
            const message = Buffer.alloc(length, length)
            const signature = await later.keys.sign(message)
            expect(ed25519.verify(signature, message, publicKey)).toBe(true)
            const key = createPublicKey({ key: spkiOf(publicKey), format: "der", type: "spki" })
            expect(verify(null, message, key, signature)).toBe(true)
        }
    })

    test("differs from unit to unit", async () => {
        const keys = new Set<string>()
        for (let i = 0; i < 5; i++) keys.add((await (await boot()).keys.createKey()).toString("hex"))
        expect(keys.size).toBe(5)
    })

    test("has to be made first", async () => {
        const { keys } = await boot()
        await expect(keys.sign(Buffer.alloc(1))).rejects.toThrow("provision it")
    })
})

describe("a power cut at any byte", () => {
    /** What a later boot reads, for every place at which `work` can be cut. */
    async function* cuts(prepare: (unit: Unit) => Promise<void>, work: (unit: Unit) => Promise<unknown>) {
        const start = await boot()
        await prepare(start)
        for (let byte = start.slots.writtenBytes, cut = true; cut; byte++) {
            const slots = afterPowerCut(start.slots)
            const unit = await boot({ ...start, slots })
            slots.cutAtByte = byte - start.slots.writtenBytes
            cut = await work(unit).then(
                () => false,
                () => true,
            )
            yield await boot({ ...start, slots: afterPowerCut(slots) })
        }
    }
    type Unit = Awaited<ReturnType<typeof boot>>

    test("leaves the counter where it was or where it goes, never lower", async () => {
        const seen = new Set<number>()
        const raised = cuts(
            async ({ sealed }) => new StoredCounter(sealed, "floor").raise(7),
            async ({ sealed }) => new StoredCounter(sealed, "floor").raise(9),
        )
        for await (const { sealed } of raised) seen.add(await new StoredCounter(sealed, "floor").read())
        expect([...seen]).toEqual([7, 9])
    })

    test("leaves no key or a whole one", async () => {
        let made = 0
        for await (const unit of cuts(
            async () => {},
            ({ keys }) => keys.createKey(),
        )) {
            const publicKey = await unit.keys.publicKey()
            if (!publicKey) continue
            made++
            expect(ed25519.verify(await unit.keys.sign(Buffer.alloc(3)), Buffer.alloc(3), publicKey)).toBe(true)
        }
        // From the last byte of its first copy on.
        expect(made).toBeGreaterThan(SLOT_BYTES)
    })
})

test("a counter does not fall, and starts at 0", async () => {
    const { sealed } = await boot()
    const floor = new StoredCounter(sealed, "floor")
    expect(await floor.read()).toBe(0)
    for (const [to, reads] of [
        [5, 5],
        [3, 5],
        [5, 5],
        [2 ** 32 - 1, 2 ** 32 - 1],
        [6, 2 ** 32 - 1],
    ]) {
        await floor.raise(to)
        expect(await floor.read()).toBe(reads)
    }
})

test("a counter that stands where it is to go writes nothing, which would wear the memory out", async () => {
    const { sealed, slots } = await boot()
    const floor = new StoredCounter(sealed, "floor")
    await floor.raise(5)
    const { writtenBytes } = slots
    await floor.raise(5)
    expect(slots.writtenBytes).toBe(writtenBytes)
})
