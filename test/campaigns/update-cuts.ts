/**
 * Power cuts in a complete update, from the offer to the proof, and in one that fails its trial and goes back: before, inside and after one
 * writing operation of one memory, and what becomes of it when the power is back and the same command is run again.
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
import { MemoryJournal, type UpdateJournal } from "../../src/host/update/journal"
import { MemorySlots } from "../core/store/slot-memory"
import { seeded } from "../host/identity/factory"
import { boardOf, type Device, newUnit, packageOf, release, update } from "../host/update/releases"
import { sealedStoreOn } from "../simulators/board/unit-with"
import { type BrokenPromise, CONSENT_RECORD, UpdateWatch } from "./update-watch"

/** Memories that an update writes. Not every board has the element. */
export const CUT_MEMORIES = ["flash", "fram", "element"] as const
export type CutMemory = (typeof CUT_MEMORIES)[number]

/** Where an update leads: release 2 is good, or it never works and release 1 is put back. */
export const WAYS = ["forward", "back"] as const
export type Way = (typeof WAYS)[number]

export interface UpdateSubject {
    device: Device
    profile: BoardProfile
    way: Way
    definition: BoardDefinition
    /** As it left the factory with release 1, and with its owner's standing consent. */
    unit: BoardState
    deviceId: string
    /** The package with release 2, and the one to go back to. */
    bytes: Buffer
    lastGood: Buffer
    /** Both releases, by SHA-256. */
    images: ReadonlyMap<string, Uint8Array>
}

export interface UpdateCut extends PowerCut {
    memory: CutMemory
}

/** How the update came to its end after a cut. */
export const ENDINGS = ["by itself", "by the same command", "by repeats", "stuck"] as const
export type Ending = (typeof ENDINGS)[number]

export interface UpdateOutcome {
    device: Device
    profile: BoardProfile
    way: Way
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
/** Sequence numbers of the program that is confirmed, and of the release that is to be installed. */
const OLD_PROGRAM = 1
const NEW_PROGRAM = 2
/** In what the devices do every cycle: a release that is changed so never works. */
const EVERY_CYCLE = "async function step() {\n"
const NEVER_WORKS: [string, string] = [EVERY_CYCLE, `${EVERY_CYCLE}    if (ds.millis()) throw new Error("broken")\n`]

/** @param seed of the unit, and of everything that is random in it */
export async function updateSubjects(
    device: Device,
    seed: number,
    way: Way = "forward",
): Promise<Record<BoardProfile, UpdateSubject>> {
    const first = await buildFirmware(device)
    const second = await release(device, NEW_PROGRAM, ...(way === "back" ? [NEVER_WORKS] : []))
    const deviceId = deviceIdOf(`update campaign ${seed}`)
    const factoryNew = await newUnit(device, "stock", deviceId)
    await consentAlways(factoryNew)
    const common = {
        device,
        way,
        definition: boardOf(device),
        unit: factoryNew.board.save(),
        deviceId,
        bytes: await packageOf(device, NEW_PROGRAM, second.image),
        lastGood: await packageOf(device, OLD_PROGRAM, first.image),
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
    const outcome = await play.command()
    if (outcome !== GOALS[subject.way] || !(await play.isFinished(outcome)))
        throw new Error(`${subject.device}, ${subject.way}: the update ends ${outcome} without a cut, too`)
    const after = CUT_MEMORIES.map(memory => play.operations(memory))
    await play.unit.close()
    return CUT_MEMORIES.flatMap((memory, i) =>
        Array.from({ length: after[i] - before[i] }, (_, k) => before[i] + k).flatMap(operation =>
            CUT_PHASES.map(phase => ({ memory, operation, phase })),
        ),
    )
}

/**
 * Plays one cut: the power goes, the command ends, the power is back, and the command is run until it has ended as it may: the release is
 * confirmed, or the last good program is back, and the unit is what the command says.
 */
export async function cutUpdate(
    subject: UpdateSubject,
    cut: UpdateCut,
    journal: UpdateJournal = new MemoryJournal(),
): Promise<UpdateOutcome> {
    const { device, profile, way } = subject
    const play = new Play(subject, journal)
    const { unit, watch } = play
    await unit.powerOn()
    play.memory(cut.memory)!.cutPowerAt(cut)
    await play.command()
    if (unit.board.state !== "off") throw new Error(`the cut never came: ${JSON.stringify(cut)}`)
    await unit.connect()
    await unit.wait(SETTLE_MS)
    // On the way back, only the command knows that it has come to an end.
    const isByItself = way === "forward" && (await play.isFinished("confirmed"))
    let isFinished = false
    while (!isFinished && play.runs < MOST_RUNS) isFinished = await play.isFinished(await play.command())
    await play.unit.close()
    const ending = !isFinished
        ? "stuck"
        : play.runs > 2
          ? "by repeats"
          : isByItself
            ? "by itself"
            : "by the same command"
    return { device, profile, way, cut, ending, runs: play.runs, broken: [...watch.broken] }
}

/** How an update that nothing disturbs ends. */
const GOALS: Readonly<Record<Way, string>> = { forward: "confirmed", back: "reverted" }

/** A unit that is watched, and a host that remembers what is under way. */
export class Play {
    readonly unit: SimulatedUnit
    readonly watch: UpdateWatch
    /** Runs of the command so far. */
    runs = 0
    readonly #subject: UpdateSubject
    readonly #journal: UpdateJournal

    constructor(subject: UpdateSubject, journal: UpdateJournal = new MemoryJournal()) {
        const { device, definition, deviceId, profile, unit, images } = subject
        this.#subject = subject
        this.#journal = journal
        this.unit = new SimulatedUnit(definition, deviceId, profile)
        this.unit.board.restore(unit)
        this.watch = new UpdateWatch(this.unit, device, images)
    }

    /** @returns how it ended; undefined if the unit does not answer */
    async command(): Promise<string | undefined> {
        this.runs++
        const { bytes, lastGood, way } = this.#subject
        const options = {
            journal: this.#journal,
            random: seeded(`run ${this.runs}`),
            lastGood: way === "back" ? lastGood : undefined,
        }
        return answered(async () => (await update(this.unit, bytes, options)).outcome)
    }

    /** Whether the unit is what an outcome of the command says: on the way forward, only `confirmed` will do. */
    async isFinished(outcome: string | undefined): Promise<boolean> {
        const { unit } = this
        if (outcome !== GOALS[this.#subject.way]) return false
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
        const wanted = outcome === "confirmed" ? NEW_PROGRAM : OLD_PROGRAM
        return sequenceNumber === wanted && identity === "Valid" && mode === "Normal" && isConfirmed
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
