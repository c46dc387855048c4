import { JacdacServer } from "../../simulators/bus/server"
import type { Service } from "../../simulators/bus/service"
import { ButtonService } from "../../simulators/bus/services/button"
import type { Contact } from "../../simulators/bus/services/contact"
import type { Rig } from "./rig"

/** The runtime gives a role to the service with the lowest device identifier that it has heard of. */
export const LOWEST_ID = "0100000000000000"

/** A module that somebody has put on the bus of a device, under an identifier that beats every honest one unless it has another. */
export function falseModule({ bus, clock }: Rig, services: readonly Service[], deviceId = LOWEST_ID): JacdacServer {
    return new JacdacServer({ name: `false ${deviceId}`, deviceId, description: "false", services, bus, clock })
}

/** A button module that is pressed by whoever has put it there. */
export class FalseButton implements Contact {
    readonly #rig: Rig
    readonly #module: JacdacServer
    #pressed = false
    #moved: (() => void) | undefined

    /** It is on the bus from now on. */
    constructor(rig: Rig, deviceId = LOWEST_ID) {
        this.#rig = rig
        this.#module = falseModule(rig, [new ButtonService(this)], deviceId)
        this.#module.start()
    }

    press(seconds: number): void {
        for (const pressed of [true, false]) {
            this.#pressed = pressed
            this.#moved?.()
            this.#rig.run(pressed ? seconds : 0.3)
        }
    }

    read(): boolean {
        return this.#pressed
    }

    watch(moved: () => void): () => void {
        this.#moved = moved
        return () => {
            this.#moved = undefined
        }
    }
}
