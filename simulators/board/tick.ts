/**
 * The alarm by which the RP2040 port wakes the main loop (jacdac-c, jd_physical.c: `set_tick_timer`; port, tim.c: `tim_set_timer`). Each
 * tick sets the next one, `jd_max_sleep` later, as that variable stands at the tick; so does the bus when a frame has come or gone.
 */

/** The shortest delay that the port sets. */
const SHORTEST_US = 10
/** From the alarm to the next one's being set the interrupt takes about this long (estimate: some 250 cycles at 125 MHz). */
const LATENCY_US = 2

export class Tick {
    readonly #losesZeroAlarm: boolean
    #atUs: number | undefined

    /**
     * @param losesZeroAlarm a delay of 0 is not raised to the shortest one: the alarm is set to the moment itself, and never comes. So it is in
     *   the port as published, where the lower bound is applied before the delay is replaced by `jd_max_sleep`.
     */
    constructor(losesZeroAlarm: boolean) {
        this.#losesZeroAlarm = losesZeroAlarm
    }

    arm(nowUs: number, maxSleepUs: number): void {
        const isLost = maxSleepUs === 0 && this.#losesZeroAlarm
        this.#atUs = isLost ? undefined : nowUs + Math.max(maxSleepUs, SHORTEST_US)
    }

    /** While the chip sends, its timer serves the wire. */
    disarm(): void {
        this.#atUs = undefined
    }

    /** Ticks as often as it is due until then, with the same `jd_max_sleep` all the time. @returns whether it ticked at all */
    pass(untilUs: number, maxSleepUs: number): boolean {
        const firstUs = this.#atUs
        while (this.#atUs !== undefined && this.#atUs <= untilUs) this.arm(this.#atUs + LATENCY_US, maxSleepUs)
        return this.#atUs !== firstUs
    }

    /** The first tick that is not before `dueUs`, or the last there is; undefined if it does not tick any more. */
    next(dueUs: number, maxSleepUs: number): number | undefined {
        const atUs = this.#atUs
        if (atUs === undefined || atUs >= dueUs || (maxSleepUs === 0 && this.#losesZeroAlarm)) return atUs
        const everyUs = Math.max(maxSleepUs, SHORTEST_US) + LATENCY_US
        return atUs + Math.ceil((dueUs - atUs) / everyUs) * everyUs
    }
}
