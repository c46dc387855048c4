/** A peer on the bus that takes a unit for one in the factory, whatever it is. */
import { readFileSync } from "node:fs"
import type { BusNode } from "../../simulators/bus/bus"
import { encodeFrame, FrameFlag, programDeviceId } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { type FieldValue, ServiceSpec } from "../../simulators/bus/service-spec"
import { US_PER_MS } from "../../simulators/clock"
import { ServiceIndex } from "../../simulators/world/service-index"
import type { Rig } from "./rig"

const domovoi = new ServiceSpec(readFileSync(new URL("../../services/domovoi.md", import.meta.url), "utf8"))

/** How often it says what it says, in milliseconds. */
const EVERY_MS = 10

/** What only a factory may say. */
export const FACTORY_COMMANDS = [
    "create_key",
    "write_certificates",
    "write_pairing_secret",
    "keep_identity",
    "lock_element",
    "keep_program",
] as const
export type FactoryCommand = (typeof FACTORY_COMMANDS)[number]

/** What it would have the unit be. */
export interface Wish {
    /** SHA-256 of the program, and behind it the policy. */
    program: Uint8Array
    /** Of the certificates that the unit has: those that it would take. */
    certificates: { size: number; digest: Uint8Array }
}

export class FactoryPeer implements BusNode {
    readonly name = "factory peer"
    readonly #rig: Rig
    readonly #device: string
    readonly #indices = new ServiceIndex(domovoi.classIdentifier)
    readonly #values: Readonly<Record<FactoryCommand, Record<string, FieldValue>>>
    /** How often each command was answered with each refusal. */
    readonly answers: { command: FactoryCommand; refusal: string; times: number }[] = []
    #turn = 0

    /** @param rig which has to run once, so that the peer learns where the service is */
    constructor(rig: Rig, { program, certificates }: Wish) {
        this.#rig = rig
        this.#device = programDeviceId(rig.board.deviceId)
        this.#values = {
            create_key: {},
            write_certificates: { offset: 1024, data: new Uint8Array(16).fill(0x5a) },
            write_pairing_secret: { secret: new Uint8Array(16).fill(0x5a) },
            keep_identity: { ...certificates, serial: "EVIL-1" },
            lock_element: {},
            keep_program: { program },
        }
        rig.bus.attach(this)
    }

    /** Says all of it every 10 ms, for so long; each time another command comes first, as the device does not keep up. */
    insist(seconds: number, commands: readonly FactoryCommand[]): void {
        const { clock } = this.#rig
        const ends = clock.nowUs + seconds * 1_000 * US_PER_MS
        while (clock.nowUs < ends) {
            const first = this.#turn++ % commands.length
            for (const command of [...commands.slice(first), ...commands.slice(0, first)]) this.#say(command)
            clock.runUntil(clock.nowUs + EVERY_MS * US_PER_MS)
        }
    }

    /** Has the chip start anew, as any peer may. */
    reset(): void {
        const { board, bus } = this.#rig
        const reset = { serviceIndex: 0, command: jacdac.ControlCmd.Reset, payload: new Uint8Array(0) }
        bus.send(this, encodeFrame(board.deviceId, FrameFlag.Command, reset))
    }

    receive(frame: Uint8Array): void {
        for (const packet of jacdac.Packet.fromFrame(frame, 0)) {
            this.#indices.hear(packet)
            if (!packet.isReport || packet.deviceIdentifier !== this.#device) continue
            const command = FACTORY_COMMANDS.find(name => domovoi.commandCode(name) === packet.serviceCommand)
            if (!command || packet.serviceIndex !== this.#indices.of(this.#device)) continue
            const refusal = String(domovoi.decodeReport(command, packet.data).refusal)
            const heard = this.answers.find(answer => answer.command === command && answer.refusal === refusal)
            if (heard) heard.times++
            else this.answers.push({ command, refusal, times: 1 })
        }
    }

    #say(command: FactoryCommand): void {
        const serviceIndex = this.#indices.of(this.#device)
        if (serviceIndex === undefined) throw new Error("the device has not announced its service")
        const payload = domovoi.encodeCommand(command, this.#values[command])
        const packet = { serviceIndex, command: domovoi.commandCode(command), payload }
        this.#rig.bus.send(this, encodeFrame(this.#device, FrameFlag.Command, packet))
    }
}
