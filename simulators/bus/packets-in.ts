import { decodeHeader } from "./frame"
import { jacdac } from "./jacdac"

type Packet = ReturnType<typeof jacdac.Packet.from>

/** Most that the library takes for a packet, header and all; it throws at a frame with more. */
const MOST_BYTES = 252
const FRAME_HEADER_BYTES = 12
const PACKET_HEADER_BYTES = 4

/** The packets of a frame as `jacdac-ts` has them; none of one that is not whole, which the library would print, or throw at. */
export function packetsIn(frame: Uint8Array): Packet[] {
    if (!decodeHeader(frame) || frame.length !== FRAME_HEADER_BYTES + frame[2] || !isWhole(frame)) return []
    return jacdac.Packet.fromFrame(frame, 0)
}

function isWhole(frame: Uint8Array): boolean {
    for (let at = FRAME_HEADER_BYTES; at < frame.length; ) {
        const bytes = PACKET_HEADER_BYTES + frame[at]
        if (at + bytes > frame.length || FRAME_HEADER_BYTES + bytes > MOST_BYTES) return false
        at += (bytes + 3) & ~3
    }
    return true
}
