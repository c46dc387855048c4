/**
 * The fail-safe matrix: every cause that can be provoked in the simulator × every dangerous output of the reference devices × what the
 * program is doing when the cause arises. Each cell is measured: the output is on, program state and cause arise at the same moment, and the
 * time counts until the output is safe for good. The worst of several moments in the program's cycle stands in the table.
 */
import { US_PER_MS } from "../../simulators/clock"
import { Errands } from "../firmware/long-work/errand"
import type { LongWork } from "../firmware/long-work/works"
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
    /** What the program was at work on then, in the state in which it is at work. */
    work?: string
}

/**
 * When things go wrong, in milliseconds after the outputs are on: spread over the 50 ms of a cycle, the 100 ms of a sensor and the 500 ms
 * between two looks at the element, so that each of these comes first at least once.
 */
const PHASES_MS = [0, 57, 114, 171, 228, 285, 342, 399, 456, 513]
/** How much of a long work is done when things go wrong. */
const WORK_DONE = [0.05, 0.25, 0.45, 0.65, 0.85]
/** By then the program is up and its modules are bound. */
const START_MS = 5000
/** The runtime starts a program that has died again after 5.25 s. Beyond that nothing is to come. */
const WATCH_MS = 8000

/** Measures the cells of the device that the filter lets through, those of all its outputs together. */
export async function* measureMatrix(
    device: MatrixDevice,
    wanted: (cause: string, state: string) => boolean = () => true,
): AsyncGenerator<Cell[]> {
    for (const cause of device.causes)
        for (const state of PROGRAM_STATES) {
            if (!wanted(cause.name, state.name)) continue
            const moments: Moment[] = state.works
                ? device.works.flatMap(momentsOf)
                : PHASES_MS.map(phaseMs => ({ phaseMs }))
            const times: (readonly (number | undefined)[])[] = []
            for (const moment of moments) times.push(await timesToSafe(device, cause, state, moment))
            yield device.outputs.map((output, i) => {
                const worst = worstOf(times.map(time => time[i]))
                return {
                    device: device.name,
                    output: output.name,
                    cause: cause.name,
                    state: state.name,
                    limit: limitOf(device, cause, state, output),
                    worstMs: times[worst][i],
                    work: moments[worst].work?.name,
                }
            })
        }
}

/** When things go wrong. */
interface Moment {
    /** After the outputs are on. */
    phaseMs: number
    /** Begun when the outputs are on. */
    work?: LongWork
    /** How much of the work is done, from 0 to 1. */
    done?: number
}

function momentsOf(work: LongWork): Moment[] {
    return WORK_DONE.map((done, i) => ({ phaseMs: PHASES_MS[i], work, done }))
}

function limitOf(device: MatrixDevice, cause: Cause, state: ProgramState, output: Output): Limit {
    const { limit, byWiring } = cause.limits[output.name]
    const isNeverOn = cause.before !== undefined && state.program === "firmware"
    return byWiring || isNeverOn ? limit : state.limit(device, output, limit)
}

/** Place of the longest; of one that never ended, if there is one. */
function worstOf(times: readonly (number | undefined)[]): number {
    const never = times.indexOf(undefined)
    return never >= 0 ? never : times.indexOf(Math.max(...(times as number[])))
}

/** Milliseconds from the cause until each output is safe for good; undefined for one that is not. */
async function timesToSafe(
    device: MatrixDevice,
    cause: Cause,
    state: ProgramState,
    { phaseMs, work, done = 0 }: Moment,
): Promise<readonly (number | undefined)[]> {
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
    const errands = new Errands(bench, device.session.copy())
    const isOn = () => device.outputs.map(output => output.isOn(board))
    /** When each output was last seen to become safe; undefined while it is on. */
    let safeSince: (number | undefined)[] = []
    const look = () => {
        safeSince = isOn().map((on, i) => (on ? undefined : (safeSince[i] ?? clock.nowUs)))
    }
    const run = async (ms: number) => {
        const untilUs = clock.nowUs + ms * US_PER_MS
        if (errands.unsettled) await errands.settle()
        while (clock.step(untilUs)) {
            if (errands.unsettled) await errands.settle()
            look()
        }
    }

    look()
    let fromUs = clock.nowUs
    await run(START_MS)
    if (cause.ready && !isHostile) await cause.ready(bench)
    // Of a device that cannot prove who it is nothing is to be had.
    if (work?.prepare && !cause.before) await errands.durationOf(work.prepare())
    if (errands.failure) throw new Error(`${work?.name}: ${errands.failure}`)
    for (const [part, action, ms] of device.ask) {
        act(part, action)
        await run(ms)
    }
    await run(phaseMs)
    if (work) {
        errands.play(work.work())
        await run(done * (await durationOf(device, work)))
    }
    if (!cause.before) {
        const missing = device.outputs.filter(output => !output.isOn(board)).map(({ name }) => name)
        if (missing.length > 0) throw new Error(`${device.name}, ${state.name}: ${missing.join(", ")} did not come on`)
        fromUs = clock.nowUs
        state.enter(bench)
        if (!cause.ready || !isHostile) cause.arise(bench)
        look()
    } else state.enter(bench)
    await run(cause.watchMs ?? WATCH_MS)
    return safeSince.map(us => (us === undefined ? undefined : (us - fromUs) / US_PER_MS))
}

const durations = new WeakMap<LongWork, number>()

/** Of a work if nothing happens meanwhile; of that, what falls into the time for which the outputs stay on. In milliseconds. */
async function durationOf(
    { firmware, definition, unit, session, staysOnMs = Number.POSITIVE_INFINITY }: MatrixDevice,
    work: LongWork,
): Promise<number> {
    const known = durations.get(work)
    if (known !== undefined) return known
    const bench = workbenchFor(firmware, definition, { unit, name: "device", deviceId: DEVICE_ID })
    const errands = new Errands(bench, session.copy())
    bench.runMs(2 * START_MS)
    if (work.prepare) await errands.durationOf(work.prepare())
    const durationMs = Math.min(staysOnMs, await errands.durationOf(work.work()))
    if (errands.failure) throw new Error(`${work.name}: ${errands.failure}`)
    durations.set(work, durationMs)
    return durationMs
}

/** Whether a promised limit was kept; undefined where none is promised. */
export function isKept({ limit, worstMs }: Cell): boolean | undefined {
    return "why" in limit ? undefined : worstMs !== undefined && worstMs <= limit.withinMs
}
