/** Electromechanical relay with one changeover contact: energised, it joins COM and NO; at rest, COM and NC. */
import { z } from "zod"
import type { Json } from "../trace"
import { type Actions, action, actionWith } from "./actions"
import { PoweredLoad } from "./powered-load"

type Contact = "no" | "nc"

/** Actions: `stick` (`no` or `nc`: the contact is welded), `free`. */
export class Relay extends PoweredLoad {
    readonly kind = "relay"
    #welded: Contact | undefined
    #contact: Contact = "nc"
    #operations = 0

    protected readonly actions: Actions = {
        stick: actionWith(z.enum(["no", "nc"]), contact => this.#weld(contact)),
        free: action(() => this.#weld(undefined)),
    }

    /** `contact`: what COM is joined to. `operations`: how often that changed. */
    observe(): Record<string, Json> {
        return { contact: this.#contact, operations: this.#operations }
    }

    protected currentChanged(): void {
        const contact = this.#welded ?? (this.energised ? "no" : "nc")
        if (contact === this.#contact) return
        this.#contact = contact
        this.#operations++
        this.context.note("state", { contact })
    }

    #weld(contact: Contact | undefined): void {
        this.#welded = contact
        this.currentChanged()
    }
}
