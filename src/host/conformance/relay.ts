/** A Jacdac relay of the bench, on a bus of its own: the device's goes away with its supply. */
import { type JDBus, type JDService, jacdac } from "../../../simulators/bus/jacdac"
import { InputError } from "../input-error"
import type { BoardBridge } from "../unit/board-bridge"

const FOUND_MS = 5000
const SET_MS = 2000
const LOOK_MS = 50

export class Relay {
    readonly #place: string
    readonly #bridge: BoardBridge
    readonly #bus: JDBus
    readonly #active: ReturnType<JDService["register"]>

    /**
     * @param bridge to the bus on which it is; closed with it, and if it is not found
     * @param place where that is, for messages
     * @throws InputError unless exactly one relay is there
     */
    static async find(bridge: BoardBridge, place: string): Promise<Relay> {
        const bus = new jacdac.JDBus([], { disableRoleManager: true })
        bridge.bus = bus
        const relays = () => bus.services({ serviceClass: jacdac.SRV_RELAY })
        await until(() => relays().length > 0, FOUND_MS)
        const [relay, another] = relays()
        if (relay && !another) return new Relay(place, bridge, bus, relay)
        await bus.stop()
        await bridge.close()
        throw new InputError(
            `${place}: ${relay ? "more than one relay is" : "no Jacdac relay is"} there; leave one, so that nothing else is switched`,
        )
    }

    private constructor(place: string, bridge: BoardBridge, bus: JDBus, relay: JDService) {
        this.#place = place
        this.#bridge = bridge
        this.#bus = bus
        this.#active = relay.register(jacdac.RelayReg.Active)
    }

    /** @throws InputError unless the relay says that it is so now */
    async set(closed: boolean): Promise<void> {
        await this.#active.sendSetBoolAsync(closed)
        const isSo = async () => (await this.#active.refresh()) && this.#active.boolValue === closed
        if (!(await until(isSo, SET_MS)))
            throw new InputError(
                `${this.#place}: the relay does not say that it is ${closed ? "closed" : "open"}; look at it`,
            )
    }

    async close(): Promise<void> {
        await this.#bus.stop()
        await this.#bridge.close()
    }
}

async function until(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_MS) {
        if (await holds()) return true
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
    return await holds()
}
