import { expect, test } from "vitest"
import { Consent } from "../../../src/core/owner/consent"
import { FactoryReset } from "../../../src/core/owner/factory-reset"
import { LongPress, RESET_PRESS_MS } from "../../../src/core/owner/long-press"
import { People } from "../../../src/core/owner/people"
import { RemoteDisable } from "../../../src/core/owner/remote-disable"
import { Place, Role } from "../../../src/core/owner/rights"
import type { RecordStore } from "../../../src/core/store/record-store"
import { afterPowerCut, type MemorySlots } from "../store/slot-memory"
import { mounted, newMemory } from "./memory-store"

const SECRET = Buffer.from("theowner")
const PICTURE = Buffer.from("what the owner looks like")
const OWN = ["picture"]

/** A device that has been lived with. */
async function used(): Promise<MemorySlots> {
    const memory = newMemory()
    const store = await mounted(memory)
    await store.set("identity", Buffer.from("stays"))
    await store.set("floor", Buffer.from([7]))
    await new People(store).give(SECRET, Role.Owner)
    const use = { sensor: 1, purpose: 1, version: 1, shortNotice: 1, longNotice: 2, retentionS: 60 }
    await new Consent(store, [use]).answer(0, true)
    await new RemoteDisable(store).set(true, Role.Owner, Place.Outside)
    await store.set("picture", PICTURE)
    return memory
}

function expectErased(memory: MemorySlots, store: RecordStore): void {
    expect(store.names().sort()).toEqual(["floor", "identity"])
    for (const bytes of [SECRET, PICTURE, "people", "consent", "disabled", "picture"])
        expect(memory.bytes.includes(bytes)).toBe(false)
}

test("erases the owner's data from the memory itself; identity and floor stay", async () => {
    const memory = await used()
    expect(memory.bytes.includes(SECRET)).toBe(true)
    const store = await mounted(memory)
    await new FactoryReset(store, OWN).begin()
    expectErased(memory, store)
    expect((await store.get("identity"))?.toString()).toBe("stays")
})

test("without a reset begun, a start erases nothing", async () => {
    const memory = await used()
    const store = await mounted(memory)
    const before = store.names()
    expect(await new FactoryReset(store, OWN).resume()).toBe(false)
    expect(store.names()).toEqual(before)
})

test("a reset that the power cut short is completed at the next start, wherever it was cut", async () => {
    const start = await used()
    const whole = afterPowerCut(start)
    await new FactoryReset(await mounted(whole), OWN).begin()
    let resumed = 0
    for (let byte = 0; byte < whole.writtenBytes; byte += 61) {
        const cut = afterPowerCut(start)
        const store = await mounted(cut)
        cut.cutAtByte = byte
        await expect(new FactoryReset(store, OWN).begin()).rejects.toMatchObject({ fault: "memory" })
        const memory = afterPowerCut(cut)
        const later = await mounted(memory)
        if (await new FactoryReset(later, OWN).resume()) resumed++
        // Before the first record was whole, the reset had not begun; after the last one was erased, it was over.
        if (later.names().includes("people")) expect(byte).toBeLessThan(128)
        else expectErased(memory, later)
    }
    expect(resumed).toBeGreaterThan(50)
})

/** Presses and releases at times in milliseconds; `update` is called every 50 ms. @returns when the press counted as long */
function longAt(presses: [from: number, to: number][], untilMs = 60_000): number[] {
    const press = new LongPress()
    const times: number[] = []
    for (let ms = 0; ms < untilMs; ms += 50)
        if (
            press.update(
                presses.some(([from, to]) => ms >= from && ms < to),
                ms,
            )
        )
            times.push(ms)
    return times
}

test.each<[string, [number, number][], number[]]>([
    ["held long enough", [[1000, 1000 + RESET_PRESS_MS + 50]], [1000 + RESET_PRESS_MS]],
    ["let go too early", [[1000, 1000 + RESET_PRESS_MS]], []],
    ["held for a minute", [[1000, 60_000]], [1000 + RESET_PRESS_MS]],
    ["many short presses", Array.from({ length: 50 }, (_, i) => [i * 1000 + 100, i * 1000 + 900]), []],
    ["held since before the start", [[0, 60_000]], []],
    [
        "held at the start, let go, and held",
        [
            [0, 5000],
            [6000, 60_000],
        ],
        [6000 + RESET_PRESS_MS],
    ],
    [
        "twice",
        [
            [1000, 15_000],
            [16_000, 30_000],
        ],
        [11_000, 26_000],
    ],
])("a button %s", (_, presses, expected) => {
    expect(longAt(presses)).toEqual(expected)
})
