import type { Bus, BusNode } from "../bus/bus"
import type { ChipClock } from "./chip-clock"
import { type Edge, edgesOf, LineReader } from "./jacdac-line"

/** Silence that is kept before a frame of somebody else's begins. */
const GAP_NANOS = 100_000

/** What the chip does with the pin, and what it sees there. */
export interface LinePin {
    /** The chip pulls the line low. */
    readonly pullsLow: boolean
    /** Since when. */
    readonly sinceNanos: number
    setLevel(high: boolean): void
}

/**
 * The chip's Jacdac pin on a simulated bus. What the bus delivers as a whole is played to the pin bit by bit, so it is there one frame's
 * time later than at the bus's other nodes; so is what the chip sends.
 */
export class JacdacPin implements BusNode {
    readonly name: string
    readonly #bus: Bus
    readonly #clock: ChipClock
    readonly #pin: LinePin
    readonly #reader: LineReader
    readonly #alarm: { schedule(nanos: number): void }
    readonly #waiting: Uint8Array[] = []
    /** Of the frame that is being played. */
    #edges: Edge[] = []
    #playedSince = 0
    #othersPullLow = false
    #quietSince = 0
    #chipPullsLow = false

    constructor(options: { name: string; bus: Bus; clock: ChipClock; pin: LinePin }) {
        this.name = options.name
        this.#bus = options.bus
        this.#clock = options.clock
        this.#pin = options.pin
        this.#reader = new LineReader(frame => this.#bus.send(this, frame))
        this.#alarm = this.#clock.createAlarm(() => this.#play())
        this.#bus.attach(this)
    }

    /** The chip loses its supply. */
    detach(): void {
        this.#bus.detach(this)
    }

    receive(frame: Uint8Array): void {
        this.#waiting.push(frame)
        this.#begin()
    }

    /** To be called whenever the chip does something else with the pin. */
    changed(): void {
        const low = this.#pin.pullsLow
        if (low !== this.#chipPullsLow) {
            this.#chipPullsLow = low
            this.#reader.take({ at: this.#pin.sinceNanos, low })
            this.#quietSince = this.#clock.nanos
        }
        this.#settle()
        this.#begin()
    }

    #settle(): void {
        this.#pin.setLevel(!this.#chipPullsLow && !this.#othersPullLow)
    }

    /** Plays the next frame if the line is free, or tries again later. */
    #begin(): void {
        if (this.#edges.length > 0 || this.#waiting.length === 0) return
        const freeAt = this.#quietSince + GAP_NANOS
        const isFree = !this.#chipPullsLow && !this.#reader.isInFrame && freeAt <= this.#clock.nanos
        if (!isFree) {
            this.#alarm.schedule(Math.max(freeAt - this.#clock.nanos, GAP_NANOS / 10))
            return
        }
        this.#edges = edgesOf(this.#waiting.shift()!)
        this.#playedSince = this.#clock.nanos
        this.#play()
    }

    #play(): void {
        if (this.#edges.length === 0) {
            this.#begin()
            return
        }
        this.#othersPullLow = this.#edges.shift()!.low
        this.#quietSince = this.#clock.nanos
        if (this.#edges.length > 0) this.#alarm.schedule(this.#playedSince + this.#edges[0].at - this.#clock.nanos)
        else if (this.#waiting.length > 0) this.#alarm.schedule(GAP_NANOS)
        this.#settle()
    }
}
