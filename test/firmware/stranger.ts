/** Somebody on the bus whom nobody knows. */
import type { BusNode } from "../../simulators/bus/bus"
import { programDeviceId } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { packetsIn } from "../../simulators/bus/packets-in"
import type { FieldValue } from "../../simulators/bus/service-spec"
import { ServiceIndex } from "../../simulators/world/service-index"
import { SERVICES, type ServiceName } from "../../src/host/unit/service-specs"
import type { Rig } from "./rig"

type Values = Record<string, FieldValue>

/** Jacdac `_base`: a report that the device has no such command; its first two bytes are the command. */
const NOT_IMPLEMENTED = 0x03
/** Longest that a device takes for a command: a signature in software, with room. */
const ANSWER_S = 20
const SLICE_S = 0.02

/** A command of the table that is served inside sessions, with fields that the device takes if it serves it. */
export const SOUND: readonly [service: ServiceName, command: string, values: Values][] = [
    ["domovoi", "read", { offset: 0, document: "Certificates" }],
    ["domovoi", "attest", { challenge: Buffer.alloc(32, 0xa7) }],
    ["domovoi", "read_log", { piece: 0 }],
    ["domovoi", "sign_log", { challenge: Buffer.alloc(32, 0xa8) }],
    ["domovoi", "offer_update", { size: 1000 }],
    ["domovoi", "write_update", { offset: 0, data: Buffer.alloc(100, 1) }],
    ["domovoi", "answer_update", { answer: "Yes", digest: Buffer.alloc(32) }],
    ["domovoi", "grant_update", { challenge: Buffer.alloc(32, 0xa9) }],
    ["owner", "disable", { disabled: true }],
    ["owner", "disable", { disabled: false }],
    ["privacy", "describe", { use: 0 }],
    ["privacy", "answer", { use: 0, version: 1, answer: "Yes" }],
    ["privacy", "answer", { use: 0, version: 1, answer: "No" }],
    ["privacy", "read_kept", { use: 1 }],
]

/** What a device has: a gas valve asks for no data. */
export function commandsOf(device: string): typeof SOUND {
    return SOUND.filter(([service]) => device === "doorbell" || service !== "privacy")
}

/** What came of a command: its report, the device's word that it has no such command, or nothing. */
export type Heard = Values | "not implemented" | "nothing"

/** Hears all that the device says to anybody, and tells reports by service and command. */
export class Stranger implements BusNode {
    readonly name = "stranger"
    readonly #rig: Rig
    readonly #device: string
    readonly #indices: Record<ServiceName, ServiceIndex>
    #heard: Heard = "nothing"
    #asked: [service: ServiceName, command: string] | undefined

    constructor(rig: Rig) {
        this.#rig = rig
        this.#device = programDeviceId(rig.board.deviceId)
        const indexOf = (service: ServiceName) => new ServiceIndex(SERVICES[service].classIdentifier)
        this.#indices = { domovoi: indexOf("domovoi"), owner: indexOf("owner"), privacy: indexOf("privacy") }
        rig.bus.attach(this)
    }

    /** Sends a command once. @returns whether the device has announced the service */
    say(service: ServiceName, command: string, values: Values): boolean {
        const index = this.#indices[service].of(this.#device)
        if (index === undefined) return false
        this.#asked = [service, command]
        this.#heard = "nothing"
        const spec = SERVICES[service]
        const packet = jacdac.Packet.from(spec.commandCode(command), spec.encodeCommand(command, values))
        packet.deviceIdentifier = this.#device
        packet.serviceIndex = index
        packet.isCommand = true
        this.#rig.bus.send(this, packet.toBuffer())
        return true
    }

    /** Sends a command, and waits. @throws Error if the device has not announced the service */
    ask(service: ServiceName, command: string, values: Values, seconds = ANSWER_S): Heard {
        if (!this.say(service, command, values)) throw new Error(`no service ${service}`)
        for (let waited = 0; waited < seconds && this.#heard === "nothing"; waited += SLICE_S) this.#rig.run(SLICE_S)
        return this.#heard
    }

    /** What came of the command that was sent last. */
    get heard(): Heard {
        return this.#heard
    }

    receive(frame: Uint8Array): void {
        for (const packet of packetsIn(frame)) {
            for (const index of Object.values(this.#indices)) index.hear(packet)
            if (!this.#asked || !packet.isReport || packet.deviceIdentifier !== this.#device) continue
            const [service, command] = this.#asked
            if (packet.serviceIndex !== this.#indices[service].of(this.#device)) continue
            const spec = SERVICES[service]
            const code = spec.commandCode(command)
            const { serviceCommand, data } = packet
            if (serviceCommand === code) this.#heard = spec.decodeReport(command, data)
            if (serviceCommand === NOT_IMPLEMENTED && Buffer.from(data).readUInt16LE(0) === code)
                this.#heard = "not implemented"
        }
    }
}
