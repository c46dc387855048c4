import type { Json } from "../trace"
import { type Actions, check, perform } from "./actions"
import type { Part, PartContext } from "./part"

/** A part that does something while it has both power and drive: a coil, a relay. */
export abstract class PoweredLoad implements Part {
    abstract readonly kind: string
    protected abstract readonly actions: Actions
    #powered = false
    #driven = false

    constructor(protected readonly context: PartContext) {}

    /** Whether current flows through it. */
    protected get energised(): boolean {
        return this.#powered && this.#driven
    }

    setPower(on: boolean): void {
        this.#powered = on
        this.currentChanged()
    }

    setDrive(high: boolean): void {
        this.#driven = high
        this.currentChanged()
    }

    act(name: string, argument?: Json): void {
        perform(this.context, this.actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.context, this.actions, name, argument)
    }

    /** `energised` may have changed. */
    protected abstract currentChanged(): void
    abstract observe(): Record<string, Json>
}
