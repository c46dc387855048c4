/** Piezo buzzer, driven straight from a line that carries its tone. The simulator follows tones, not single pulses. */
import type { Json } from "../trace"
import { check, perform } from "./actions"
import type { Part, PartContext } from "./part"

/** Knows no actions. */
export class Buzzer implements Part {
    readonly kind = "buzzer"
    readonly #context: PartContext
    #sounding = false
    #count = 0

    constructor(context: PartContext) {
        this.#context = context
    }

    setDrive(high: boolean): void {
        if (high === this.#sounding) return
        this.#sounding = high
        if (high) this.#count++
        this.#context.note("state", { sounding: high })
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, {}, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, {}, name, argument)
    }

    /** `count`: tones begun so far. */
    observe(): Record<string, Json> {
        return { sounding: this.#sounding, count: this.#count }
    }
}
