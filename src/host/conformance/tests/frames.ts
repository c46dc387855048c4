/** What anybody on the bus can send to a device's chip and program, and how what was heard is read. */
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, type Packet } from "../../../../simulators/bus/frame"
import { jacdac } from "../../../../simulators/bus/jacdac"
import type { Bench } from "../bench"

const NOTHING = new Uint8Array(0)
/** In a multicast, of whichever service has the class. */
const ANY_SERVICE = 0x3d

/** Stops the program, by the runtime's manager. */
export function stopProgram(): Uint8Array {
    const command = jacdac.CMD_SET_REG | jacdac.DeviceScriptManagerReg.Running
    return toService(jacdac.SRV_DEVICE_SCRIPT_MANAGER, command, Uint8Array.of(0))
}

/** Has the chip start anew. @param chip its identifier */
export function resetChip(chip: string): Uint8Array {
    const command = jacdac.ControlCmd.Reset
    return encodeFrame(chip, FrameFlag.Command, { serviceIndex: 0, command, payload: NOTHING })
}

/** To every device that has a service of this class. */
export function toService(serviceClass: number, command: number, payload: Uint8Array): Uint8Array {
    const receiver = Buffer.alloc(8)
    receiver.writeUInt32LE(serviceClass)
    const flags = FrameFlag.Command | FrameFlag.Multicast
    return encodeFrame(receiver.toString("hex"), flags, { serviceIndex: ANY_SERVICE, command, payload })
}

export interface HeardPacket extends Packet {
    atMs: number
    /** Of whoever sent a report, or of whoever a command is for. */
    deviceId: string
    isCommand: boolean
    frameBytes: number
}

/** Every packet that was heard in a time, in milliseconds of the device's. */
export function packetsHeard(bench: Bench, fromMs: number, untilMs: number): HeardPacket[] {
    return bench
        .heard()
        .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
        .flatMap(({ atMs, frame }) => {
            const header = decodeHeader(frame)
            if (!header) return []
            const { deviceId, flags } = header
            const isCommand = (flags & FrameFlag.Command) !== 0
            return decodePackets(frame).map(packet => ({
                ...packet,
                atMs,
                deviceId,
                isCommand,
                frameBytes: frame.length,
            }))
        })
}

/** @returns under which index a program announces a service; undefined if it was not heard to since the test began */
export function indexOf(bench: Bench, program: string, serviceClass: number): number | undefined {
    const announced = packetsHeard(bench, 0, Number.POSITIVE_INFINITY).findLast(
        ({ isCommand, deviceId, serviceIndex, command }) =>
            !isCommand && deviceId === program && serviceIndex === 0 && command === 0,
    )
    if (!announced) return undefined
    const words = Buffer.from(announced.payload)
    // Behind the flags, the class of each service.
    for (let at = 1; 4 * at + 4 <= words.length; at++) if (words.readUInt32LE(4 * at) === serviceClass) return at
    return undefined
}

/** Of a module that announces a button and says that it is pressed: long enough to be bound to a role, and to be pressed for a while. */
export function buttonModule(): Uint8Array[] {
    const report = (serviceIndex: number, command: number, payload: Uint8Array) =>
        encodeFrame(MODULE_ID, 0, { serviceIndex, command, payload })
    const announced = Buffer.alloc(8)
    // Restarted often enough, and one packet.
    announced.writeUInt32LE(0x0100 | 0x0f, 0)
    announced.writeUInt32LE(jacdac.SRV_BUTTON, 4)
    const announcement = report(0, 0, announced)
    const pressure = report(1, jacdac.CMD_GET_REG | jacdac.SystemReg.Reading, Uint8Array.of(0xff, 0xff))
    const down = (counter: number) => report(1, CMD_EVENT | (counter << 8) | jacdac.ButtonEvent.Down, NOTHING)
    const bound = Array.from({ length: 6 }, () => announcement)
    const pressed = [0, 1, 2].flatMap(counter => [announcement, down(counter), pressure])
    return [...bound, ...pressed]
}

const MODULE_ID = "b0770b0770b0770b"
const CMD_EVENT = 0x8000
