import fc from "fast-check"
import { expect, test } from "vitest"
import { DAMAGED, NoAnswer, SealedRecords } from "../../../simulators/board/sealed-records"
import { Random } from "../../../simulators/random"
import { RECORD_SLOTS, SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { RecordStore } from "../../../src/core/store/record-store"
import { StoreError } from "../../../src/core/store/store-error"
import { afterPowerCut, MemorySlots, noPause } from "../../core/store/slot-memory"
import { sealedStoreOn } from "./unit-with"

const CHIP = "0123456789abcdef"
const NAMES = ["a", "b", "sixteen-letters."]

const readerOf = (memory: MemorySlots) =>
    new SealedRecords((at, bytes) => Buffer.from(memory.bytes.subarray(at, at + bytes)), CHIP)

/** What the device itself reads of a record that is there. */
async function asOnDevice(memory: MemorySlots, name: string): Promise<Buffer | typeof DAMAGED | undefined> {
    try {
        return await (await sealedStoreOn(memory, CHIP)).get(name)
    } catch (error) {
        if (error instanceof StoreError && (error.fault === "seal" || error.fault === "corrupt")) return DAMAGED
        throw error
    }
}

test("reads what the device reads, whatever was written, cut short or flipped", async () => {
    const value = fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined })
    const history = fc.record({
        /** Writes go round the memory; those that matter begin anywhere. */
        turns: fc.nat({ max: RECORD_SLOTS - 1 }),
        writes: fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 12 }),
        cutAfterBytes: fc.nat({ max: 2000 }),
        flippedBits: fc.constantFrom(0, 5, 150, 600),
        /** A flipped head hides what is behind it. */
        flippedFrom: fc.constantFrom(0, 2 * SLOT_BYTES),
        seed: fc.nat(),
    })
    const seen = { value: 0, none: 0, damaged: 0, mounted: 0, refused: 0 }
    await fc.assert(
        fc.asyncProperty(history, async ({ turns, writes, cutAfterBytes, flippedBits, flippedFrom, seed }) => {
            const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
            const store = await sealedStoreOn(memory, CHIP)
            for (let turn = 0; turn < turns; turn++) await store.set("a", Buffer.from([turn]))
            memory.cutAtByte = memory.writtenBytes + cutAfterBytes
            for (const [name, value] of writes)
                await (value ? store.set(name, Buffer.from(value)) : store.erase(name)).catch(() => undefined)
            const random = new Random(seed)
            for (let flips = 0; flips < flippedBits; flips++)
                memory.bytes[flippedFrom + random.below(memory.bytes.length - flippedFrom)] ^= 1 << random.below(8)

            const onDevice = new RecordStore(afterPowerCut(memory), noPause)
            const mounts = await onDevice.mount().then(
                () => true,
                () => false,
            )
            seen[mounts ? "mounted" : "refused"]++
            if (!mounts) {
                expect(() => readerOf(memory)).toThrow(NoAnswer)
                return
            }
            const reader = readerOf(memory)
            for (const name of NAMES) {
                const found = reader.get(name)
                seen[found === DAMAGED ? "damaged" : found ? "value" : "none"]++
                if (found === undefined) expect(await onDevice.get(name)).toBeUndefined()
                else expect(found).toEqual(await asOnDevice(afterPowerCut(memory), name))
            }
        }),
        { numRuns: 150 },
    )
    for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(5)
})

test("finds a record of another chip damaged", async () => {
    const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
    const store = await sealedStoreOn(memory, "fedcba9876543210")
    await store.set("a", Buffer.from("its own"))
    expect(readerOf(memory).get("a")).toBe(DAMAGED)
})

test("takes the second copy if the first is damaged, and no older one", async () => {
    const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
    const store = await sealedStoreOn(memory, CHIP)
    for (const value of ["older", "newest"]) await store.set("a", Buffer.from(value))
    const spoil = () => memory.bytes.fill(0, memory.bytes.indexOf("newest"), memory.bytes.indexOf("newest") + 2)
    spoil()
    expect(readerOf(memory).get("a")?.toString()).toBe("newest")
    spoil()
    expect(readerOf(memory).get("a")).toBe(DAMAGED)
})

test("passes on that the memory does not answer", () => {
    const read = () => {
        throw new NoAnswer("nobody there")
    }
    expect(() => new SealedRecords(read, CHIP)).toThrow(NoAnswer)
})
