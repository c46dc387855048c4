import { type Clock, type Timer, US_PER_MS } from "../clock"
import type { Levels } from "./circuit"

/**
 * Retriggerable monostable with AC-coupled input, as 74HC123 wired for retrigger: only edges count, so an input stuck high or low lets it
 * fall. It forgets everything without its supply.
 */
export class DeadmanTimer {
    readonly name: string
    readonly input: string
    readonly #power: string
    readonly #timeoutUs: number
    readonly #clock: Clock
    readonly #onExpiry: () => void
    #lastEdgeUs = 0
    /** Set while the output is high. Not moved at each edge: when it fires, it looks how old the last edge is. */
    #timer: Timer | undefined

    constructor(options: {
        name: string
        input: string
        power: string
        timeoutMs: number
        clock: Clock
        onExpiry: () => void
    }) {
        this.name = options.name
        this.input = options.input
        this.#power = options.power
        this.#timeoutUs = options.timeoutMs * US_PER_MS
        this.#clock = options.clock
        this.#onExpiry = options.onExpiry
    }

    get running(): boolean {
        return this.#timer !== undefined
    }

    /** Takes note of a change of levels. Returns whether its output changed. */
    observe(before: Levels, now: Levels): boolean {
        const wasRunning = this.running
        if (!now.get(this.#power)) {
            this.#clock.cancel(this.#timer)
            this.#timer = undefined
        } else if (before.get(this.#power) && before.get(this.input) !== now.get(this.input)) {
            this.#lastEdgeUs = this.#clock.nowUs
            this.#timer ??= this.#clock.after(this.#timeoutUs, () => this.#check())
        }
        return wasRunning !== this.running
    }

    #check(): void {
        const expiryUs = this.#lastEdgeUs + this.#timeoutUs
        if (this.#clock.nowUs < expiryUs) {
            this.#timer = this.#clock.at(expiryUs, () => this.#check())
        } else {
            this.#timer = undefined
            this.#onExpiry()
        }
    }
}
