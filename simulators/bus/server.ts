import { createHash } from "node:crypto"
import { type Clock, US_PER_MS } from "../clock"
import type { Bus, BusNode } from "./bus"
import {
    decodeHeader,
    decodePackets,
    encodeFrame,
    FLAGS_OFFSET,
    FrameFlag,
    type FrameHeader,
    type Packet,
} from "./frame"
import { jacdac } from "./jacdac"
import { Service, type ServiceHost } from "./service"

const ANNOUNCE_INTERVAL_US = 500 * US_PER_MS
/** When the two repetitions of an event follow it (as jacdac-c sends them). */
const EVENT_REPETITIONS_US = [20 * US_PER_MS, 70 * US_PER_MS]

const CONTROL_INDEX = 0
const ACK_INDEX = 0x3f
const EVENT = 0x8000
const EVENT_COUNTER_MASK = 0x7f

/** Jacdac control service: codes and the flags of its announcement. */
const SRV_CONTROL = 0
const CMD_SERVICES = 0x00
const CMD_NOT_IMPLEMENTED = 0x03
const CMD_IDENTIFY = 0x81
const CMD_RESET = 0x82
const REG_DESCRIPTION = 0x180
const REG_FIRMWARE_VERSION = 0x185
const REG_UPTIME = 0x186
const MAX_RESTART_COUNTER = 0xf
const SUPPORTS_ACK = 0x0100
const SUPPORTS_MULTICAST = 0x0200
const SUPPORTS_FRAMES = 0x0400

export interface ServerOptions {
    /** Name in traces. */
    name: string
    /** 16 hex digits in wire order. */
    deviceId: string
    /** What the control service says the device is. */
    description: string
    /** Services 1 … n. */
    services: readonly Service[]
    bus: Bus
    clock: Clock
}

/** A Jacdac device with its services. It is on the bus while it is started, and starts anew each time. */
export class JacdacServer implements BusNode {
    readonly name: string
    readonly deviceId: string
    readonly #services: readonly Service[]
    readonly #bus: Bus
    readonly #clock: Clock
    /** Counts starts and stops, so that what one life scheduled does not run in the next. */
    #life = 0
    #running = false
    #startedUs = 0
    #restartCounter = 0
    #eventCounter = 0
    #packetsSinceAnnouncement = 0

    constructor(options: ServerOptions) {
        this.name = options.name
        this.deviceId = options.deviceId
        this.#bus = options.bus
        this.#clock = options.clock
        this.#services = [this.#controlService(options.description), ...options.services]
    }

    get running(): boolean {
        return this.#running
    }

    /** Comes up with its power: announces itself, with the restart counter at its beginning. */
    start(): void {
        if (this.#running) return
        this.#running = true
        this.#life++
        this.#startedUs = this.#clock.nowUs
        this.#restartCounter = 0
        this.#eventCounter = 0
        this.#packetsSinceAnnouncement = 0
        this.#bus.attach(this)
        for (const [index, service] of this.#services.entries()) service.start(this.#hostOf(index))
        this.#announcePeriodically()
    }

    /** Goes dead with its power: says nothing more and forgets what it had in mind. */
    stop(): void {
        if (!this.#running) return
        this.#running = false
        this.#life++
        this.#bus.detach(this)
        for (const service of this.#services) service.stop()
    }

    receive(frame: Uint8Array): void {
        if (!(frame[FLAGS_OFFSET] & FrameFlag.Command)) return
        const header = decodeHeader(frame)
        if (!header) return
        const multicast = (header.flags & FrameFlag.Multicast) !== 0
        if (!multicast && header.deviceId !== this.deviceId) return
        if (!multicast && header.flags & FrameFlag.AckRequested) this.#report(ACK_INDEX, header.crc, new Uint8Array(0))
        for (const packet of decodePackets(frame)) {
            if (multicast) this.#handleMulticast(header, packet)
            else this.#handle(header, packet)
        }
    }

    #handle(header: FrameHeader, { serviceIndex, command, payload }: Packet): void {
        const service = this.#services[serviceIndex]
        if (!service || service.handle(command, payload)) return
        this.#report(serviceIndex, CMD_NOT_IMPLEMENTED, jacdac.jdpack("u16 u16", [command, header.crc]))
    }

    /** A multicast command that a service does not know gets no answer. */
    #handleMulticast(header: FrameHeader, { command, payload }: Packet): void {
        const serviceClass = Buffer.from(header.deviceId, "hex").readUInt32LE(0)
        for (const service of this.#services)
            if (service.serviceClass === serviceClass) service.handle(command, payload)
    }

    #hostOf(serviceIndex: number): ServiceHost {
        const clock = this.#clock
        return {
            get nowUs() {
                return clock.nowUs
            },
            after: (delayUs, callback) => this.#after(delayUs, callback),
            report: (command, payload) => this.#report(serviceIndex, command, payload),
            event: (code, payload) => this.#event(serviceIndex, code, payload),
        }
    }

    #after(delayUs: number, callback: () => void): void {
        const life = this.#life
        this.#clock.after(delayUs, () => {
            if (life === this.#life) callback()
        })
    }

    #report(serviceIndex: number, command: number, payload: Uint8Array): void {
        if (!this.#running) return
        this.#packetsSinceAnnouncement++
        this.#bus.send(this, encodeFrame(this.deviceId, 0, { serviceIndex, command, payload }))
    }

    #event(serviceIndex: number, code: number, payload: Uint8Array): void {
        this.#eventCounter = (this.#eventCounter + 1) & EVENT_COUNTER_MASK
        const command = EVENT | (this.#eventCounter << 8) | code
        const send = () => this.#report(serviceIndex, command, payload)
        send()
        for (const delayUs of EVENT_REPETITIONS_US) this.#after(delayUs, send)
    }

    #announcePeriodically(): void {
        this.#restartCounter = Math.min(this.#restartCounter + 1, MAX_RESTART_COUNTER)
        this.#announce()
        this.#after(ANNOUNCE_INTERVAL_US, () => this.#announcePeriodically())
    }

    #announce(): void {
        const packets = (this.#packetsSinceAnnouncement + 1) & 0xff
        const flags = this.#restartCounter | SUPPORTS_ACK | SUPPORTS_MULTICAST | SUPPORTS_FRAMES | (packets << 16)
        const classes = this.#services.slice(1).map(service => service.serviceClass)
        this.#report(CONTROL_INDEX, CMD_SERVICES, new Uint8Array(Uint32Array.from([flags, ...classes]).buffer))
        this.#packetsSinceAnnouncement = 0
    }

    #controlService(description: string): Service {
        return new Service(SRV_CONTROL)
            .register(REG_DESCRIPTION, "s", () => [description])
            .register(REG_FIRMWARE_VERSION, "s", () => ["simulated"])
            .register(REG_UPTIME, "u32 u32", () => {
                const us = this.#clock.nowUs - this.#startedUs
                return [us % 2 ** 32, Math.floor(us / 2 ** 32)]
            })
            .command(CMD_SERVICES, "", 0, () => this.#announce())
            .command(CMD_IDENTIFY, "", 0, () => {})
            .command(CMD_RESET, "", 0, () => {
                this.stop()
                this.start()
            })
    }
}

/** The device identifier of the device with this name: the same in every run, and different for different names. */
export function deviceIdOf(name: string): string {
    return createHash("sha256").update(name).digest("hex").slice(0, 16)
}
