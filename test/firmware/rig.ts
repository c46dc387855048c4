import { readFileSync } from "node:fs"
import { Board, type BoardState } from "../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"
import type { BoardProfile } from "../../simulators/board/verifier"
import { Bus } from "../../simulators/bus/bus"
import { programDeviceId } from "../../simulators/bus/frame"
import { ServiceSpec } from "../../simulators/bus/service-spec"
import { US_PER_S, VirtualClock } from "../../simulators/clock"
import { randomStreams } from "../../simulators/random"
import { type Json, Trace, type TraceEntry } from "../../simulators/trace"
import { RegisterReader } from "../../simulators/world/register-reader"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { twinVerifier } from "../simulators/board/twin-verifier"

const ROOT = new URL("../../", import.meta.url).pathname
const domovoi = new ServiceSpec(readFileSync(`${ROOT}services/domovoi.md`, "utf8"))

export const DEVICE_ID = "6a1f0c3b5d2e4f17"
/** By then every device works, on every profile: the doorbell of the verified one takes 2.9 s. */
const BOOT_S = 4
/** So long somebody presses a button. The stock runtime can stand still until the next frame, on the valve for 0.1 s (docs/simulator.md). */
const PRESS_S = 0.5

/** One device on a bus of its own, with a host tool that reads its `domovoi` service. Parts are named without the device. */
export class Rig {
    readonly clock = new VirtualClock()
    readonly bus: Bus
    readonly board: Board
    readonly firmware: Firmware
    readonly log: string[] = []
    readonly trace: Trace
    protected readonly reader: RegisterReader

    /**
     * @param unit what the board kept since the factory; without it, it has the program and nothing else
     * @param seed of everything random in it
     * @param metered whether its meter counts, which takes time
     */
    constructor(
        firmware: Firmware,
        definition: BoardDefinition,
        unit: BoardState | undefined,
        profile: BoardProfile = "stock",
        seed: number | string = 1,
        deviceId = DEVICE_ID,
        metered = false,
    ) {
        this.firmware = firmware
        const { clock } = this
        const trace = new Trace(clock)
        this.trace = trace
        trace.watch((entry: TraceEntry) => {
            if (entry.kind === "log") this.log.push(String(entry.line))
        })
        const random = randomStreams(seed)
        const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.bus = bus
        this.board = new Board({
            name: "device",
            definition,
            deviceId,
            profile,
            verifierOf: twinVerifier,
            clock,
            bus,
            trace,
            random,
            metered,
        })
        this.reader = new RegisterReader(bus, domovoi)
        if (unit) this.board.restore(unit)
        else this.board.install(firmware.image)
    }

    run(seconds: number): void {
        this.clock.runUntil(this.clock.nowUs + seconds * US_PER_S)
    }

    /** Switches on and waits until the program has started and its modules are bound. */
    boot(): void {
        this.board.powerOn()
        this.run(BOOT_S)
    }

    act(part: string, action: string, argument?: Json): void {
        this.board.parts.get(part)!.act(action, argument)
    }

    press(part: string): void {
        this.act(part, "press")
        this.run(PRESS_S)
        this.act(part, "release")
        this.run(0.3)
    }

    see(part: string): Record<string, Json> {
        return this.board.parts.get(part)!.observe()
    }

    /** Runs until the part shows it. @returns the seconds that took, or undefined if `withinSeconds` were not enough */
    secondsUntil(part: string, shows: Record<string, Json>, withinSeconds: number): number | undefined {
        const start = this.clock.nowUs
        const shown = () => Object.entries(shows).every(([key, value]) => this.see(part)[key] === value)
        while (!shown()) {
            if (this.clock.nowUs - start >= withinSeconds * US_PER_S) return undefined
            this.run(0.005)
        }
        return (this.clock.nowUs - start) / US_PER_S
    }

    /** Reads a register of the device's `domovoi` service over the bus. */
    register(name: string): Json | undefined {
        let answer: Json | undefined
        const device = programDeviceId(this.board.deviceId)
        this.reader.listen(device, name, value => {
            answer = value
        })
        this.reader.ask(device, name)
        this.run(0.2)
        return answer
    }
}

/** A device as it comes from the factory, if it is one that has an identity. */
export async function rig(
    device: string,
    board: string | BoardDefinition,
    boards = `${ROOT}boards`,
    profile: BoardProfile = "stock",
    metered = false,
): Promise<Rig> {
    const firmware = await buildFirmware(device)
    const definition = typeof board === "string" ? loadBoard(board, boards) : board
    const unit = await manufacture(firmware.image, definition, DEVICE_ID)
    return new Rig(firmware, definition, unit, profile, 1, DEVICE_ID, metered)
}

/** The same with a meter. */
export function meteredRig(device: string, board: string): Promise<Rig> {
    return rig(device, board, `${ROOT}boards`, "stock", true)
}

/** A board whose runtime has its timer repaired: as published, that stands still when the bus is quiet, whatever the program does (docs/simulator.md). */
export function withRepairedTimer(boardId: string): BoardDefinition {
    const board = loadBoard(boardId, `${ROOT}boards`)
    return { ...board, chip: { ...board.chip, losesZeroAlarm: false } }
}

/** A program of `test/programs` or `test/devices`, by its path below `test`. */
export function testProgram(path: string): string {
    return `${ROOT}test/${path}`
}
