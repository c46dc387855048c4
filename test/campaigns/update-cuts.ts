/**
 * Power cuts in a complete update: from the offer to the end of the trial, before, inside and after one writing operation of one memory, and
 * what becomes of it when the power is back and the same command is run again.
 */
import type { BoardState } from "../../simulators/board/board"
import type { BoardDefinition } from "../../simulators/board/definition"
import type { BoardProfile } from "../../simulators/board/verifier"
import { deviceIdOf } from "../../simulators/bus/server"
import type { NorFlash } from "../../simulators/flash"
import type { Atecc608 } from "../../simulators/parts/atecc608"
import type { Fram } from "../../simulators/parts/fram"
import { CUT_PHASES, type PowerCut } from "../../simulators/power-cut"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { Consent } from "../../src/core/update/update-agent"
import { buildFirmware } from "../../src/host/build/firmware"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { LinkError } from "../../src/host/unit/unit-link"
import { MemoryJournal } from "../../src/host/update/journal"
import { MemorySlots } from "../core/store/slot-memory"
import { seeded } from "../host/identity/factory"
import { boardOf, type Device, newUnit, packageOf, release, update } from "../host/update/releases"
import { sealedStoreOn } from "../simulators/board/unit-with"
import { type BrokenPromise, CONSENT_RECORD, UpdateWatch } from "./update-watch"

/** Memories that an update writes. Not every board has the element. */
export const CUT_MEMORIES = ["flash", "fram", "element"] as const
export type CutMemory = (typeof CUT_MEMORIES)[number]

export interface UpdateSubject {
    device: Device
    profile: BoardProfile
    definition: BoardDefinition
    /** As it left the factory with release 1, and with its owner's standing consent. */
    unit: BoardState
    deviceId: string
    /** The package with release 2. */
    bytes: Buffer
    /** Both releases, by SHA-256. */
    images: ReadonlyMap<string, Uint8Array>
}

export interface UpdateCut extends PowerCut {
    memory: CutMemory
}

/** How the update came to its end after a cut. */
export const ENDINGS = ["by itself", "by the same command", "by a person"] as const
export type Ending = (typeof ENDINGS)[number]

export interface UpdateOutcome {
    device: Device
    profile: BoardProfile
    cut: UpdateCut
    ending: Ending
    /** Runs of the command, the one that was cut off included. */
    runs: number
    broken: BrokenPromise[]
}

/** The program starts within 1.2 s and is on trial for 5 s. */
const SETTLE_MS = 10_000
/** A person gives up after so many runs of the command. */
const MOST_RUNS = 4
/** Its services are announced twice a second. */
const FIND_MS = 2_000
/** Sequence number of the release that is to be installed. */
const NEW_PROGRAM = 2

/** @param seed of the unit, and of everything that is random in it */
export async function updateSubjects(device: Device, seed: number): Promise<Record<BoardProfile, UpdateSubject>> {
    const [first, second] = [await buildFirmware(device), await release(device, NEW_PROGRAM)]
    const deviceId = deviceIdOf(`update campaign ${seed}`)
    const factoryNew = await newUnit(device, "stock", deviceId)
    await consentAlways(factoryNew)
    const common = {
        device,
        definition: boardOf(device),
        unit: factoryNew.board.save(),
        deviceId,
        bytes: await packageOf(device, NEW_PROGRAM, second.image),
        images: new Map([first, second].map(({ sha256, image }) => [sha256, image])),
    }
    return { stock: { ...common, profile: "stock" }, verified: { ...common, profile: "verified" } }
}

/** Lets the unit know that its owner wants all updates. */
async function consentAlways({ board }: SimulatedUnit): Promise<void> {
    const { bytes } = board.parts.get("fram") as Fram
    const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
    memory.bytes.set(bytes.subarray(0, memory.bytes.length))
    await (await sealedStoreOn(memory, board.deviceId)).set(CONSENT_RECORD, Buffer.of(Consent.Always))
    bytes.set(memory.bytes)
}

/** Every cut there can be in an update that nothing else disturbs. */
export async function cutsOf(subject: UpdateSubject): Promise<UpdateCut[]> {
    const play = new Play(subject)
    await play.unit.powerOn()
    const before = CUT_MEMORIES.map(memory => play.operations(memory))
    if ((await play.command()) !== "confirmed")
        throw new Error(`${subject.device}: the update fails without a cut, too`)
    const after = CUT_MEMORIES.map(memory => play.operations(memory))
    await play.unit.close()
    return CUT_MEMORIES.flatMap((memory, i) =>
        Array.from({ length: after[i] - before[i] }, (_, k) => before[i] + k).flatMap(operation =>
            CUT_PHASES.map(phase => ({ memory, operation, phase })),
        ),
    )
}

/** Plays one cut: the power goes, the command ends, the power is back, and the command is run until it succeeds. */
export async function cutUpdate(subject: UpdateSubject, cut: UpdateCut): Promise<UpdateOutcome> {
    const { device, profile } = subject
    const play = new Play(subject)
    const { unit, watch } = play
    await unit.powerOn()
    play.memory(cut.memory)!.cutPowerAt(cut)
    await play.command()
    if (unit.board.state !== "off") throw new Error(`the cut never came: ${JSON.stringify(cut)}`)
    await unit.connect()
    await unit.wait(SETTLE_MS)
    const isByItself = await play.isFinished()
    let isFinished = false
    while (!isFinished && play.runs < MOST_RUNS)
        isFinished = (await play.command()) === "confirmed" && (await play.isFinished())
    await play.unit.close()
    const ending = !isFinished ? "by a person" : isByItself ? "by itself" : "by the same command"
    return { device, profile, cut, ending, runs: play.runs, broken: [...watch.broken] }
}

/** A unit that is watched, and a host that remembers what it was granted. */
export class Play {
    readonly unit: SimulatedUnit
    readonly watch: UpdateWatch
    /** Runs of the command so far. */
    runs = 0
    readonly #bytes: Buffer
    readonly #journal = new MemoryJournal()

    constructor({ device, definition, deviceId, profile, unit, bytes, images }: UpdateSubject) {
        this.#bytes = bytes
        this.unit = new SimulatedUnit(definition, deviceId, profile)
        this.unit.board.restore(unit)
        this.watch = new UpdateWatch(this.unit, device, images)
    }

    /** @returns how it ended; undefined if the unit does not answer */
    async command(): Promise<string | undefined> {
        this.runs++
        const options = { journal: this.#journal, random: seeded(`run ${this.runs}`) }
        return answered(async () => (await update(this.unit, this.#bytes, options)).outcome)
    }

    /** Whether release 2 is confirmed and at work on a unit with an identity. */
    async isFinished(): Promise<boolean> {
        const { unit } = this
        const found = await answered(async () => {
            await unit.find(FIND_MS)
            const stateIn = async (register: string) => ((await unit.get(register)) as { state: string }).state
            return [
                await unit.get("sequence_number"),
                await unit.get("identity"),
                await stateIn("state"),
                await stateIn("update"),
            ]
        })
        if (!found) return false
        const [sequenceNumber, identity, mode, update] = found
        const isConfirmed = update === "Confirmed" || update === "Idle"
        return sequenceNumber === NEW_PROGRAM && identity === "Valid" && mode === "Normal" && isConfirmed
    }

    memory(name: CutMemory): NorFlash | Fram | Atecc608 | undefined {
        const { flash, parts } = this.unit.board
        return name === "flash" ? flash : (parts.get(name) as Fram | Atecc608 | undefined)
    }

    operations(name: CutMemory): number {
        return this.memory(name)?.operations ?? 0
    }
}

/** @returns undefined if the unit went away */
async function answered<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
        return await ask()
    } catch (error) {
        if (error instanceof LinkError) return undefined
        throw error
    }
}
