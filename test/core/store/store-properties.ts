/**
 * What a record store promises, as properties of a class, so that broken stores can be shown to break them: whatever happens to the memory, what a
 * record reads as is the value that was written last, or an error; and nothing only if it never was, or was erased.
 */

import fc from "fast-check"
import type { RecordStore } from "../../../src/core/store/record-store"
import { HEADER_BYTES } from "../../../src/core/store/slot"
import { recordNames } from "./record-names"
import { afterPowerCut, MemorySlots, noPause } from "./slot-memory"

export type StoreClass = typeof RecordStore

const SLOTS = 12
export const SLOT_BYTES = 48
export const NAMES = ["a", "b", "sixteen-letters."]

type Step = { do: "set"; name: string } | { do: "erase"; name: string } | { do: "mount" }

const name = fc.constantFrom(...NAMES)
const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), name }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("erase" as const), name }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("mount" as const) }) },
)

type Contents = ReadonlyMap<string, string>

/** A memory and what a store in it has to hold. No two values are equal, and each names its record. */
class Life {
    memory: MemorySlots
    store: RecordStore
    contents: Contents = new Map()
    /** The memory as it was after each write of a slot. */
    readonly past: Buffer[] = []
    #written = 0
    readonly #Store: StoreClass

    constructor(Store: StoreClass, blank = 0) {
        this.#Store = Store
        this.memory = new MemorySlots(SLOTS, SLOT_BYTES, blank)
        this.store = new Store(this.memory, noPause)
    }

    /** Mounts the memory, or another in its place. */
    async mount(memory = this.memory): Promise<void> {
        this.memory = memory
        memory.written = () => this.past.push(Buffer.from(memory.bytes))
        this.store = new this.#Store(memory, noPause)
        await this.store.mount()
    }

    /** @returns the contents that there are to be after it */
    async perform(step: Step): Promise<Contents> {
        const after = new Map(this.contents)
        if (step.do === "mount") await this.mount()
        else if (step.do === "erase") {
            after.delete(step.name)
            await this.store.erase(step.name)
        } else {
            const value = `${step.name.slice(0, 1)}${++this.#written}!`.repeat(1 + (this.#written % 4))
            after.set(step.name, value)
            await this.store.set(step.name, Buffer.from(value))
        }
        return after
    }

    async play(steps: readonly Step[]): Promise<void> {
        await this.mount()
        for (const step of steps) this.contents = await this.perform(step)
    }

    /** What the store says of each record: its value, "corrupt", or nothing. */
    async found(): Promise<Map<string, string>> {
        const found = new Map<string, string>()
        for (const name of NAMES) {
            const value = await this.store.get(name).then(
                value => value?.toString(),
                error => fault(error),
            )
            if (value !== undefined) found.set(name, value)
        }
        return found
    }

    /** A whole value that the memory holds of a record, whether it counts or not. */
    left(name: string): string | undefined {
        return this.memory.bytes.toString("latin1").match(`${name[0]}\\d+!`)?.[0]
    }

    fork(): Life {
        const fork = new Life(this.#Store)
        fork.contents = this.contents
        fork.memory = afterPowerCut(this.memory)
        fork.#written = this.#written
        return fork
    }
}

/** @returns the store's word for it; what is not its word is thrown on */
function fault(error: unknown): string {
    const { fault } = error as { fault?: string }
    if (fault === undefined) throw error
    return fault
}

function agree(found: Contents, wanted: Contents): boolean {
    return found.size === wanted.size && [...wanted].every(([name, value]) => found.get(name) === value)
}

function insist(holds: boolean, words: string): void {
    if (!holds) throw new Error(words)
}

const lines = (contents: Contents) => JSON.stringify([...contents])

/** Something that befalls a memory without its store. */
type Mishap =
    | { does: "flip"; bits: readonly number[] }
    | { does: "stale"; slots: readonly { slot: number; when: number }[] }
    | { does: "swap"; slots: readonly [number, number]; count: number }
    | { does: "blank"; slot: number; count: number; value: number }

const slot = fc.nat(SLOTS - 1)
const bit = fc.nat(8 * SLOT_BYTES - 1)
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
    // Anywhere; in one slot; and the same number in both copies at a place.
    fc.record({
        does: fc.constant("flip" as const),
        bits: fc.array(fc.nat(8 * SLOTS * SLOT_BYTES - 1), { minLength: 1, maxLength: 8 }),
    }),
    fc.tuple(slot, fc.uniqueArray(bit, { minLength: 1, maxLength: 8 })).map(([slot, bits]) => ({
        does: "flip" as const,
        bits: bits.map(at => 8 * SLOT_BYTES * slot + at),
    })),
    fc
        .tuple(fc.nat(SLOTS / 2 - 1), fc.uniqueArray(fc.nat(8 * 32 - 1), { minLength: 1, maxLength: 8 }))
        .map(([place, bits]) => ({
            does: "flip" as const,
            bits: bits.flatMap(at => [0, 1].map(copy => 8 * SLOT_BYTES * (2 * place + copy) + at)),
        })),
    // Three slots at most: two of the head and one more. All that a write changes may be put back unseen.
    fc.record({
        does: fc.constant("stale" as const),
        slots: fc.uniqueArray(fc.record({ slot, when: fc.nat(40) }), {
            minLength: 1,
            maxLength: 3,
            selector: ({ slot }) => slot,
        }),
    }),
    fc.record({
        does: fc.constant("stale" as const),
        slots: fc.tuple(fc.oneof(fc.constant(0), fc.nat(SLOTS / 2 - 1)), fc.nat(30)).map(([place, when]) => [
            { slot: 2 * place, when },
            { slot: 2 * place + 1, when },
        ]),
    }),
    fc.record({ does: fc.constant("swap" as const), slots: fc.tuple(slot, slot), count: fc.constantFrom(1, 2) }),
    fc.record({
        does: fc.constant("blank" as const),
        slot,
        count: fc.constantFrom(1, 2),
        value: fc.constantFrom(0, 255, 0x5a),
    }),
)

function befall({ memory: { bytes }, past }: Life, mishap: Mishap): void {
    const slotAt = (memory: Buffer, slot: number, count = 1) =>
        memory.subarray(slot * SLOT_BYTES, Math.min(SLOTS, slot + count) * SLOT_BYTES)
    if (mishap.does === "flip") for (const bit of mishap.bits) bytes[bit >> 3] ^= 1 << (bit & 7)
    if (mishap.does === "stale")
        for (const { slot, when } of mishap.slots) {
            const then = past[past.length - 1 - (when % past.length)]
            slotAt(then, slot).copy(slotAt(bytes, slot))
        }
    if (mishap.does === "swap") {
        const [one, other] = mishap.slots.map(slot => (mishap.count === 2 ? slot & ~1 : slot))
        const kept = Buffer.from(slotAt(bytes, one, mishap.count))
        slotAt(bytes, other, mishap.count).copy(slotAt(bytes, one, mishap.count))
        kept.copy(slotAt(bytes, other, mishap.count))
    }
    if (mishap.does === "blank") slotAt(bytes, mishap.slot, mishap.count).fill(mishap.value)
}

const blank = fc.constantFrom(0x00, 0xff, 0x5a)

/** Each throws what was broken. */
export const PROPERTIES = {
    "holds what a map holds, before and after a mount": (Store: StoreClass) =>
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), blank, async (steps, blank) => {
            const life = new Life(Store, blank)
            await life.play(steps)
            for (const again of [false, true]) {
                if (again) await life.mount()
                const found = await life.found()
                insist(agree(found, life.contents), `${lines(found)}, not ${lines(life.contents)}`)
                const names = recordNames(life.store).sort()
                insist(names.join() === [...life.contents.keys()].sort().join(), `names ${names}`)
            }
        }),

    "damage, old bytes and swapped slots are an error or nothing that shows, and a loss ends with the next write": (
        Store: StoreClass,
    ) =>
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), mishap, async (steps, mishap) => {
            const life = new Life(Store)
            await life.play(steps)
            befall(life, mishap)
            const refused = await life.mount().then(
                () => undefined,
                error => fault(error),
            )
            insist(refused === undefined || refused === "corrupt", `mount: ${refused}`)
            if (refused) return
            const found = await life.found()
            for (const name of NAMES) {
                const [is, was] = [found.get(name), life.contents.get(name)]
                insist(is === was || is === "corrupt", `${name}: ${is}, not ${was}`)
            }
            insist((await life.store.get("never")) === undefined, "there never was such a record")
            await life.mount()
            insist(agree(await life.found(), found), "another mount finds something else")
            for (const name of NAMES) await life.store.set(name, Buffer.from("new"))
            await life.mount()
            for (const [name, value] of await life.found()) insist(value === "new", `${name}: ${value} after a write`)
        }),

    "one copy is enough, and is made two again": (Store: StoreClass) =>
        fc.asyncProperty(
            fc.array(step, { minLength: 1, maxLength: 12 }),
            slot,
            fc.uniqueArray(bit, { minLength: 1, maxLength: 8 }),
            fc.option(fc.nat(20)),
            async (steps, slot, bits, when) => {
                const life = new Life(Store)
                await life.play(steps)
                // Then the twin of the one that was hit: what was put right has to stand in for it.
                for (const hit of [slot, slot ^ 1]) {
                    if (when !== null) befall(life, { does: "stale", slots: [{ slot: hit, when }] })
                    else befall(life, { does: "flip", bits: bits.map(at => 8 * SLOT_BYTES * hit + at) })
                    await life.mount()
                    const found = await life.found()
                    insist(agree(found, life.contents), `${hit} hit: ${lines(found)}, not ${lines(life.contents)}`)
                }
            },
        ),

    "to erase leaves no byte of any value that a record ever had, finished or interrupted": (Store: StoreClass) =>
        fc.asyncProperty(
            fc.array(fc.tuple(step, fc.option(fc.oneof(fc.nat(2 * SLOT_BYTES), fc.nat(6 * SLOT_BYTES)), { freq: 2 })), {
                maxLength: 14,
            }),
            async steps => {
                const life = new Life(Store)
                await life.mount()
                for (const [step, cutAt] of steps) {
                    if (cutAt !== null) life.memory.cutAtByte = life.memory.writtenBytes + cutAt
                    await life.perform(step).catch(error => insist(fault(error) === "memory", String(error)))
                    if (life.memory.cutAtByte !== Number.POSITIVE_INFINITY) await life.mount(afterPowerCut(life.memory))
                }
                for (const name of NAMES)
                    if ((await life.store.get(name)) === undefined)
                        insist(life.left(name) === undefined, `left: ${life.left(name)}`)
                for (const name of NAMES) {
                    await life.store.erase(name)
                    insist(life.left(name) === undefined, `left: ${life.left(name)}`)
                }
            },
        ),
    "a power cut at any byte leaves all before or all after, and nothing of what is gone, also one in the mount that follows":
        (Store: StoreClass) =>
            fc.asyncProperty(fc.array(step, { maxLength: 8 }), step, blank, async (steps, last, blank) => {
                const life = new Life(Store, blank)
                await life.play(steps)
                const whole = life.fork()
                await whole.mount()
                const start = whole.memory.writtenBytes
                const after = await whole.perform(last)
                for (let byte = start; byte <= whole.memory.writtenBytes; byte++) {
                    const cut = life.fork()
                    await cut.mount()
                    cut.memory.cutAtByte = byte
                    await cut.perform(last).catch(error => insist(fault(error) === "memory", String(error)))
                    for (const second of byte % 4 === 0
                        ? [undefined, 7, HEADER_BYTES + 3, SLOT_BYTES + 9, 2 * SLOT_BYTES + 9, 3 * SLOT_BYTES - 12]
                        : [undefined]) {
                        const later = cut.fork()
                        if (second !== undefined) {
                            later.memory.cutAtByte = second
                            await later.mount().catch(error => insist(fault(error) === "memory", String(error)))
                        }
                        await later.mount(afterPowerCut(later.memory))
                        const found = await later.found()
                        insist(agree(found, life.contents) || agree(found, after), `cut at ${byte}: ${lines(found)}`)
                        for (const name of NAMES)
                            if (!found.has(name))
                                insist(
                                    later.left(name) === undefined,
                                    `cut at ${byte}, ${second}: left: ${later.left(name)}`,
                                )
                    }
                }
            }),

    "a power cut at any byte loses nothing of what one copy is left of": (Store: StoreClass) =>
        fc.asyncProperty(fc.array(step, { maxLength: 6 }), step, slot, bit, async (steps, last, slot, bit) => {
            const life = new Life(Store)
            await life.play(steps)
            const whole = life.fork()
            await whole.mount()
            const start = whole.memory.writtenBytes
            const after = await whole.perform(last)
            for (let byte = start; byte <= whole.memory.writtenBytes; byte += 3) {
                const cut = life.fork()
                await cut.mount()
                befall(cut, { does: "flip", bits: [8 * SLOT_BYTES * slot + bit] })
                cut.memory.cutAtByte = byte
                await cut.perform(last).catch(error => insist(fault(error) === "memory", String(error)))
                await cut.mount(afterPowerCut(cut.memory))
                const found = await cut.found()
                insist(agree(found, life.contents) || agree(found, after), `cut at ${byte}: ${lines(found)}`)
            }
        }),
} satisfies Record<string, (Store: StoreClass) => fc.IAsyncProperty<unknown[]> | unknown>
