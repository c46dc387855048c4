import type { Bus, BusNode } from "../bus/bus"
import { jacdac } from "../bus/jacdac"
import { packetsIn } from "../bus/packets-in"
import type { ServiceSpec } from "../bus/service-spec"
import type { Json } from "../trace"
import { ServiceIndex } from "./service-index"

/** Bits of a register's command that ask for its value (Jacdac protocol, `CMD_GET_REGISTER`). */
const CMD_GET_REGISTER = 0x1000

/** A host tool on a bus that reads registers of one service, of any device there. */
export class RegisterReader implements BusNode {
    readonly name = "reader"
    readonly #indices: ServiceIndex
    readonly #listeners: { deviceId: string; register: string; hear: (value: Json) => void }[] = []

    constructor(
        readonly bus: Bus,
        readonly service: ServiceSpec,
    ) {
        this.#indices = new ServiceIndex(service.classIdentifier)
        bus.attach(this)
    }

    /** Asks for a register. Nothing is sent to a device that has not announced the service. */
    ask(deviceId: string, register: string): void {
        const index = this.#indices.of(deviceId)
        if (index === undefined) return
        const packet = jacdac.Packet.onlyHeader(CMD_GET_REGISTER | this.service.registerCode(register))
        packet.deviceIdentifier = deviceId
        packet.serviceIndex = index
        packet.isCommand = true
        this.bus.send(this, packet.toBuffer())
    }

    /** @param hear receives every later answer of the device, whoever asked */
    listen(deviceId: string, register: string, hear: (value: Json) => void): void {
        this.#listeners.push({ deviceId, register, hear })
    }

    receive(frame: Uint8Array): void {
        for (const packet of packetsIn(frame)) {
            this.#indices.hear(packet)
            if (packet.isReport && packet.isRegisterGet) this.#heardReport(packet)
        }
    }

    #heardReport(packet: ReturnType<typeof jacdac.Packet.from>): void {
        if (packet.serviceIndex !== this.#indices.of(packet.deviceIdentifier)) return
        for (const { deviceId, register, hear } of this.#listeners)
            if (
                deviceId === packet.deviceIdentifier &&
                this.service.registerCode(register) === packet.registerIdentifier
            )
                hear(this.service.decodeRegister(register, packet.data))
    }
}
