/**
 * Electric door strike, fail-secure: without current the bolt holds, so a power cut opens nothing. A mechanical handle inside opens the
 * door whatever the strike does, so it traps nobody (as EN 179 asks of emergency exits).
 */
import type { Json } from "../trace"
import { type Actions, action } from "./actions"
import { PoweredLoad } from "./powered-load"

/** Actions: `push` (somebody outside tries the door), `exit` (somebody inside turns the handle). */
export class Lock extends PoweredLoad {
    readonly kind = "lock"
    #released = false
    #releases = 0
    #entries = 0
    #exits = 0

    protected readonly actions: Actions = {
        push: action(() => {
            if (this.#released) this.#entries++
        }),
        exit: action(() => {
            this.#exits++
        }),
    }

    observe(): Record<string, Json> {
        return {
            state: this.#released ? "released" : "locked",
            releases: this.#releases,
            entries: this.#entries,
            exits: this.#exits,
        }
    }

    protected currentChanged(): void {
        if (this.energised === this.#released) return
        this.#released = this.energised
        if (this.#released) this.#releases++
        this.context.note("state", { state: this.#released ? "released" : "locked" })
    }
}
