/** A unit's memory as the device's own store writes it, and steps that write it, damage it, or forge it. */
import { createHash, createHmac } from "node:crypto"
import { Random } from "../../simulators/random"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import type { SealedStore } from "../../src/core/identity/sealed-store"
import { crc32 } from "../../src/core/store/crc32"
import { listingAt, sealHead, TAG_MASK, tagOf } from "../../src/core/store/head"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RecordStore } from "../../src/core/store/record-store"
import { encodeSlot, generationOf, HEADER_BYTES } from "../../src/core/store/slot"
import { StoredNumber } from "../../src/core/store/stored-number"
import { encodeProgram, FLOOR_RECORD, PENDING_RECORD, PROGRAM_RECORD, Stage } from "../../src/core/update/records"
import { MemorySlots, noPause } from "../core/store/slot-memory"
import { sealedStoreOn } from "../simulators/board/unit-with"

export const CHIP = "5d1f0c3b6a2e4f17"

/** Offsets in a copy. */
export const AT = {
    kind: 6,
    length: 7,
    valueChecksum: 8,
    name: 12,
    headerChecksum: 28,
    value: HEADER_BYTES,
} as const
/** Offset of the kind in a head. */
export const HEAD_KIND_AT = 6

const PLACES = RECORD_SLOTS / 2
const BOTH = [0, 1]

export class MadeMemory {
    readonly slots: MemorySlots
    readonly #random: Random
    #sealed: SealedStore | undefined

    /** @param seed of the memory's secret */
    constructor(seed: string, blank: number) {
        this.slots = new MemorySlots(RECORD_SLOTS, SLOT_BYTES, blank)
        this.#random = new Random(seed)
    }

    /** As the device opened it last; opened now if it was not. */
    async sealed(): Promise<SealedStore> {
        this.#sealed ??= await sealedStoreOn(this.slots, CHIP, this.#random)
        return this.#sealed
    }

    /** Goes on as after another start, perhaps on another chip. */
    async reopen(chip: string): Promise<void> {
        this.#sealed = await sealedStoreOn(this.slots, chip, this.#random)
    }

    /** The bytes of a slot; they can be changed. */
    slot(number: number): Buffer {
        return this.slots.bytes.subarray(number * SLOT_BYTES, (number + 1) * SLOT_BYTES)
    }

    /** The place that is listed for a record. */
    placeOf(name: string): number {
        const head = this.slot(0)
        for (let place = 1; place < PLACES; place++) {
            const listing = listingAt(head, place)
            if (listing !== 0 && (listing & TAG_MASK) === tagOf(name)) return place
        }
        throw new Error(`no record ${name} is listed`)
    }

    /** The bytes of one of a record's two copies; they can be changed. */
    copy(name: string, copy = 0): Buffer {
        return this.slot(2 * this.placeOf(name) + copy)
    }
}

/** Something that is done to a memory. */
export type Step = (memory: MadeMemory) => Promise<void> | void

export const sealed =
    (name: string, value: Buffer): Step =>
    async memory =>
        (await memory.sealed()).set(name, value)

/** Written by a store that knows of no seals. */
export const unsealed =
    (name: string, value: Buffer): Step =>
    async ({ slots }) => {
        const store = new RecordStore(slots, noPause)
        await store.mount()
        await store.set(name, value)
    }

export const erased =
    (name: string): Step =>
    async memory =>
        (await memory.sealed()).erase(name)

const digestOf = (image: Buffer) => createHash("sha256").update(image).digest()

/** The unit is given its identity, and the power goes before it has left the factory. */
export const identityWritten = sealed(IDENTITY_RECORD, Buffer.from("this unit"))
export const identity: Step = async memory => {
    await identityWritten(memory)
    await erased(FACTORY_RECORD)(memory)
}

export const programRecord = (image: Buffer, sequenceNumber: number) =>
    encodeProgram({ digest: digestOf(image), sequenceNumber })
export const program = (image: Buffer, sequenceNumber: number) =>
    sealed(PROGRAM_RECORD, programRecord(image, sequenceNumber))

export const pendingRecord = (image: Buffer, sequenceNumber: number, stage = Stage.Granted, failedBoots = 0) =>
    encodeProgram({ digest: digestOf(image), sequenceNumber }, Buffer.from([stage, failedBoots]))
export const pending = (...record: Parameters<typeof pendingRecord>) => sealed(PENDING_RECORD, pendingRecord(...record))

export const floor =
    (number: number): Step =>
    async memory =>
        new StoredNumber(await memory.sealed(), FLOOR_RECORD).save(number)

export const times =
    (count: number, step: Step): Step =>
    async memory => {
        for (let i = 0; i < count; i++) await step(memory)
    }

/** The power goes away so many bytes into what the step writes. */
export const cutAfter =
    (bytes: number, step: Step): Step =>
    async memory => {
        await memory.sealed()
        memory.slots.cutAtByte = memory.slots.writtenBytes + bytes
        const isCut = await Promise.resolve(step(memory)).then(
            () => false,
            () => true,
        )
        if (!isCut) throw new Error(`the step writes less than ${bytes} bytes`)
    }

/** The power goes away so many bytes into what the first start of a unit writes. */
export const firstStartCutAfter =
    (bytes: number): Step =>
    async memory => {
        memory.slots.cutAtByte = memory.slots.writtenBytes + bytes
        const isCut = await memory.reopen(CHIP).then(
            () => false,
            () => true,
        )
        if (!isCut) throw new Error(`the first start writes less than ${bytes} bytes`)
        memory.slots.cutAtByte = Number.POSITIVE_INFINITY
    }

/** What follows is written on another chip, with the same memory. */
export const onChip =
    (chip: string): Step =>
    memory =>
        memory.reopen(chip)

/** Two bits are flipped in the values of a record's copies. */
export const damaged =
    (name: string, copies: readonly number[] = BOTH): Step =>
    memory => {
        for (const copy of copies) {
            memory.copy(name, copy)[AT.value + 1] ^= 0x10
            memory.copy(name, copy)[AT.value + 2] ^= 0x01
        }
    }

/** One bit is flipped in the first copy, at an offset in the slot. */
export const flipped =
    (name: string, at: number): Step =>
    memory => {
        memory.copy(name)[at] ^= 0x04
    }

/** So many bits are flipped in the headers of a record's copies that nobody can say whose they were. */
export const lost =
    (name: string): Step =>
    memory => {
        for (const copy of BOTH) for (const at of [2, 12, 20]) memory.copy(name, copy)[at] ^= 0x12
    }

/** Copies are changed by somebody who makes their checksums right again, but cannot make seals. */
export const forged =
    (name: string, change: (copy: Buffer) => void, copies: readonly number[] = BOTH): Step =>
    memory => {
        const { bytes } = memory.slots
        for (const number of copies) {
            const copy = memory.copy(name, number)
            change(copy)
            // Beyond the end of the slot, too, if it is told to be as long.
            const start = copy.byteOffset - bytes.byteOffset + AT.value
            copy.writeInt32LE(crc32(bytes, start, copy[AT.length]), AT.valueChecksum)
            copy.writeInt32LE(crc32(copy, 0, AT.headerChecksum), AT.headerChecksum)
        }
    }

/** The first copy is replaced by an older one, as it was when the step had not been done. */
export const staleAfter =
    (name: string, step: Step): Step =>
    async memory => {
        const older = Buffer.from(memory.copy(name))
        await step(memory)
        older.copy(memory.copy(name))
    }

/** Copies of a record are written where another one is listed, as the write that comes next. */
export const writtenOver =
    (listed: string, name: string): Step =>
    memory => {
        const value = memory.copy(name).subarray(AT.value, AT.value + memory.copy(name)[AT.length])
        const copy = encodeSlot(SLOT_BYTES, name, generationOf(memory.slot(0)) + 1, Buffer.from(value))
        for (const number of BOTH) copy.copy(memory.copy(listed, number))
    }

/** Copies of a record are written where nothing is listed, so many writes ahead of the head. */
export const writtenAhead =
    (name: string, by: number, place = PLACES - 1): Step =>
    memory => {
        const value = memory.copy(name).subarray(AT.value, AT.value + memory.copy(name)[AT.length])
        const copy = encodeSlot(SLOT_BYTES, name, generationOf(memory.slot(0)) + by, Buffer.from(value))
        for (const number of BOTH) copy.copy(memory.slot(2 * place + number))
    }

/** Sealed by somebody who knows no secret, with a key of zeros. */
export const sealedWithoutSecret = (name: string, value: Buffer): Step => {
    const seal = createHmac("sha256", Buffer.alloc(32)).update(`${name}\0`).update(value).digest().subarray(0, 16)
    return unsealed(name, Buffer.concat([value, seal]))
}

/** The store goes on counting writes from there. */
export const countedTo =
    (generation: number): Step =>
    async memory => {
        for (const number of BOTH) sealHead(memory.slot(number), generation)
        await memory.reopen(CHIP)
    }

/** A head is changed, and its checksum made right again. */
export const reheaded =
    (change: (head: Buffer) => void, copies: readonly number[] = BOTH): Step =>
    memory => {
        for (const number of copies) {
            const head = memory.slot(number)
            change(head)
            sealHead(head, generationOf(head))
        }
    }

/** One bit is flipped in heads, at an offset. */
export const headFlipped =
    (at: number, copies: readonly number[] = BOTH): Step =>
    memory => {
        for (const number of copies) memory.slot(number)[at] ^= 0x04
    }

/** Offset in a head of the word that lists a record. */
export const listingOffset = (memory: MadeMemory, name: string) => 3 + 4 * memory.placeOf(name)

/** The heads are as they were before the step. */
export const headBefore =
    (step: Step, copies: readonly number[] = BOTH): Step =>
    async memory => {
        await memory.sealed()
        await headKept(step, copies)(memory)
    }

/** As `headBefore`, in a memory that may not have been opened. */
export const headKept =
    (step: Step, copies: readonly number[] = BOTH): Step =>
    async memory => {
        const before = BOTH.map(number => Buffer.from(memory.slot(number)))
        await step(memory)
        for (const number of copies) before[number].copy(memory.slot(number))
    }

/** Several steps as one. */
export const all =
    (...steps: Step[]): Step =>
    async memory => {
        for (const step of steps) await step(memory)
    }
