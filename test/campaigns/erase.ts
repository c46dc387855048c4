/**
 * Whether a factory reset erases: devices that somebody has lived with are reset, with the power cut at every writing operation of their
 * memories, and then the raw images of these are searched for what the owner left in them.
 */
import type { Board, BoardState } from "../../simulators/board/board"
import { loadBoard } from "../../simulators/board/definition"
import type { BoardProfile } from "../../simulators/board/verifier"
import { jacdac } from "../../simulators/bus/jacdac"
import { deviceIdOf } from "../../simulators/bus/server"
import { US_PER_S } from "../../simulators/clock"
import type { Fram } from "../../simulators/parts/fram"
import { CUT_PHASES, type PowerCut } from "../../simulators/power-cut"
import { CELL_BYTES, readEntry } from "../../src/core/eventlog/entry"
import { LOG_AT, LOG_BYTES, STAGING_AT } from "../../src/core/store/memory-layout"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import type { MemorySession } from "../../src/host/session/kept-session"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { Phone } from "../firmware/phone"
import { DEVICE_ID, Rig } from "../firmware/rig"
import { SecretFinder } from "./secret-finder"
import { recordsInFram } from "./subjects"

/** Records of the owner. Their values end in seals, which nothing else looks like. */
const SEALED: Readonly<Record<string, string>> = {
    household: "record household",
    tries: "record tries",
    consents: "record consents",
    disabled: "record disabled",
    kept1: "record kept1",
    session0a: "Anna's keys",
    session0b: "Anna's keys",
    session1a: "Ben's keys",
    session1b: "Ben's keys",
}
/** Records that tell of habits. Their values are too short to be found, so their names are looked for. */
const COUNTERS = ["openings", "rings"]
const RESETTING = "resetting"
const FORGETTING = "forgetting"

/** A press that resets takes 10 s. */
const PRESS_S = 15
/** Longest that a reset takes after the start, in seconds, with room. */
const RESET_S = 40
/** A program that does not start within this time will not. */
const START_S = 4

type MemoryName = "flash" | "fram"

export interface EraseSubject {
    name: string
    firmware: Firmware
    board: string
    /** After a life with its owner. */
    lived: BoardState
    /** The same, when the reset has just begun. */
    begun: BoardState
    memories: readonly MemoryName[]
    secrets: SecretFinder
    /** The owner's. */
    anna: MemorySession
}

export interface Erasure {
    memory?: MemoryName
    cut?: PowerCut
    /** What the search found when it was over. */
    found: string[]
    /** Whether the reset came to its end. */
    completed: boolean
    /** Whether the program had to be installed again, because the runtime lost its store. */
    reinstalled: boolean
    /** From the start on which it came to its end. */
    seconds: number
    /** Writing operations that it took, of each memory. */
    operations: Record<MemoryName, number>
}

export async function eraseSubjects(): Promise<Record<"valve" | "doorbell", EraseSubject>> {
    return {
        valve: await subject("gas-valve", "valve_pico", "button", ["fram"]),
        doorbell: await subject("doorbell", "doorbell_c3", "release", ["fram", "flash"]),
    }
}

/** One erasure without a cut, then one for each cut, at every `stride`-th operation of each memory. */
export function* eraseCampaign(
    subject: EraseSubject,
    profile: BoardProfile,
    strides: Record<MemoryName, number>,
): Generator<Erasure> {
    const whole = erasure(subject, profile)
    yield whole
    for (const memory of subject.memories)
        for (let operation = 0; operation < whole.operations[memory]; operation += strides[memory])
            for (const phase of CUT_PHASES) yield erasure(subject, profile, memory, { operation, phase })
}

/** Completes a reset that has begun, with the power cut once on the way. */
export function erasure(
    subject: EraseSubject,
    profile: BoardProfile = "stock",
    memory?: MemoryName,
    cut?: PowerCut,
): Erasure {
    const { firmware, secrets } = subject
    const rig = rigOf(subject, subject.begun, profile)
    const { board } = rig
    let reinstalled = false
    if (memory && cut) {
        memoryOf(board, memory).cutPowerAt(cut)
        board.powerOn()
        runUntil(rig, RESET_S, () => board.state === "off")
        if (board.state !== "off") throw new Error(`the cut never came: ${memory} ${JSON.stringify(cut)}`)
        rig.run(0.5)
    }
    rig.log.length = 0
    board.powerOn()
    rig.run(START_S)
    if (!rig.log.some(line => line.startsWith("* start:"))) {
        board.deploy(firmware.image)
        reinstalled = true
    }
    const started = rig.clock.nowUs - START_S * US_PER_S
    const completed = isOver(rig)
    return {
        memory,
        cut,
        found: found(board, secrets),
        completed,
        reinstalled,
        seconds: (rig.clock.nowUs - started) / US_PER_S,
        operations: { fram: memoryOf(board, "fram").operations, flash: board.flash.operations },
    }
}

/** Whose secrets lie in the images of a board's memories. */
export function found(board: Board, secrets: SecretFinder): string[] {
    const images = [board.flash.bytes, (board.parts.get("fram") as Fram).bytes]
    return [...new Set(images.flatMap(image => [...secrets.ownersIn(Buffer.from(image))]))].sort()
}

/** A device as it was saved, without power. */
export function rigOf(
    { firmware, board }: EraseSubject,
    state: BoardState,
    profile?: BoardProfile,
    metered = false,
): Rig {
    return new Rig(firmware, loadBoard(board, "boards"), state, profile, undefined, undefined, metered)
}

/** Tells the chip's Wi-Fi server something, as an app does that sets up a device. */
export function tellWifi(rig: Rig, command: number, data: Uint8Array = new Uint8Array(0)): void {
    const packet = jacdac.Packet.from(command, data)
    packet.deviceIdentifier = deviceIdOf("device.chip-servers")
    // Behind the control service and the chime.
    packet.serviceIndex = 2
    packet.isCommand = true
    const app = { name: "app", receive: () => {} }
    rig.bus.attach(app)
    rig.bus.send(app, packet.toBuffer())
    rig.run(0.5)
    rig.bus.detach(app)
}

export const PASSWORD = "correct horse battery staple"

async function subject(
    name: string,
    boardId: string,
    touch: string,
    memories: readonly MemoryName[],
): Promise<EraseSubject> {
    const firmware = await buildFirmware(name)
    const definition = loadBoard(boardId, "boards")
    const rig = new Rig(firmware, definition, await manufacture(firmware.image, definition, DEVICE_ID))
    const { board } = rig
    const secrets = new SecretFinder()
    const anna = await liveWith(rig, touch, name === "doorbell", secrets)
    for (const [record, value] of Object.entries(await recordsInFram(board))) {
        if (record in SEALED) secrets.add(SEALED[record], Buffer.from(value, "hex"))
        if (COUNTERS.includes(record)) secrets.add(`record ${record}`, nameInTrailer(record))
    }
    for (let at = LOG_AT; at < LOG_AT + LOG_BYTES; at += CELL_BYTES) {
        const entry = readEntry(Buffer.from((board.parts.get("fram") as Fram).bytes.subarray(at, at + CELL_BYTES)))
        if (entry) secrets.add("event log", entry.seal)
    }
    const lived = board.save()
    rig.act(touch, "press")
    const begins = () => Buffer.from((board.parts.get("fram") as Fram).bytes).includes(nameInTrailer(RESETTING))
    runUntil(rig, PRESS_S, begins)
    if (!begins()) throw new Error(`${name}: a long press begins no reset`)
    // The record is whole soon, and the device starts anew 0.5 s after that.
    rig.run(0.3)
    board.powerOff()
    return { name, firmware, board: boardId, lived, begun: board.save(), memories, secrets, anna }
}

/** @returns what the owner's phone keeps */
async function liveWith(rig: Rig, touch: string, watches: boolean, secrets: SecretFinder): Promise<MemorySession> {
    const phone = new Phone(rig, "Anna")
    rig.boot()
    await phone.claim(touch)
    await phone.bring("Ben", "family", touch)
    secrets.add("open invitation", (await phone.invite("guest")).secret)
    // What came of an update that was offered.
    const staged = Buffer.from("package from a maker")
    ;(rig.board.parts.get("fram") as Fram).bytes.set(staged, STAGING_AT + 12_000)
    secrets.add("staged package", staged)
    if (watches) {
        for (const use of [0, 1]) agreed(await phone.answer(use, "Yes"), 0)
        tellWifi(rig, jacdac.WifiCmd.AddNetwork, jacdac.jdpack("z z", ["Anna's home", PASSWORD]))
        secrets.add("Wi-Fi name", Buffer.from("Anna's home"))
        secrets.add("Wi-Fi password", Buffer.from(PASSWORD))
        rig.press("button")
        rig.run(12)
    }
    // Of whoever has opened and shut the valve.
    else rig.press(touch)
    agreed(await phone.disable(true), "None")
    rig.run(1)
    return phone.session
}

function agreed(refusal: unknown, expected: unknown): void {
    if (refusal !== expected) throw new Error(`refused: ${refusal}`)
}

/** Waits until the records are gone that say that a reset has begun, and that the log has still to forget. */
export function isOver(rig: Rig): boolean {
    const { bytes } = rig.board.parts.get("fram") as Fram
    const over = () => [RESETTING, FORGETTING].every(record => !Buffer.from(bytes).includes(nameInTrailer(record)))
    runUntil(rig, RESET_S, over)
    return over()
}

/** A record's name as every copy of it has it: 16 bytes. */
function nameInTrailer(record: string): Buffer {
    return Buffer.from(record.padEnd(16, "\0"))
}

export function runUntil(rig: Rig, seconds: number, done: () => boolean): void {
    for (let s = 0; s < seconds && !done(); s += 0.05) rig.run(0.05)
}

function memoryOf(board: Board, memory: MemoryName) {
    return memory === "flash" ? board.flash : (board.parts.get(memory) as unknown as typeof board.flash)
}
