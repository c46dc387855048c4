import type { Bus, BusNode } from "../bus/bus"
import { jacdac } from "../bus/jacdac"
import { packetsIn } from "../bus/packets-in"
import type { FieldValue, ServiceSpec } from "../bus/service-spec"
import { ServiceIndex } from "./service-index"

/** What makes a command fresh, as services/owner.md has it: the fields of the report that a device gives to `DRAW`. */
const DRAW = "challenge"
const CHALLENGE: Record<string, FieldValue> = { challenge_low: 0, challenge_high: 0 }

/** Whether a command has to carry a challenge that `values` do not have: whoever sends it draws one. */
export function lacksChallenge(service: ServiceSpec, command: string, values: Record<string, FieldValue>): boolean {
    return service.fieldsOf(command).some(field => field in CHALLENGE && !(field in values))
}

/** The values of a command, with zeros in place of the challenge that it lacks. */
export function withAnyChallenge(
    service: ServiceSpec,
    command: string,
    values: Record<string, FieldValue>,
): Record<string, FieldValue> {
    return lacksChallenge(service, command, values) ? { ...CHALLENGE, ...values } : values
}

/** A host tool on a bus that sends commands to one service, of any device there. */
export class CommandCaller implements BusNode {
    readonly name: string
    readonly #bus: Bus
    readonly #service: ServiceSpec
    readonly #indices: ServiceIndex
    readonly #owners: CommandCaller | undefined
    /** By device: those who wait for a challenge, in the order in which they asked. */
    readonly #drawing = new Map<string, ((challenge: Record<string, FieldValue>) => void)[]>()
    readonly #listeners: { deviceId: string; command: string; hear: (fields: Record<string, FieldValue>) => void }[] =
        []

    /** @param owners calls the service `owner` on that bus: it draws the challenges that commands of this service need */
    constructor(bus: Bus, service: ServiceSpec, owners?: CommandCaller) {
        this.#owners = owners
        this.name = `caller of ${service.name}`
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

    /**
     * Gets a command ready: draws the challenge that it needs and `values` do not have.
     * @returns sends it; as soon as the challenge is there, and never if none comes
     */
    prepare(deviceId: string, command: string, values: Record<string, FieldValue>): () => void {
        if (!lacksChallenge(this.#service, command, values)) return () => this.call(deviceId, command, values)
        let challenge: Record<string, FieldValue> | undefined
        let wanted = false
        const send = () => this.call(deviceId, command, { ...challenge, ...values })
        const owners = this.#owners ?? this
        owners.draw(deviceId, drawn => {
            challenge = drawn
            if (wanted) send()
        })
        return () => {
            wanted = true
            if (challenge) send()
        }
    }

    /** Asks a device for a challenge. To be called of the service `owner` only. @param take gets its fields, once */
    draw(deviceId: string, take: (challenge: Record<string, FieldValue>) => void): void {
        const waiting = this.#drawing.get(deviceId)
        if (waiting) waiting.push(take)
        else {
            const queue = [take]
            this.#drawing.set(deviceId, queue)
            this.listen(deviceId, DRAW, challenge => queue.shift()?.(challenge))
        }
        this.call(deviceId, DRAW, {})
    }

    /** @param hear receives every later report of the device to that command, whoever sent it */
    listen(deviceId: string, command: string, hear: (fields: Record<string, FieldValue>) => void): void {
        this.#listeners.push({ deviceId, command, hear })
    }

    receive(frame: Uint8Array): void {
        for (const packet of packetsIn(frame)) {
            this.#indices.hear(packet)
            if (!packet.isReport || packet.serviceIndex !== this.#indices.of(packet.deviceIdentifier)) continue
            for (const { deviceId, command, hear } of this.#listeners)
                if (
                    deviceId === packet.deviceIdentifier &&
                    this.#service.commandCode(command) === packet.serviceCommand
                )
                    hear(this.#service.decodeReport(command, packet.data))
        }
    }
}
