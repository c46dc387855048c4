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
