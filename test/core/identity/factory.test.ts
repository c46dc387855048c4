import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { FACTORY_RECORD, IDENTITY_RECORD, inFactory } from "../../../src/core/identity/factory"
import { IdentityRefusal, IdentityState } from "../../../src/core/identity/identity-state"
import { ROOT_RECORD } from "../../../src/core/identity/sealed-store"
import type { Counter, Store } from "../../../src/core/ports"
import { SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { RecordStore } from "../../../src/core/store/record-store"
import { StoreError, type StoreFault } from "../../../src/core/store/store-error"
import { spkiOf } from "../../../src/host/identity/key-algorithm"
import { recordNames } from "../store/record-names"
import { afterPowerCut, type MemorySlots, noPause } from "../store/slot-memory"
import { boot, type CoreUnit } from "./unit"

const isOpen = ({ sealed, floor }: CoreUnit) => inFactory(sealed, floor)
/** Whether a provisioning command would be let in: what cannot be said is no. */
const admits = (unit: CoreUnit) => isOpen(unit).catch(() => false)

describe("it takes the record, no identity, and a floor of 0, all of them known", () => {
    type Reading = "there" | "absent" | StoreFault
    const READINGS: Reading[] = ["there", "absent", "seal", "corrupt", "memory"]
    const FLOORS: (number | "silent")[] = [0, 1, 2, 2 ** 32 - 1, "silent"]

    function readAs(reading: Reading): Buffer | undefined {
        if (reading === "there" || reading === "absent") return reading === "there" ? Buffer.alloc(0) : undefined
        throw new StoreError(reading, "as the test wants it")
    }

    function storeOf(readings: Record<string, Reading>): Store {
        const never = async () => {
            throw new Error("asking writes nothing")
        }
        return { get: async name => readAs(readings[name]), set: never, erase: never }
    }

    const silent = new Error("no answer")
    const counterAt = (floor: number | "silent"): Counter => ({
        read: () => (floor === "silent" ? Promise.reject(silent) : Promise.resolve(floor)),
        raise: () => Promise.reject(new Error("asking raises nothing")),
    })

    test("one combination of all is the factory", async () => {
        const open: unknown[] = []
        for (const factory of READINGS)
            for (const identity of READINGS)
                for (const floor of FLOORS) {
                    const store = storeOf({ [FACTORY_RECORD]: factory, [IDENTITY_RECORD]: identity })
                    const answer = await inFactory(store, counterAt(floor)).catch(() => false)
                    if (answer) open.push({ factory, identity, floor })
                }
        expect(open).toEqual([{ factory: "there", identity: "absent", floor: 0 }])
    })
})

/** A SEQUENCE of 256 bytes that holds the key as certificates do. */
function certificateOf(publicKey: Buffer): Buffer {
    return Buffer.concat([Buffer.of(0x30, 0x82, 1, 0), spkiOf(publicKey), Buffer.alloc(256 - spkiOf(publicKey).length)])
}

/** Everything that the factory does, and may do again. */
async function provision(unit: CoreUnit): Promise<void> {
    const publicKey = await unit.keys.createKey()
    const chain = certificateOf(publicKey)
    const digest = createHash("sha256").update(chain).digest()
    await unit.records.keepPairingSecret(Buffer.alloc(16, 9))
    await unit.records.writeCertificates(0, chain)
    const refusal = await unit.records.keep(chain.length, digest, "GV-1", publicKey)
    expect(refusal).toBe(IdentityRefusal.None)
}

async function provisioned(): Promise<CoreUnit> {
    const unit = await boot()
    await provision(unit)
    return unit
}

const check = ({ records, keys, floor }: CoreUnit) => records.check(keys, floor)

test("a unit with a blank memory is in the factory, over restarts, until it has its identity, and never after", async () => {
    let unit = await boot()
    for (let start = 0; start < 3; start++) {
        expect(await isOpen(unit)).toBe(true)
        expect(await check(unit)).toBe(IdentityState.Missing)
        unit = await boot(unit)
    }
    await provision(unit)
    for (let start = 0; start < 3; start++) {
        expect(await isOpen(unit)).toBe(false)
        expect(recordNames(unit.store)).not.toContain(FACTORY_RECORD)
        expect(await check(unit)).toBe(IdentityState.Valid)
        unit = await boot(unit)
    }
})

test("a raised floor ends it too", async () => {
    const unit = await boot()
    await unit.floor.raise(1)
    expect(await isOpen(unit)).toBe(false)
    expect(await check(unit)).toBe(IdentityState.Damaged)
})

test("where the identity was lost, it is damage, and no factory", async () => {
    const unit = await provisioned()
    await unit.store.erase(IDENTITY_RECORD)
    expect(await check(unit)).toBe(IdentityState.Damaged)
    expect(await isOpen(unit)).toBe(false)
})

test("a record that another unit sealed is none", async () => {
    const unit = await provisioned()
    await unit.store.erase(IDENTITY_RECORD)
    await unit.store.set(FACTORY_RECORD, (await (await boot()).store.get(FACTORY_RECORD))!)
    await expect(isOpen(unit)).rejects.toMatchObject({ fault: "seal" })
    expect(await check(unit)).toBe(IdentityState.Damaged)
})

/** As `work` leaves the memory, cut after each of its bytes; the last one is whole. */
async function* cuts(start: CoreUnit, work: (unit: CoreUnit) => Promise<unknown>): AsyncGenerator<CoreUnit> {
    for (let byte = 0, cut = true; cut; byte++) {
        const slots = afterPowerCut(start.slots)
        const unit = { ...(await boot({ ...start, slots })), certificates: start.certificates }
        slots.cutAtByte = slots.writtenBytes + byte
        cut = await work(unit).then(
            () => false,
            () => true,
        )
        yield { ...unit, slots: afterPowerCut(slots) }
    }
}

/** A memory as it is delivered, cut that many bytes into each of its first starts. */
async function startedAndCut(slots: MemorySlots, cutsAt: readonly number[]): Promise<MemorySlots> {
    let memory = slots
    for (const cutAt of cutsAt) {
        memory.cutAtByte = memory.writtenBytes + cutAt
        await boot({ slots: memory }).catch(() => {})
        memory = afterPowerCut(memory)
    }
    return memory
}

describe("power cuts", () => {
    /** What the first start writes: the head, and two records, each twice and with the head again. */
    const FIRST_START_BYTES = 10 * SLOT_BYTES

    test("at every byte of the first start leave a unit that is in the factory from the next one on", async () => {
        for (let cutAt = 0; cutAt <= FIRST_START_BYTES; cutAt += 3) {
            const unit = await boot({ slots: await startedAndCut((await blank()).slots, [cutAt]) })
            expect(await isOpen(unit), `byte ${cutAt}`).toBe(true)
            expect(await isOpen(await boot(unit)), `byte ${cutAt}`).toBe(true)
        }
    })

    test("of any number in a row do", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(fc.nat(FIRST_START_BYTES), { maxLength: 80 }),
                fc.constantFrom(0x00, 0xff),
                async (cutsAt, fill) => {
                    const unit = await boot({ slots: await startedAndCut((await blank(fill)).slots, cutsAt) })
                    expect(await isOpen(unit)).toBe(true)
                },
            ),
            { seed: 20261129, numRuns: 60 },
        )
    })

    test("at every byte of leaving it leave it or the identity, never neither, and the next start finishes", async () => {
        const outcomes = { factory: 0, identity: 0, both: 0 }
        const start = await boot()
        await start.keys.createKey()
        await start.records.keepPairingSecret(Buffer.alloc(16, 9))
        for await (const cut of cuts(start, provision)) {
            const later = await boot(cut)
            const names = recordNames(later.store)
            const [factory, identity] = [FACTORY_RECORD, IDENTITY_RECORD].map(name => names.includes(name))
            expect(factory || identity).toBe(true)
            outcomes[factory && identity ? "both" : factory ? "factory" : "identity"]++
            expect(await isOpen(later)).toBe(!identity)
            expect(await check(later)).toBe(identity ? IdentityState.Valid : IdentityState.Missing)
            expect(recordNames(later.store).includes(FACTORY_RECORD)).toBe(!identity)
        }
        // Both: the identity is written, and no head says that the factory is over.
        expect(outcomes.both).toBeGreaterThan(SLOT_BYTES)
        expect(Math.min(outcomes.factory, outcomes.identity)).toBeGreaterThan(SLOT_BYTES)
    })
})

/** The memory of a unit that has never started. */
async function blank(fill = 0): Promise<CoreUnit> {
    const unit = await boot()
    unit.slots.bytes.fill(fill)
    unit.slots.writtenBytes = 0
    return unit
}

/** So many bits of a slot's header that the copy is none. */
function spoilHeader(slots: MemorySlots, slot: number): void {
    for (const at of [2, 12, 20]) slots.bytes[slot * SLOT_BYTES + at] ^= 0x12
}

/** Slots that hold copies of a record. */
function slotsOf({ bytes }: MemorySlots, name: string): number[] {
    const label = Buffer.alloc(16)
    label.write(name)
    return Array.from({ length: bytes.length / SLOT_BYTES }, (_, slot) => slot).filter(slot =>
        bytes.subarray(slot * SLOT_BYTES + 12, slot * SLOT_BYTES + 28).equals(label),
    )
}

describe("a memory without the secret of the seals", () => {
    const refused = async (slots: MemorySlots) => {
        const before = Buffer.from(slots.bytes)
        await expect(boot({ slots })).rejects.toMatchObject({ fault: "corrupt" })
        expect(slots.bytes).toEqual(before)
    }

    test("and with any other record gets no new one, and nothing is written", async () => {
        const { slots } = await provisioned()
        for (const slot of slotsOf(slots, ROOT_RECORD)) spoilHeader(slots, slot)
        await refused(slots)
    })

    test.each(["boots", "identity", "key", "resetting"])(
        "and with nothing but a record %s does not either",
        async name => {
            const { slots } = await blank()
            const store = new RecordStore(slots, noPause)
            await store.mount()
            await store.set(name, Buffer.alloc(4))
            await refused(slots)
        },
    )

    test("and with a record that was lost does not either", async () => {
        const { slots } = await blank()
        const store = new RecordStore(slots, noPause)
        await store.mount()
        await store.set("boots", Buffer.alloc(4))
        for (const slot of slotsOf(slots, "boots")) spoilHeader(slots, slot)
        await refused(slots)
    })

    test("that is damaged where it lies is damage, whatever else there is", async () => {
        const { slots } = await boot()
        for (const slot of slotsOf(slots, ROOT_RECORD))
            for (const at of [33, 41]) slots.bytes[slot * SLOT_BYTES + at] ^= 3
        await refused(slots)
    })
})

/** What befalls a unit that has left the factory, of which nobody has its secret. */
type Mishap = { does: "spoil" | "flip"; place: number } | { does: "start" | "cut" | "reset" | "silence" }

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
    fc.record({ does: fc.constantFrom("spoil" as const, "flip" as const), place: fc.nat(12) }),
    fc.record({ does: fc.constantFrom("start" as const, "cut" as const, "reset" as const, "silence" as const) }),
)

test("once over, nothing brings it back: damage, lost records, restarts, power cuts, a reset, silence", async () => {
    const reached = new Set<string>()
    await fc.assert(
        fc.asyncProperty(fc.array(mishap, { maxLength: 30 }), async mishaps => {
            let { slots, certificates } = await provisioned()
            for (const befallen of mishaps) {
                slots.absent = befallen.does === "silence"
                for (const copy of [0, 1]) {
                    if (befallen.does === "spoil") spoilHeader(slots, 2 * befallen.place + copy)
                    if (befallen.does === "flip")
                        for (const at of [32, 37]) slots.bytes[(2 * befallen.place + copy) * SLOT_BYTES + at] ^= 3
                }
                if (befallen.does === "cut") slots.cutAtByte = slots.writtenBytes + 70
                const outcome = await (async () => {
                    const unit = await boot({ slots, certificates })
                    if (befallen.does === "reset")
                        for (const name of ["people", "consents"]) await unit.store.erase(name)
                    await unit.store.set("boots", Buffer.alloc(4))
                    expect(await admits(unit)).toBe(false)
                    return IdentityState[await check(unit)]
                })().catch(error => {
                    if (error instanceof StoreError) return error.fault
                    throw error
                })
                reached.add(outcome)
                slots = afterPowerCut(slots)
            }
        }),
        { seed: 20261129, numRuns: 150 },
    )
    for (const outcome of ["Valid", "Damaged", "corrupt", "memory"]) expect([...reached]).toContain(outcome)
})
