import { expect, test } from "vitest"
import { RecordStore } from "../../../src/core/store/record-store"
import { StoredNumber } from "../../../src/core/store/stored-number"
import { MemorySlots, noPause } from "./slot-memory"

async function stored(memory: MemorySlots): Promise<StoredNumber> {
    const store = new RecordStore(memory, noPause)
    await store.mount()
    const number = new StoredNumber(store, "number")
    await number.load()
    return number
}

test("is 0 before it was ever saved", async () => {
    expect((await stored(new MemorySlots(8, 40))).value).toBe(0)
})

test.each([0, 1, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff])("keeps %d", async value => {
    const memory = new MemorySlots(8, 40)
    await (await stored(memory)).save(value)
    expect((await stored(memory)).value).toBe(value)
})

test("keeps its old value when it cannot be saved", async () => {
    const memory = new MemorySlots(8, 40)
    const number = await stored(memory)
    await number.save(7)
    memory.absent = true
    await expect(number.save(8)).rejects.toMatchObject({ fault: "memory" })
    expect(number.value).toBe(7)
})
