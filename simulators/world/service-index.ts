import type { jacdac } from "../bus/jacdac"

type Packet = ReturnType<typeof jacdac.Packet.from>

/** Where the devices on a bus have a service, as they announce it. */
export class ServiceIndex {
    readonly #serviceClass: number
    readonly #indices = new Map<string, number>()

    constructor(serviceClass: number) {
        this.#serviceClass = serviceClass
    }

    /** To be called with every packet. */
    hear(packet: Packet): void {
        if (!packet.isAnnounce) return
        // Entry 0 is the control service, with flags in place of its class.
        const index = packet.jdunpack<[number[]]>("u32[]")[0].indexOf(this.#serviceClass, 1)
        if (index > 0) this.#indices.set(packet.deviceIdentifier, index)
        else this.#indices.delete(packet.deviceIdentifier)
    }

    /** @returns undefined for a device that has not announced the service */
    of(deviceId: string): number | undefined {
        return this.#indices.get(deviceId)
    }
}
