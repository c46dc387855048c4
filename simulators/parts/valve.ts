/**
 * Gas valve, normally closed, held open by its coil and shut by a spring (as EN 161 class A shut-off valves are, which shut within 1 s of
 * losing their current). Here the spring acts at once: what takes time before it is the device's doing.
 */
import { z } from "zod"
import type { Json } from "../trace"
import { type Actions, action, actionWith } from "./actions"
import { PoweredLoad } from "./powered-load"

type State = "open" | "shut"

/** Actions: `stick` (`open` or `shut`: dirt holds it there), `free`. */
export class Valve extends PoweredLoad {
    readonly kind = "valve"
    #stuck: State | undefined
    #state: State = "shut"
    #openings = 0

    protected readonly actions: Actions = {
        stick: actionWith(z.enum(["open", "shut"]), state => this.#stick(state)),
        free: action(() => this.#stick(undefined)),
    }

    observe(): Record<string, Json> {
        return { state: this.#state, openings: this.#openings }
    }

    protected currentChanged(): void {
        const state = this.#stuck ?? (this.energised ? "open" : "shut")
        if (state === this.#state) return
        this.#state = state
        if (state === "open") this.#openings++
        this.context.note("state", { state })
    }

    #stick(state: State | undefined): void {
        this.#stuck = state
        this.currentChanged()
    }
}
