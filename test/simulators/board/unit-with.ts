import { Board, type BoardState } from "../../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { VirtualClock } from "../../../simulators/clock"
import { Atecc608 } from "../../../simulators/parts/atecc608"
import { ElementMemory } from "../../../simulators/parts/atecc608/memory"
import { Fram } from "../../../simulators/parts/fram"
import { Random, randomStreams } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"
import { openDigest } from "../../../src/core/crypto/digest"
import { COUNTS_PER_STEP, FLOOR_COUNTER } from "../../../src/core/identity/element-counters"
import { IDENTITY_RECORD } from "../../../src/core/identity/factory"
import { SealedStore, sealKey } from "../../../src/core/identity/sealed-store"
import { RECORD_SLOTS, SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { RecordStore } from "../../../src/core/store/record-store"
import { StoredNumber } from "../../../src/core/store/stored-number"
import {
    encodeProgram,
    FLOOR_RECORD,
    PENDING_RECORD,
    type PendingRecord,
    PROGRAM_RECORD,
    type ProgramRecord,
} from "../../../src/core/update/records"
import { nodeDigest } from "../../../src/host/node-digest"
import { MemorySlots, noPause } from "../../core/store/slot-memory"

export const UNIT_ID = "5d1f0c3b6a2e4f17"

/** One stream for all, so that a secret that was lost and made again is another. */
const random = new Random("seals")

export interface UnitContents {
    /** What its flash holds; nothing if left out. */
    image?: Uint8Array
    identity?: boolean
    program?: ProgramRecord
    pending?: PendingRecord
    /** In a record. */
    floor?: number
    /** In the secure element; left out, it is not even locked. */
    elementFloor?: number
    /** Of the chip that made the seals. */
    sealedBy?: string
}

/** A unit whose flash, FRAM and secure element hold that, and an identity unless told otherwise. */
export async function unitWith(
    contents: UnitContents,
    definition: BoardDefinition = loadBoard("valve_pico", "boards"),
): Promise<BoardState> {
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const streams = randomStreams("unit with")
    const bus = new Bus({ name: "bus", clock, trace, random: streams("bus") })
    const board = new Board({ name: "unit", definition, deviceId: UNIT_ID, clock, bus, trace, random: streams })
    if (contents.image) board.install(contents.image)
    for (const part of board.parts.values()) {
        if (part instanceof Fram) part.bytes.set(await framWith(contents))
        if (part instanceof Atecc608) part.load(elementWith(contents.elementFloor))
    }
    return board.save()
}

async function framWith(contents: UnitContents): Promise<Buffer> {
    const { identity = true, program, pending, floor, sealedBy = UNIT_ID } = contents
    const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
    const sealed = await sealedStoreOn(memory, sealedBy)
    if (identity) await sealed.set(IDENTITY_RECORD, Buffer.from("this unit"))
    if (program) await sealed.set(PROGRAM_RECORD, encodeProgram(program))
    if (pending)
        await sealed.set(PENDING_RECORD, encodeProgram(pending, Buffer.from([pending.stage, pending.failedBoots])))
    if (floor !== undefined) await new StoredNumber(sealed, FLOOR_RECORD).save(floor)
    return memory.bytes
}

/**
 * The sealed records of a chip on a memory, as the device itself opens them.
 * @param source of the memory's secret, if it has none yet
 */
export async function sealedStoreOn(memory: MemorySlots, deviceId: string, source = random): Promise<SealedStore> {
    const store = new RecordStore(memory, noPause)
    await store.mount()
    const digest = await openDigest(nodeDigest, noPause)
    const key = await sealKey(store, digest, source, Buffer.from(deviceId, "hex"), noPause)
    return new SealedStore(store, digest, key, noPause)
}

function elementWith(floor: number | undefined) {
    const memory = new ElementMemory(new Random("element"))
    if (floor !== undefined) {
        // One that is not locked does not count.
        memory.lockConfiguration()
        memory.setCounter(FLOOR_COUNTER, COUNTS_PER_STEP * floor)
    }
    return memory.save()
}
