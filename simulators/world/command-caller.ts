import type { Bus, BusNode } from "../bus/bus"
import { jacdac } from "../bus/jacdac"
import { packetsIn } from "../bus/packets-in"
import type { FieldValue, ServiceSpec } from "../bus/service-spec"
import { ServiceIndex } from "./service-index"

/** A host tool on a bus that sends commands to one service, of any device there. */
export class CommandCaller implements BusNode {
    readonly name: string
    readonly #bus: Bus
    readonly #service: ServiceSpec
    readonly #indices: ServiceIndex
    readonly #listeners: { deviceId: string; command: string; hear: (fields: Record<string, FieldValue>) => void }[] =
        []
    readonly #unknown: { deviceId: string; command: string; hear: () => void }[] = []

    /** @param name of the tool, if there are several for that service */
    constructor(bus: Bus, service: ServiceSpec, name = `caller of ${service.name}`) {
        this.name = name
        this.#bus = bus
        this.#service = service
        this.#indices = new ServiceIndex(service.classIdentifier)
        bus.attach(this)
    }

    /**
     * Sends a command once. Nothing is sent to a device that has not announced the service.
     * @param values as `ServiceSpec.encodeCommand` takes them
     * @throws Error if the service has no such command, or a value does not fit
     */
    call(deviceId: string, command: string, values: Record<string, FieldValue>): void {
        const data = this.#service.encodeCommand(command, values)
        const index = this.#indices.of(deviceId)
        if (index === undefined) return
        const packet = jacdac.Packet.from(this.#service.commandCode(command), data)
        packet.deviceIdentifier = deviceId
        packet.serviceIndex = index
        packet.isCommand = true
        this.#bus.send(this, packet.toBuffer())
    }

    /** @param hear receives every later report of the device to that command, whoever sent it */
    listen(deviceId: string, command: string, hear: (fields: Record<string, FieldValue>) => void): void {
        this.#listeners.push({ deviceId, command, hear })
    }

    /** @param hear is told whenever the device says that it does not serve that command, whoever sent it */
    listenForUnknown(deviceId: string, command: string, hear: () => void): void {
        this.#unknown.push({ deviceId, command, hear })
    }

    receive(frame: Uint8Array): void {
        for (const packet of packetsIn(frame)) {
            this.#indices.hear(packet)
            if (!packet.isReport || packet.serviceIndex !== this.#indices.of(packet.deviceIdentifier)) continue
            const unknown = unknownIn(packet)
            for (const { deviceId, command, hear } of this.#unknown)
                if (deviceId === packet.deviceIdentifier && this.#service.commandCode(command) === unknown) hear()
            for (const { deviceId, command, hear } of this.#listeners)
                if (
                    deviceId === packet.deviceIdentifier &&
                    this.#service.commandCode(command) === packet.serviceCommand
                )
                    hear(this.#service.decodeReport(command, packet.data))
        }
    }
}

/** The command of which a packet says that nobody serves it, by its number. */
function unknownIn(packet: ReturnType<typeof packetsIn>[number]): number | undefined {
    if (packet.serviceCommand !== jacdac.SystemCmd.CommandNotImplemented || packet.data.length < 2) return undefined
    return packet.data[0] | (packet.data[1] << 8)
}
