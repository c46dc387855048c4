/** A unit's memory as the device's own store writes it, and steps that write it, damage it, or forge it. */
import { createHash } from "node:crypto"
import { Random } from "../../simulators/random"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import type { SealedStore } from "../../src/core/identity/sealed-store"
import { crc32 } from "../../src/core/store/crc32"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RecordStore } from "../../src/core/store/record-store"
import { decodeTrailer, encodeSlot, TRAILER_BYTES } from "../../src/core/store/slot"
import { StoredNumber } from "../../src/core/store/stored-number"
import {
    encodePending,
    encodeProgram,
    FLOOR_RECORD,
    PENDING_RECORD,
    PROGRAM_RECORD,
    Stage,
} from "../../src/core/update/records"
import { MemorySlots, noPause } from "../core/store/slot-memory"
import { sealedStoreOn } from "../simulators/board/unit-with"

export const CHIP = "5d1f0c3b6a2e4f17"

/** Offsets of what a slot has at its end. */
const TRAILER_AT = SLOT_BYTES - TRAILER_BYTES
export const AT = {
    kind: TRAILER_AT + 6,
    length: TRAILER_AT + 7,
    valueChecksum: TRAILER_AT + 8,
    name: TRAILER_AT + 12,
    trailerChecksum: TRAILER_AT + 28,
} as const

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

    /** The bytes of a record's newest copy, or of the one so many before it; they can be changed. */
    copy(name: string, age = 0): Buffer {
        const copies = Array.from({ length: RECORD_SLOTS }, (_, slot) => {
            const bytes = this.slots.bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES)
            return { bytes, trailer: decodeTrailer(Buffer.from(bytes), TRAILER_AT) }
        })
        const ofName = copies.filter(({ trailer }) => trailer?.name === name)
        ofName.sort((a, b) => b.trailer!.generation - a.trailer!.generation)
        return ofName[age].bytes
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
    encodePending({ digest: digestOf(image), sequenceNumber, stage, failedBoots })
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

/** So many bits of a slot's trailer are flipped, whatever it holds, that it is no copy. */
export const spoilt =
    (slot: number): Step =>
    ({ slots }) => {
        for (const at of [AT.kind, AT.length, AT.name]) slots.bytes[slot * SLOT_BYTES + at] ^= 0x12
    }

/** What follows is written on another chip, with the same memory. */
export const onChip =
    (chip: string): Step =>
    memory =>
        memory.reopen(chip)

/** Two bits of a copy's value are flipped: too many to be put right. */
export const damaged =
    (name: string, age = 0): Step =>
    memory => {
        const copy = memory.copy(name, age)
        copy[1] ^= 0x10
        copy[2] ^= 0x01
    }

/** One bit is flipped, at an offset in the slot. */
export const flipped =
    (name: string, at: number): Step =>
    memory => {
        memory.copy(name)[at] ^= 0x04
    }

/** A copy is changed by somebody who makes its checksums right again, but cannot make seals. */
export const forged =
    (name: string, change: (copy: Buffer) => void): Step =>
    memory => {
        const copy = memory.copy(name)
        change(copy)
        copy.writeInt32LE(crc32(copy, 0, copy[AT.length]), AT.valueChecksum)
        copy.writeInt32LE(crc32(copy, TRAILER_AT, TRAILER_BYTES - 4), AT.trailerChecksum)
    }

/** A copy of a record under a generation of its own, in a slot that is still free. */
export const written =
    (slot: number, name: string, generation: number, value: Buffer | undefined): Step =>
    ({ slots }) =>
        void encodeSlot(SLOT_BYTES, name, generation, value).copy(slots.bytes, slot * SLOT_BYTES)
