import type { RP2040 } from "rp2040js"

type IClock = RP2040["clock"]
type IAlarm = ReturnType<IClock["createAlarm"]>

/** Time of an emulated chip in nanoseconds since it was switched on, with the alarms of its peripherals. */
export class ChipClock implements IClock {
    /** Moved on by whoever carries out instructions, never past `nextNanos`. */
    nanos = 0
    /** When the next alarm is due. */
    nextNanos = Number.POSITIVE_INFINITY
    /** By time; of equal times, the one that was set first. */
    #alarms: Alarm[] = []

    createAlarm(callback: () => void): IAlarm {
        return new Alarm(this, callback)
    }

    /** Runs the alarms that are due. */
    fire(): void {
        while (this.nextNanos <= this.nanos) {
            const [alarm] = this.#alarms.splice(0, 1)
            this.#noteNext()
            alarm.callback()
        }
    }

    insert(alarm: Alarm): void {
        let at = this.#alarms.length
        while (at > 0 && this.#alarms[at - 1].atNanos > alarm.atNanos) at--
        this.#alarms.splice(at, 0, alarm)
        this.#noteNext()
    }

    remove(alarm: Alarm): void {
        const at = this.#alarms.indexOf(alarm)
        if (at < 0) return
        this.#alarms.splice(at, 1)
        this.#noteNext()
    }

    #noteNext(): void {
        this.nextNanos = this.#alarms.length > 0 ? this.#alarms[0].atNanos : Number.POSITIVE_INFINITY
    }
}

class Alarm implements IAlarm {
    atNanos = 0
    readonly callback: () => void
    readonly #clock: ChipClock

    constructor(clock: ChipClock, callback: () => void) {
        this.#clock = clock
        this.callback = callback
    }

    schedule(delayNanos: number): void {
        this.#clock.remove(this)
        this.atNanos = this.#clock.nanos + delayNanos
        this.#clock.insert(this)
    }

    cancel(): void {
        this.#clock.remove(this)
    }
}
