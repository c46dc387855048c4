/** LED with its series resistor. A burnt one is an open circuit: no light and no current, which a sense line can tell. */
import type { Json } from "../trace"
import { type Actions, action, check, perform } from "./actions"
import type { Part, PartContext } from "./part"

/** Actions: `burn` (it breaks), `replace`. */
export class Led implements Part {
    readonly kind = "led"
    readonly #context: PartContext
    readonly #actions: Actions
    #lit = false
    #flashes = 0

    /** @param setBurnt opens or restores its circuit */
    constructor(context: PartContext, setBurnt: (burnt: boolean) => void) {
        this.#context = context
        this.#actions = { burn: action(() => setBurnt(true)), replace: action(() => setBurnt(false)) }
    }

    /** @param high whether current flows through it */
    setDrive(high: boolean): void {
        this.#lit = high
        if (high) this.#flashes++
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, this.#actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, this.#actions, name, argument)
    }

    /** `flashes`: how often it lit up so far. */
    observe(): Record<string, Json> {
        return { lit: this.#lit, flashes: this.#flashes }
    }
}
