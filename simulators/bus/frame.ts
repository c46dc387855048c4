import { jacdac } from "./jacdac"

/**
 * Jacdac frames: a header of 12 bytes (CRC-16 over what follows it u16, bytes after the header u8, flags u8, device identifier u64), then
 * packets, each starting at a multiple of 4: a header of 4 bytes (payload bytes u8, service index u8, command u16) and the payload.
 */

/** Flag bits of the frame header. */
export const FrameFlag = {
    /** The device identifier names the receiver; without it, the sender. */
    Command: 0x01,
    /** The receiver is to answer with the frame's CRC. */
    AckRequested: 0x02,
    /** The lower half of the device identifier is a service class: the frame is for every such service. */
    Multicast: 0x04,
} as const

/** Of the flags in the header. */
export const FLAGS_OFFSET = 3
const FRAME_HEADER_BYTES = 12
const PACKET_HEADER_BYTES = 4

export interface Packet {
    /** 0 control service, 1 … 0x30 services, 0x3e pipes, 0x3f acknowledgement. */
    serviceIndex: number
    /** Of a service: 0x1000 | r gets register r, 0x2000 | r sets it, 0x8000 and up are events, the rest are commands. */
    command: number
    /** At most 236 bytes. */
    payload: Uint8Array
}

export interface FrameHeader {
    crc: number
    flags: number
    /** 16 hex digits in wire order, which is little-endian. */
    deviceId: string
}

export function encodeFrame(deviceId: string, flags: number, packet: Packet): Uint8Array {
    const { serviceIndex, command, payload } = packet
    const paddedBytes = (PACKET_HEADER_BYTES + payload.length + 3) & ~3
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + paddedBytes)
    frame[2] = paddedBytes
    frame[FLAGS_OFFSET] = flags
    frame.write(deviceId, 4, "hex")
    frame[12] = payload.length
    frame[13] = serviceIndex
    frame.writeUInt16LE(command, 14)
    frame.set(payload, FRAME_HEADER_BYTES + PACKET_HEADER_BYTES)
    frame.writeUInt16LE(jacdac.crc(frame.subarray(2)), 0)
    return frame
}

/** @returns undefined for bytes that no node takes for a frame: too short, or with a wrong CRC */
export function decodeHeader(frame: Uint8Array): FrameHeader | undefined {
    const end = FRAME_HEADER_BYTES + frame[2]
    if (frame.length < FRAME_HEADER_BYTES + PACKET_HEADER_BYTES || frame.length < end) return undefined
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, end)
    const crc = bytes.readUInt16LE(0)
    if (crc !== jacdac.crc(bytes.subarray(2))) return undefined
    return { crc, flags: frame[FLAGS_OFFSET], deviceId: bytes.toString("hex", 4, FRAME_HEADER_BYTES) }
}

/** The packets of a frame. One that claims to be longer than the frame ends the list. */
export function decodePackets(frame: Uint8Array): Packet[] {
    const packets: Packet[] = []
    const end = Math.min(frame.length, FRAME_HEADER_BYTES + frame[2])
    for (let at = FRAME_HEADER_BYTES; at + PACKET_HEADER_BYTES <= end; ) {
        const payloadAt = at + PACKET_HEADER_BYTES
        const next = payloadAt + frame[at]
        if (next > end) break
        packets.push({
            serviceIndex: frame[at + 1] & 0x3f,
            command: frame[at + 2] | (frame[at + 3] << 8),
            payload: frame.subarray(payloadAt, next),
        })
        at = (next + 3) & ~3
    }
    return packets
}

/** Services of a program have a device identifier of their own: the chip's, with these bits turned (`devs_jd_server_device_id` of the runtime). */
const PROGRAM_IDENTITY = 0xf8531b75a74922dbn

/**
 * @param deviceId of the chip, 16 hex digits
 * @returns the device identifier of the services that its program serves
 */
export function programDeviceId(deviceId: string): string {
    return (BigInt(`0x${deviceId}`) ^ PROGRAM_IDENTITY).toString(16).padStart(16, "0")
}
