import { deviceIdOf, JacdacServer } from "../bus/server"
import type { Service } from "../bus/service"
import type { Json } from "../trace"
import { type Actions, action, check, perform } from "./actions"
import type { Part, PartContext } from "./part"

/** What a kind of bus module adds to a plug and a supply. */
export interface ModuleForm {
    /** What the module says it is. */
    description: string
    services: readonly Service[]
    actions?: Actions
    observe?(): Record<string, Json>
    /** The module has lost its supply. */
    powerLost?(): void
}

/**
 * A Jacdac module: a device of its own behind a cable that carries supply and bus. Without either it is absent: it announces nothing,
 * answers nothing, and comes back as after a reset.
 */
export class BusModule implements Part {
    readonly kind: string
    readonly #context: PartContext
    readonly #form: ModuleForm
    readonly #actions: Actions
    readonly #server: JacdacServer
    #powered = false
    #plugged = true

    /** Actions of every module: `unplug` and `plug` the cable. */
    constructor(context: PartContext, kind: string, form: ModuleForm) {
        this.kind = kind
        this.#context = context
        this.#form = form
        this.#actions = {
            ...form.actions,
            unplug: action(() => this.#setPlugged(false)),
            plug: action(() => this.#setPlugged(true)),
        }
        this.#server = new JacdacServer({
            name: context.name,
            deviceId: deviceIdOf(context.name),
            description: form.description,
            services: form.services,
            bus: context.bus,
            clock: context.clock,
        })
    }

    setPower(on: boolean): void {
        this.#powered = on
        this.#update()
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, this.#actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, this.#actions, name, argument)
    }

    /** `present`: whether it is alive on the bus. */
    observe(): Record<string, Json> {
        return { present: this.#server.running, ...this.#form.observe?.() }
    }

    #setPlugged(plugged: boolean): void {
        this.#plugged = plugged
        this.#update()
    }

    #update(): void {
        const present = this.#powered && this.#plugged
        if (present === this.#server.running) return
        if (present) this.#server.start()
        else {
            this.#server.stop()
            this.#form.powerLost?.()
        }
        this.#context.note("state", { present })
    }
}
