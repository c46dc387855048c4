import { Board, type BoardOptions, type BoardState } from "../../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { Bus } from "../../../simulators/bus/bus"
import { US_PER_MS, VirtualClock } from "../../../simulators/clock"
import { randomStreams } from "../../../simulators/random"
import { Trace, type TraceEntry } from "../../../simulators/trace"
import { buildFirmware } from "../../../src/host/build/firmware"

/** One board on a workbench: powered, watched, with nothing else in its world. */
export interface Workbench {
    clock: VirtualClock
    bus: Bus
    trace: Trace
    entries: TraceEntry[]
    board: Board
    runMs(ms: number): void
    observe(part: string): Record<string, unknown>
    act(part: string, action: string, argument?: number | string): void
}

interface WorkbenchOptions {
    /** Of the board; the identifiers of its modules follow from it. */
    name?: string
    seed?: number
    metered?: boolean
    gcStress?: boolean
    deviceId?: string
    profile?: BoardProfile
    verifierOf?: BoardOptions["verifierOf"]
    /** What the board kept since the factory, in place of the program alone. */
    unit?: BoardState
}

/** @param firmware a reference device, or a program under test/programs */
export async function workbench(
    firmware: string,
    definition: BoardDefinition = loadBoard("valve_pico", "boards"),
    options: WorkbenchOptions = {},
): Promise<Workbench> {
    const { image } = await buildFirmware(firmware)
    return workbenchFor(image, definition, options)
}

export function workbenchFor(
    image: Uint8Array,
    definition: BoardDefinition,
    options: WorkbenchOptions = {},
): Workbench {
    const { name = "dut", seed = 1, metered = false, gcStress = false, deviceId, profile, verifierOf, unit } = options
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const entries: TraceEntry[] = []
    trace.watch(entry => entries.push(entry))
    const random = randomStreams(seed)
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    const board = new Board({
        name,
        definition,
        deviceId,
        profile,
        verifierOf,
        clock,
        bus,
        trace,
        random,
        metered,
        gcStress,
    })
    if (unit) board.restore(unit)
    else board.install(image)
    board.powerOn()
    const part = (name: string) => {
        const found = board.parts.get(name)
        if (!found) throw new Error(`no part ${name}`)
        return found
    }
    return {
        clock,
        bus,
        trace,
        entries,
        board,
        runMs: ms => clock.runUntil(clock.nowUs + ms * US_PER_MS),
        observe: name => part(name).observe(),
        act: (name, action, argument) => part(name).act(action, argument),
    }
}
