import { z } from "zod"
import type { Contact } from "../bus/services/contact"
import { US_PER_MS } from "../clock"
import { type Actions, action, actionWith } from "./actions"
import type { PartContext } from "./part"

/** Time between two bounces of a contact (small switches bounce for up to some milliseconds, several times in each). */
const MIN_BOUNCE_US = 50
const MAX_BOUNCE_US = 1000

/** The metal of a switch: it follows its knob, unless it is stuck or bounces. */
export class MechanicalContact implements Contact {
    readonly #context: PartContext
    #watchers: readonly (() => void)[] = []
    #position: boolean
    #stuck: boolean | undefined
    #bounceEndsUs = 0
    #closed: boolean

    /** What wear does to any contact: `stick` (`open` or `closed`), `free`, `bounce` (for a number of milliseconds). */
    readonly faults: Actions = {
        stick: actionWith(z.enum(["open", "closed"]), level => this.#stick(level === "closed")),
        free: action(() => this.#stick(undefined)),
        bounce: actionWith(z.number().positive(), ms => this.#bounceFor(ms * US_PER_MS)),
    }

    constructor(context: PartContext, closed: boolean) {
        this.#context = context
        this.#position = closed
        this.#closed = closed
    }

    /** Whether it is closed. */
    read(): boolean {
        return this.#closed
    }

    watch(moved: () => void): () => void {
        this.#watchers = [...this.#watchers, moved]
        return () => {
            this.#watchers = this.#watchers.filter(other => other !== moved)
        }
    }

    /** Moves the knob. */
    move(closed: boolean): void {
        this.#position = closed
        this.#settle()
    }

    #stick(level: boolean | undefined): void {
        this.#stuck = level
        this.#settle()
    }

    #bounceFor(us: number): void {
        const { clock, random } = this.#context
        const idle = clock.nowUs >= this.#bounceEndsUs
        this.#bounceEndsUs = clock.nowUs + us
        const bounce = () => {
            if (clock.nowUs >= this.#bounceEndsUs) return this.#settle()
            this.#set(this.#stuck ?? !this.#closed)
            clock.after(MIN_BOUNCE_US + random.below(MAX_BOUNCE_US - MIN_BOUNCE_US), bounce)
        }
        if (idle) bounce()
    }

    #settle(): void {
        this.#set(this.#stuck ?? this.#position)
    }

    #set(closed: boolean): void {
        if (closed === this.#closed) return
        this.#closed = closed
        for (const moved of this.#watchers) moved()
    }
}
