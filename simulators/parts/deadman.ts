/** Dead-man timer of the board (`circuit/deadman.ts`), as an onlooker with a probe at its output sees it. */
import type { Json } from "../trace"
import { check, perform } from "./actions"
import type { Part, PartContext } from "./part"

/** Knows no actions. */
export class Deadman implements Part {
    readonly kind = "deadman"
    readonly #context: PartContext
    #alive = false
    #falls = 0

    constructor(context: PartContext) {
        this.#context = context
    }

    /** @param high the timer's output */
    setDrive(high: boolean): void {
        this.#alive = high
        if (!high) this.#falls++
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, {}, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, {}, name, argument)
    }

    /** `falls`: how often it ran out so far, or lost its power while it ran. */
    observe(): Record<string, Json> {
        return { alive: this.#alive, falls: this.#falls }
    }
}
