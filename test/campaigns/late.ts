/**
 * Whether long work delays what makes an output safe: at a random moment of each work, with a sensor that streams at each rate, something
 * happens after which an output has to be safe, and the time counts until it is.
 */
import { US_PER_MS } from "../../simulators/clock"
import { Random } from "../../simulators/random"
import { Errands } from "../firmware/long-work/errand"
import type { LongWork } from "../firmware/long-work/works"
import { DEVICE_ID } from "../firmware/rig"
import { type Workbench, workbenchFor } from "../simulators/board/workbench"
import type { Emergency, LateSubject } from "./late-devices"
import { type SensorStream, streamAs } from "./sensor-stream"

/** Times between two readings, in milliseconds: as sensors do, and faster than Jacdac allows any. */
export const RATES_MS = [5, 10, 20, 50, 100, 200] as const
export interface LateOutcome {
    device: string
    work: string
    everyMs: number
    emergency: string
    /** From what happens until the output is safe. */
    limitMs: number
    seed: number
    /**
     * `safe`: it became so, after `ms`. `on`: it did not while it was watched. `held`: when it happened the output was safe already, for the
     * device would not let it on beside its work.
     */
    came: "safe" | "on" | "held"
    ms?: number
    /** The work was not over when it happened. */
    underWay: boolean
}

/** By then the program is up and its modules are bound. */
const START_MS = 5000
/** Longer than any rhythm of the devices. */
const CYCLES_MS = 500
/** It happens at most so long after the end of a work that was begun when the outputs came on. */
const SOON_MS = 1000
const WATCH_MS = 6000
/** An output that stayed safe for so long is. */
const SETTLED_MS = 500

/** What is played: one of each kind, by turns, so that equal numbers of seeds meet each. */
export interface LateCase {
    work: LongWork
    everyMs: number
    emergency: Emergency
}

export function casesOf({ works, emergencies }: LateSubject, work?: string, everyMs?: number): LateCase[] {
    const chosen = works.filter(({ name }) => work === undefined || name.includes(work))
    const rates = RATES_MS.filter(rate => everyMs === undefined || rate === everyMs)
    return chosen.flatMap(work =>
        rates.flatMap(rate => emergencies.map(emergency => ({ work, everyMs: rate, emergency }))),
    )
}

/** A prime: so few seeds meet all works. */
const STRIDE = 101

export function caseOf(cases: readonly LateCase[], seed: number): LateCase {
    return cases[(seed * STRIDE) % cases.length]
}

/** Plays seeds with a device. Equal seeds of equal cases give equal outcomes. */
export class LateCampaign {
    readonly subject: LateSubject
    /** How long each work takes at each rate if nothing happens, in milliseconds. */
    readonly #durations = new Map<string, number>()

    constructor(subject: LateSubject) {
        this.subject = subject
    }

    async play({ work, everyMs, emergency }: LateCase, seed: number): Promise<LateOutcome> {
        const { device, outputs, ask, staysOnMs } = this.subject
        const random = new Random(`late ${device} ${work.name} ${everyMs} ${emergency.name} ${seed}`)
        const durationMs = await this.#durationOf(work, everyMs)
        const { bench, sensor, errands } = await this.#begin(work, everyMs, random, emergency)
        const { clock, board, act } = bench
        let atUs = clock.nowUs + durationMs * US_PER_MS + random.below(CYCLES_MS * US_PER_MS)
        for (const [part, action, ms] of ask) {
            clock.at(atUs, () => act(part, action))
            atUs += ms * US_PER_MS
        }
        const happensUs = atUs + random.below((staysOnMs ?? durationMs + SOON_MS) * US_PER_MS)
        const beginsUs = happensUs - random.below(durationMs * US_PER_MS)
        clock.at(beginsUs, () => errands.play(work.work()))
        while (clock.step(happensUs)) if (errands.unsettled) await errands.settle()

        const { limitMs } = emergency
        const outcome = { device, work: work.name, everyMs, emergency: emergency.name, limitMs, seed }
        const output = outputs.find(({ name }) => name === emergency.output)!
        const { underWay } = errands
        if (!output.isOn(board)) return { ...outcome, came: "held", underWay }
        const fromUs = clock.nowUs
        emergency.arise(bench, sensor)
        let safeSinceUs: number | undefined
        const untilUs = fromUs + WATCH_MS * US_PER_MS
        while (clock.step(untilUs)) {
            if (errands.unsettled) await errands.settle()
            safeSinceUs = output.isOn(board) ? undefined : (safeSinceUs ?? clock.nowUs)
            if (safeSinceUs !== undefined && clock.nowUs - safeSinceUs > SETTLED_MS * US_PER_MS) break
        }
        if (safeSinceUs === undefined) return { ...outcome, came: "on", underWay }
        return { ...outcome, came: "safe", ms: (safeSinceUs - fromUs) / US_PER_MS, underWay }
    }

    async #durationOf(work: LongWork, everyMs: number): Promise<number> {
        const key = `${work.name} ${everyMs}`
        const known = this.#durations.get(key)
        if (known !== undefined) return known
        const { bench, errands } = await this.#begin(work, everyMs, new Random(`duration of ${key}`))
        // What a start leaves to be done is no part of it.
        bench.runMs(START_MS)
        const durationMs = await errands.durationOf(work.work())
        this.#durations.set(key, durationMs)
        return durationMs
    }

    /** The device is up, all is ready for the work, and its sensor begins to stream at that rate. */
    async #begin(
        work: LongWork,
        everyMs: number,
        random: Random,
        emergency?: Emergency,
    ): Promise<{ bench: Workbench; sensor: SensorStream; errands: Errands }> {
        const { firmware, definition, unit, session, sensor, silence } = this.subject
        const options = { unit, name: "device", deviceId: DEVICE_ID, seed: random.uint32() }
        const bench = workbenchFor(firmware, definition, options)
        const errands = new Errands(bench, session?.copy())
        emergency?.prepare?.(bench)
        bench.runMs(START_MS)
        await emergency?.ready?.(bench)
        if (work.prepare) {
            await errands.durationOf(work.prepare())
            if (errands.failure) throw new Error(`${work.name}: ${errands.failure}`)
        }
        silence?.(bench)
        const stream = streamAs(bench, sensor.part, everyMs, random.unit() * everyMs, sensor.calm)
        return { bench, sensor: stream, errands }
    }
}

/** Whether the promise was kept. */
export function isInTime({ came, ms = 0, limitMs }: LateOutcome): boolean {
    return came === "held" || (came === "safe" && ms < limitMs)
}
