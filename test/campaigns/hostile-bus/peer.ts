/**
 * A hostile peer: a device on the bus that says what it likes in whosever name, hears everything, and acknowledges what it is sent. It has
 * nothing but the bus.
 */
import type { Bus, BusNode } from "../../../simulators/bus/bus"
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, type Packet } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { JacdacServer } from "../../../simulators/bus/server"
import type { Service } from "../../../simulators/bus/service"
import { type Clock, US_PER_MS } from "../../../simulators/clock"

/** A packet that somebody sent, and who, or to whom. */
export interface Heard extends Packet {
    deviceId: string
    isCommand: boolean
}

export const PIPE_INDEX = 0x3e
export const ACK_INDEX = 0x3f
const CONTROL_INDEX = 0
const CMD_SERVICES = 0

export class Peer implements BusNode {
    readonly name = "peer"
    /** Under which it takes pipes. */
    readonly deviceId = "0badc0de0badc0de"
    /** Service classes of every device that has announced itself, its service 1 first. */
    readonly devices = new Map<string, readonly number[]>()
    /** Short identifiers of its modules, as the runtime's log has them. */
    readonly moduleNames = new Set<string>()
    /** What comes through the pipes that it has opened, by port. */
    readonly pipes = new Map<number, string>()
    /** In whose name it has said something. */
    readonly impersonated = new Set<string>()
    readonly #bus: Bus
    readonly #clock: Clock
    readonly #modules: JacdacServer[] = []
    readonly #ears: ((heard: Heard) => void)[] = []
    #active = true

    constructor(bus: Bus, clock: Clock) {
        this.#bus = bus
        this.#clock = clock
        bus.attach(this)
    }

    /** Leaves the bus for good, with its modules. */
    leave(): void {
        this.#active = false
        for (const module of this.#modules) module.stop()
        this.#bus.detach(this)
    }

    /** Puts bytes on the wire as they are. */
    send(frame: Uint8Array): void {
        if (!this.#active) return
        const header = decodeHeader(frame)
        if (header && !(header.flags & FrameFlag.Command)) this.impersonated.add(header.deviceId)
        this.#bus.send(this, frame)
    }

    /** Says something to a device. */
    command(deviceId: string, serviceIndex: number, command: number, payload: Uint8Array, flags = 0): void {
        this.send(encodeFrame(deviceId, flags | FrameFlag.Command, { serviceIndex, command, payload }))
    }

    /** Says something in a device's name. */
    report(deviceId: string, serviceIndex: number, command: number, payload: Uint8Array): void {
        this.send(encodeFrame(deviceId, 0, { serviceIndex, command, payload }))
    }

    after(ms: number, act: () => void): void {
        this.#clock.after(ms * US_PER_MS, () => {
            if (this.#active) act()
        })
    }

    /** Now and again, until it leaves. */
    every(ms: number, act: () => void): void {
        act()
        this.after(ms, () => this.every(ms, act))
    }

    /** Plugs in a module of its own. */
    serve(name: string, deviceId: string, services: Service[]): JacdacServer {
        const options = { name: `peer's ${name}`, deviceId, description: name, bus: this.#bus, clock: this.#clock }
        const module = new JacdacServer({ ...options, services })
        this.#modules.push(module)
        this.moduleNames.add(jacdac.shortDeviceId(deviceId))
        this.impersonated.add(deviceId)
        module.start()
        return module
    }

    /** @returns a pipe to the peer, as commands have it that ask for one: identifier, port, and two bytes that are 0 */
    openPipe(brings: string): Buffer {
        const port = 1 + (this.pipes.size % 200)
        this.pipes.set(port, brings)
        const pipe = Buffer.alloc(12)
        pipe.write(this.deviceId, "hex")
        pipe.writeUInt16LE(port, 8)
        return pipe
    }

    hear(ear: (heard: Heard) => void): void {
        this.#ears.push(ear)
    }

    receive(frame: Uint8Array): void {
        const header = decodeHeader(frame)
        if (!header) return
        const isCommand = (header.flags & FrameFlag.Command) !== 0
        if (isCommand && header.deviceId === this.deviceId && header.flags & FrameFlag.AckRequested)
            this.report(this.deviceId, ACK_INDEX, header.crc, new Uint8Array(0))
        for (const packet of decodePackets(frame)) {
            if (!isCommand && packet.serviceIndex === CONTROL_INDEX && packet.command === CMD_SERVICES)
                this.devices.set(header.deviceId, classesIn(packet.payload))
            for (const ear of this.#ears) ear({ ...packet, deviceId: header.deviceId, isCommand })
        }
    }
}

function classesIn(announcement: Uint8Array): number[] {
    const words = Buffer.from(announcement)
    const classes: number[] = []
    for (let at = 4; at + 4 <= words.length; at += 4) classes.push(words.readUInt32LE(at))
    return classes
}
