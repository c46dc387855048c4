import type { Bus, BusNode } from "../../../simulators/bus/bus"
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, type Packet } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import type { VirtualClock } from "../../../simulators/clock"

export interface Heard extends Packet {
    us: number
    deviceId: string
}

/** A bare client on a bus: sends commands to devices and keeps every packet it hears. */
export class BusProbe implements BusNode {
    readonly name = "probe"
    readonly heard: Heard[] = []

    constructor(
        readonly bus: Bus,
        readonly clock: VirtualClock,
    ) {
        bus.attach(this)
    }

    receive(frame: Uint8Array): void {
        const { deviceId } = decodeHeader(frame)!
        for (const packet of decodePackets(frame)) this.heard.push({ ...packet, us: this.clock.nowUs, deviceId })
    }

    /** @returns CRC of the frame */
    send(
        deviceId: string,
        serviceIndex: number,
        command: number,
        payload: Uint8Array = new Uint8Array(0),
        flags = 0,
    ): number {
        const frame = encodeFrame(deviceId, FrameFlag.Command | flags, { serviceIndex, command, payload })
        this.bus.send(this, frame)
        return decodeHeader(frame)!.crc
    }

    get(deviceId: string, serviceIndex: number, register: number): void {
        this.send(deviceId, serviceIndex, 0x1000 | register)
    }

    // biome-ignore lint/suspicious/noExplicitAny: values of any packed format
    set(deviceId: string, serviceIndex: number, register: number, format: string, values: any[]): void {
        this.send(deviceId, serviceIndex, 0x2000 | register, jacdac.jdpack(format, values))
    }

    /** Packets with this command code, since the probe was attached or `forget` was called. */
    of(command: number): Heard[] {
        return this.heard.filter(packet => packet.command === command)
    }

    /** Events with this code, repetitions included. */
    events(code: number): Heard[] {
        return this.heard.filter(({ command }) => command & 0x8000 && (command & 0xff) === code)
    }

    /** The last value heard of a register. */
    // biome-ignore lint/suspicious/noExplicitAny: values of any packed format
    value(register: number, format: string): any {
        const last = this.of(0x1000 | register).at(-1)
        return last && jacdac.jdunpack(last.payload, format)[0]
    }

    forget(): void {
        this.heard.length = 0
    }
}
