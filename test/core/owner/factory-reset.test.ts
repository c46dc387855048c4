import { expect, test } from "vitest"
import { Consent } from "../../../src/core/owner/consent"
import { beginReset, completeReset, logHasForgotten, logHasToForget } from "../../../src/core/owner/factory-reset"
import { LongPress, RESET_PRESS_MS } from "../../../src/core/owner/long-press"
import { DISABLED, MOST_PEOPLE, sessionRecords, TRIES } from "../../../src/core/owner/owner-records"
import { Role } from "../../../src/core/owner/rights"
import { Household, Standing } from "../../../src/core/session/device/household"
import type { RecordStore } from "../../../src/core/store/record-store"
import { recordNames } from "../store/record-names"
import { afterPowerCut, type MemorySlots, noPause } from "../store/slot-memory"
import { mounted, newMemory } from "./memory-store"

/** Of the open invitation, and of keys. */
const SECRET = Buffer.from("for whoever asks")
const KEYS = "keys of place"
const FAILURES = Buffer.from("5 wrong guesses")
const PICTURE = Buffer.from("what the owner looks like")
const OWN = ["picture"]

/** Names of what every device has of its people. */
const OWNERS = ["household", "tries", "consents", "disabled", "session"]

/** A device that has been lived with. */
async function used(): Promise<MemorySlots> {
    const memory = newMemory()
    const store = await mounted(memory)
    await store.set("identity", Buffer.from("stays"))
    await store.set("floor", Buffer.from([7]))
    const household = new Household({ draw: target => void SECRET.copy(target) }, noPause)
    await household.load(store)
    await household.admit(0, Standing.ByLabel)
    await household.confirm(0)
    await household.invite(Role.Family)
    for (let place = 0; place < MOST_PEOPLE; place++)
        for (const name of sessionRecords(place)) await store.set(name, Buffer.from(`${KEYS} ${name}`))
    await store.set(TRIES, FAILURES)
    const use = { sensor: 1, purpose: 1, version: 1, shortNotice: "short", longNotice: "long", retentionS: 60 }
    const consent = new Consent([use], noPause)
    await consent.load(store)
    await consent.answer(0, true)
    await store.set(DISABLED, Buffer.alloc(1))
    await store.set("picture", PICTURE)
    return memory
}

/** A reset without a restart in between. @returns whether one had begun */
async function reset(store: RecordStore, more = async () => {}): Promise<boolean> {
    await beginReset(store)
    return await completeReset(store, OWN, more)
}

function expectErased(memory: MemorySlots, store: RecordStore): void {
    expect(recordNames(store).sort()).toEqual(["floor", "forgetting", "identity"])
    for (const bytes of [SECRET, PICTURE, KEYS, FAILURES, ...OWNERS, "picture"])
        expect(memory.bytes.includes(bytes)).toBe(false)
}

test("erases the owner's data from the memory itself; identity and floor stay", async () => {
    const memory = await used()
    for (const bytes of [SECRET, PICTURE, KEYS, FAILURES, ...OWNERS]) expect(memory.bytes.includes(bytes)).toBe(true)
    const store = await mounted(memory)
    expect(await reset(store)).toBe(true)
    expectErased(memory, store)
    expect((await store.get("identity"))?.toString()).toBe("stays")
})

test("the log has to forget from the end of the reset on, over restarts, until it has", async () => {
    const memory = await used()
    const store = await mounted(memory)
    expect(await logHasToForget(store)).toBe(false)
    await reset(store)
    const restarted = await mounted(afterPowerCut(memory))
    expect(await logHasToForget(restarted)).toBe(true)
    await logHasForgotten(restarted)
    expect(await logHasToForget(restarted)).toBe(false)
})

test("without a reset begun, a start erases nothing", async () => {
    const memory = await used()
    const store = await mounted(memory)
    const before = recordNames(store)
    expect(await completeReset(store, OWN, async () => expect.unreachable())).toBe(false)
    expect(recordNames(store)).toEqual(before)
})

test("a reset that the power cut short is completed at the next start, wherever it was cut", async () => {
    const start = await used()
    const whole = afterPowerCut(start)
    await reset(await mounted(whole))
    let completed = 0
    for (let byte = 0; byte < whole.writtenBytes; byte += 61) {
        const cut = afterPowerCut(start)
        const store = await mounted(cut)
        cut.cutAtByte = byte
        await expect(reset(store)).rejects.toMatchObject({ fault: "memory" })
        const memory = afterPowerCut(cut)
        const later = await mounted(memory)
        await completeReset(later, OWN, async () => {
            completed++
        })
        // Before the first record was whole, the reset had not begun; after the last one was erased, it was over.
        if (recordNames(later).includes("household")) expect(byte).toBeLessThan(128)
        else expectErased(memory, later)
    }
    expect(completed).toBeGreaterThan(50)
})

test("what lies elsewhere is erased too; if that fails, the next start does it", async () => {
    const memory = await used()
    const store = await mounted(memory)
    await expect(reset(store, () => Promise.reject(new Error("not now")))).rejects.toThrow("not now")
    let erased = 0
    const more = async () => {
        erased++
    }
    const restarted = afterPowerCut(memory)
    await completeReset(await mounted(restarted), OWN, more)
    await completeReset(await mounted(restarted), OWN, more)
    expect(erased).toBe(1)
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
    // It was last seen released one look before the press.
    ["held long enough", [[1000, 1000 + RESET_PRESS_MS]], [950 + RESET_PRESS_MS]],
    ["let go too early", [[1000, 950 + RESET_PRESS_MS]], []],
    ["held for a minute", [[1000, 60_000]], [950 + RESET_PRESS_MS]],
    ["many short presses", Array.from({ length: 50 }, (_, i) => [i * 1000 + 100, i * 1000 + 900]), []],
    ["held since before the start", [[0, 60_000]], []],
    [
        "held at the start, let go, and held",
        [
            [0, 5000],
            [6000, 60_000],
        ],
        [5950 + RESET_PRESS_MS],
    ],
    [
        "twice",
        [
            [1000, 15_000],
            [16_000, 30_000],
        ],
        [10_950, 25_950],
    ],
])("a button %s", (_, presses, expected) => {
    expect(longAt(presses)).toEqual(expected)
})
