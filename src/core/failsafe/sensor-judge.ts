import { Cause } from "./cause"

/** What a sound sensor does. Readings are in its own unit, times in milliseconds. */
export interface SensorLimits {
    /** Lowest and highest reading. */
    readonly min: number
    readonly max: number
    /** Age from which on a reading says nothing any more. */
    readonly maxAgeMs: number
    /** Fastest change. */
    readonly maxPerSecond: number
    /** Time for which readings may stay exactly the same; undefined if they may for ever. */
    readonly stuckAfterMs?: number
}

/** Judges a sensor by its readings. */
export class SensorJudge {
    private readonly limits: SensorLimits
    /** What speaks against the last reading, whatever its age. */
    private found: number = Cause.SensorAbsent
    private reading: number | undefined
    /** Time of the last reading. */
    atMs = 0
    /** The reading before, and its time. */
    private before: number | undefined
    private beforeMs = 0
    /** When the reading changed last. */
    private changedMs = 0

    constructor(limits: SensorLimits) {
        this.limits = limits
    }

    /**
     * Takes in a reading. Of several with the same time the last counts: how far apart they were nobody knows, so they say nothing about speed.
     * @param atMs not later than it arrived, and never earlier than that of the reading before
     */
    observe(reading: number, atMs: number): void {
        if (atMs !== this.atMs) {
            this.before = this.reading
            this.beforeMs = this.atMs
        }
        if (reading !== this.reading) this.changedMs = atMs
        this.reading = reading
        this.atMs = atMs
        this.found = this.examine(reading)
    }

    /** What speaks against the sensor: any of `SENSOR_CAUSES`, 0 if it is sound. */
    faults(nowMs: number): number {
        return nowMs - this.atMs > this.limits.maxAgeMs ? this.found | Cause.SensorAbsent : this.found
    }

    private examine(reading: number): number {
        const { before, limits } = this
        let found = 0
        // Written so that a reading that is not a number is out of range too.
        if (!(reading >= limits.min && reading <= limits.max)) found |= Cause.SensorRange
        if (limits.stuckAfterMs !== undefined && this.atMs - this.changedMs > limits.stuckAfterMs)
            found |= Cause.SensorStuck
        if (before !== undefined) {
            const possible = (limits.maxPerSecond * (this.atMs - this.beforeMs)) / 1000
            if (Math.abs(reading - before) > possible) found |= Cause.SensorRate
        }
        return found
    }
}
