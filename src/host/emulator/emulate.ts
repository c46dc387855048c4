import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { US_PER_MS, US_PER_S, VirtualClock } from "../../../simulators/clock"
import { EmulatedBoard } from "../../../simulators/emulator/board"
import { type Random, randomStreams } from "../../../simulators/random"
import { Trace, type TraceEntry } from "../../../simulators/trace"
import { buildFirmware } from "../build/firmware"
import { referenceDeviceFor } from "../build/project"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { OutputFile } from "../output-file"
import { Pace } from "../pace"
import { FRAM_BYTES } from "../unit/fram-image"
import { PseudoTerminal } from "../unit/pseudo-terminal"
import { stateIn } from "../unit/unit-file"
import { emulatedBoard, type RuntimePaths, readRuntimeFiles } from "./runtime-files"

export interface Emulation {
    paths: RuntimePaths
    board: string
    /** What is on the board: the file of a simulated unit, or the FRAM image of a bundle; if left out, a program without an identity. */
    unit?: string
    /** Of the chip, 16 hex digits: a bundle's is bound to it. */
    deviceId?: string
    /** Program: a reference device or the path of a TypeScript file; by default the board's reference device. A unit's file has its own. */
    device?: string
    seed: number
    /** Emulated time, in microseconds; until the signal if left out. */
    forUs?: number
    /** File for what happens. */
    trace?: string
    /** Whether the board's USB serial port becomes a pseudo-terminal, in real time. */
    serialPty: boolean
    signal: AbortSignal
    happened: (entry: TraceEntry) => void
    /** Where the pseudo-terminal is. */
    opened: (path: string) => void
}

/** Times in milliseconds of the board's own. */
export interface EmulationReport {
    emulatedMs: number
    firstBeatMs?: number
    /** Between edges of the line that feeds the board's first dead-man, from the tenth on. */
    beatGapMs?: { edges: number; median: number; longest: number }
    /** The chip stood still until the end: nothing woke it. */
    standsStillSinceMs?: number
    resets: number
    instructions: number
    cycles: number
    /** Share of the chip's time in which it did not wait. */
    load: number
    cpuSeconds: number
    traceSha256: string
}

const DEVICE_ID = "e6614c311b7e6f2a"
/** Emulated time between two looks at the world outside. */
const SLICE_US = 2 * US_PER_MS
const STARTING_EDGES = 10
const STILL_US = 100 * US_PER_MS

/** @throws InputError; no trace is left behind then */
export async function emulate(options: Emulation): Promise<EmulationReport> {
    const file = options.trace === undefined ? undefined : new OutputFile(options.trace)
    try {
        const report = await emulated(options, line => file?.write(line))
        file?.keep()
        return report
    } catch (error) {
        file?.discard()
        throw error
    }
}

async function emulated(options: Emulation, onTraceLine: (line: string) => void): Promise<EmulationReport> {
    const definition = emulatedBoard(options.board)
    const runtime = readRuntimeFiles(options.paths)
    const clock = new VirtualClock()
    const trace = new Trace(clock, onTraceLine)
    trace.watch(options.happened)
    const random = randomStreams(options.seed)
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    const { deviceId, state, image } = await contentOf(options)
    const usb = options.serialPty
    const board = new EmulatedBoard({ name: "board", definition, deviceId, runtime, clock, bus, trace, random, usb })
    if (image) board.install(image)
    if (state) board.restore(state)
    const beats = watchBeats(board, definition, clock)
    const terminal = usb ? await PseudoTerminal.open(bytes => board.writeSerial(bytes)) : undefined
    if (terminal) {
        board.onSerial = bytes => terminal.write(bytes)
        options.opened(terminal.path)
    }
    const cpuBefore = process.cpuUsage()
    board.powerOn()
    const stood = await pass(board, clock, options)
    const cpu = process.cpuUsage(cpuBefore)
    await terminal?.close()
    const { instructions, cycles } = board.work
    const report: EmulationReport = {
        emulatedMs: clock.nowUs / US_PER_MS,
        ...beats(),
        ...(stood === undefined ? {} : { standsStillSinceMs: stood / US_PER_MS }),
        resets: board.resets,
        instructions,
        cycles,
        load: cycles / (CLOCK_HZ * (clock.nowUs / US_PER_S)),
        cpuSeconds: (cpu.user + cpu.system) / US_PER_S,
        traceSha256: trace.sha256(),
    }
    board.powerOff()
    return report
}

/** Of an RP2040 as the runtime sets it up. */
const CLOCK_HZ = 125_000_000

interface Content {
    deviceId: string
    state?: BoardState
    image?: Uint8Array
}

async function contentOf({ unit, board, deviceId, device, seed }: Emulation): Promise<Content> {
    const bytes = unit === undefined ? undefined : readInputFile(unit, MAX_FILE_BYTES.simulatedUnit)
    if (bytes && bytes.length !== FRAM_BYTES) {
        const kept = stateIn(unit!)
        if (kept.board !== board) throw new InputError(`${unit}: this unit is for ${kept.board}, not for ${board}`)
        return { deviceId: kept.deviceId, state: kept.state as BoardState }
    }
    const program = device ?? (await referenceDeviceFor(board))
    if (!program) throw new InputError(`no reference device is for ${board}; say with --device what runs on it`)
    const { image } = await buildFirmware(program)
    if (!bytes) return { deviceId: deviceId ?? DEVICE_ID, image }
    if (!deviceId) throw new InputError(`${unit} is bound to a chip: give its identifier with --device-id`)
    const definition = emulatedBoard(board)
    // A board of this kind, as a factory programs it: the program in its flash, the image in its memory.
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const random: (stream: string) => Random = randomStreams(seed)
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    const runtime = { flash: new Uint8Array(BLANK_FLASH_BYTES), bootRom: new Uint8Array(0) }
    const blank = new EmulatedBoard({
        name: "factory",
        definition,
        deviceId,
        runtime,
        clock,
        bus,
        trace,
        random,
        usb: false,
    })
    blank.install(image)
    const made = blank.save()
    return { deviceId, state: { ...made, parts: { ...made.parts, fram: bytes.toString("base64") } } }
}

const BLANK_FLASH_BYTES = 2 * 1024 * 1024

/** @returns what came of the board's first dead-man's line so far */
function watchBeats(board: EmulatedBoard, definition: BoardDefinition, clock: VirtualClock) {
    const edges: number[] = []
    const [deadman] = Object.values(definition.circuit.description.deadmen)
    if (deadman) board.wiring.watch(deadman.input, () => edges.push(clock.nowUs))
    return (): Pick<EmulationReport, "firstBeatMs" | "beatGapMs"> => {
        if (edges.length === 0) return {}
        const gaps = edges
            .slice(1)
            .map((edge, i) => edge - edges[i])
            .slice(STARTING_EDGES)
            .sort((a, b) => a - b)
        return {
            firstBeatMs: edges[0] / US_PER_MS,
            ...(gaps.length > 0 && {
                beatGapMs: {
                    edges: gaps.length,
                    median: gaps[gaps.length >> 1] / US_PER_MS,
                    longest: gaps.at(-1)! / US_PER_MS,
                },
            }),
        }
    }
}

/**
 * Lets time pass: as fast as it goes, or, where somebody is at the serial port, no faster than this machine's.
 * @returns since when the chip has carried out nothing, in microseconds, if it stood still at the end
 */
async function pass(
    board: EmulatedBoard,
    clock: VirtualClock,
    { forUs = Number.POSITIVE_INFINITY, serialPty, signal }: Emulation,
): Promise<number | undefined> {
    const pace = serialPty ? new Pace() : undefined
    let instructions = 0
    let workedUs = 0
    while (clock.nowUs < forUs && !signal.aborted) {
        clock.runUntil(Math.min(clock.nowUs + SLICE_US, forUs))
        const now = board.work.instructions
        if (now !== instructions) workedUs = clock.nowUs
        instructions = now
        await (pace ? pace.rest(clock.nowUs) : new Promise(setImmediate))
    }
    return clock.nowUs - workedUs > STILL_US ? workedUs : undefined
}
