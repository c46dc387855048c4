/** Frames and packets that fit nothing. */
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { placesOf } from "./places"
import type { Siege } from "./siege"
import { bytesOf, fill, MAX_PAYLOAD } from "./words"

/** Nearly well-formed: cut short, too long, an opcode beside, sizes and sums that do not fit, two packets in a frame. */
export function speakMalformed(siege: Siege): void {
    const { peer, random } = siege
    const places = placesOf(siege)
    peer.every([3, 10, 25][random.below(3)], () => {
        const { deviceId, index, words } = places[random.below(places.length)]
        const word = words[random.below(Math.max(1, words.length))]
        let payload = word ? fill(word.fields, random, []) : bytesOf(random.below(40), random)
        let command = word?.command ?? random.below(0x10000)
        const kind = random.below(6)
        if (kind === 0) payload = payload.subarray(0, random.below(payload.length + 1))
        else if (kind === 1)
            payload = Buffer.concat([payload, bytesOf(random.below(200), random)]).subarray(0, MAX_PAYLOAD)
        else if (kind === 2) command = [command ^ (1 << random.below(16)), random.below(0x10000)][random.below(2)]
        const frame = Buffer.from(encodeFrame(deviceId, FrameFlag.Command, { serviceIndex: index, command, payload }))
        if (kind === 3) frame[12] = random.below(256)
        if (kind === 4) frame[FLAG_OR_INDEX[random.below(2)]] = random.below(256)
        if (kind === 5) frame[2] = random.below(256)
        // Most have a sum that fits all the same, or nobody would look further.
        if (random.below(8))
            frame.writeUInt16LE(jacdac.crc(frame.subarray(2, Math.min(frame.length, 12 + frame[2]))), 0)
        peer.send(frame)
    })
}

/** Offsets of the frame's flags, and of the packet's service index. */
const FLAG_OR_INDEX = [3, 13]

/** As much as the wire takes. */
export function flood(siege: Siege): void {
    const { peer, random, chip, program } = siege
    const size = [0, 12, 200][random.below(3)]
    const to = [program, chip, "ffffffffffffffff"][random.below(3)]
    const command = [0x80, 0x1101, 0x0000, 0x2080][random.below(4)]
    peer.every(1, () => peer.command(to, random.below(6), command, bytesOf(size, random)))
}
