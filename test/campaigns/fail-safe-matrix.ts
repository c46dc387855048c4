/**
 * The fail-safe matrix: every cause that can be provoked in the simulator × every dangerous output of the reference devices × what the
 * program is doing when the cause arises. Each cell is measured: the output is on, program state and cause arise at the same moment, and the
 * time counts until the output is safe for good. The worst of several moments in the program's cycle stands in the table.
 */
import { US_PER_MS } from "../../simulators/clock"
import { DEVICE_ID } from "../firmware/rig"
import { workbenchFor } from "../simulators/board/workbench"
import type { Cause, Limit, MatrixDevice, Output } from "./fail-safe-matrix-devices"
import { PROGRAM_STATES, type ProgramState } from "./fail-safe-matrix-states"

export interface Cell {
    device: string
    output: string
    cause: string
    state: string
    limit: Limit
    /** Milliseconds from the cause to the safe state, the worst of all phases; undefined if the output stayed on. */
    worstMs: number | undefined
}

/**
 * When things go wrong, in milliseconds after the outputs are on: spread over the 50 ms of a cycle, the 100 ms of a sensor and the 500 ms
 * between two looks at the element, so that each of these comes first at least once.
 */
const PHASES_MS = [0, 57, 114, 171, 228, 285, 342, 399, 456, 513]
/** By then the program is up and its modules are bound. */
const START_MS = 3000
/** The runtime starts a program that has died again after 5.25 s. Beyond that nothing is to come. */
const WATCH_MS = 8000

/** Measures the cells of the device that the filter lets through, those of all its outputs together. */
export function* measureMatrix(
    device: MatrixDevice,
    wanted: (cause: string, state: string) => boolean = () => true,
): Generator<Cell[]> {
    for (const cause of device.causes)
        for (const state of PROGRAM_STATES) {
            if (!wanted(cause.name, state.name)) continue
            const times = PHASES_MS.map(phaseMs => timesToSafe(device, cause, state, phaseMs))
            yield device.outputs.map((output, i) => ({
                device: device.name,
                output: output.name,
                cause: cause.name,
                state: state.name,
                limit: limitOf(device, cause, state, output),
                worstMs: worst(times.map(time => time[i])),
            }))
        }
}

function limitOf(device: MatrixDevice, cause: Cause, state: ProgramState, output: Output): Limit {
    const { limit, byWiring } = cause.limits[output.name]
    const isNeverOn = cause.before !== undefined && state.program === "firmware"
    return byWiring || isNeverOn ? limit : state.limit(device, output, limit)
}

function worst(times: readonly (number | undefined)[]): number | undefined {
    return times.includes(undefined) ? undefined : Math.max(...(times as number[]))
}

/** Milliseconds from the cause until each output is safe for good; undefined for one that is not. */
function timesToSafe(
    device: MatrixDevice,
    cause: Cause,
    state: ProgramState,
    phaseMs: number,
): readonly (number | undefined)[] {
    const isHostile = state.program === "hostile"
    const { unit, definition } = device
    const bench = workbenchFor(isHostile ? device.hostile : device.firmware, definition, {
        unit: isHostile ? undefined : (cause.before?.(unit) ?? unit),
        // Whose module its gas sensor was set up with: see `Rig`.
        name: "device",
        deviceId: DEVICE_ID,
        seed: phaseMs,
    })
    const { board, clock, act } = bench
    cause.prepare?.(bench)
    const isOn = () => device.outputs.map(output => output.isOn(board))
    /** When each output was last seen to become safe; undefined while it is on. */
    let safeSince: (number | undefined)[] = []
    const look = () => {
        safeSince = isOn().map((on, i) => (on ? undefined : (safeSince[i] ?? clock.nowUs)))
    }
    const run = (ms: number) => {
        const untilUs = clock.nowUs + ms * US_PER_MS
        while (clock.step(untilUs)) look()
    }

    look()
    let fromUs = clock.nowUs
    run(START_MS)
    for (const [part, action, ms] of device.ask) {
        act(part, action)
        run(ms)
    }
    run(phaseMs)
    if (!cause.before) {
        const missing = device.outputs.filter(output => !output.isOn(board)).map(({ name }) => name)
        if (missing.length > 0) throw new Error(`${device.name}, ${state.name}: ${missing.join(", ")} did not come on`)
        fromUs = clock.nowUs
        state.enter(bench)
        cause.arise(bench)
        look()
    } else state.enter(bench)
    run(WATCH_MS)
    return safeSince.map(us => (us === undefined ? undefined : (us - fromUs) / US_PER_MS))
}

/** Whether a promised limit was kept; undefined where none is promised. */
export function isKept({ limit, worstMs }: Cell): boolean | undefined {
    return "why" in limit ? undefined : worstMs !== undefined && worstMs <= limit.withinMs
}
