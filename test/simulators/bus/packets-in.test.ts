import { expect, test } from "vitest"
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { packetsIn } from "../../../simulators/bus/packets-in"

const ID = "0123456789abcdef"
const frame = (bytes: number) =>
    encodeFrame(ID, FrameFlag.Command, { serviceIndex: 1, command: 0x80, payload: new Uint8Array(bytes) })

/** As somebody sends it who can count a sum. */
function summed(bytes: Buffer): Buffer {
    bytes.writeUInt16LE(jacdac.crc(bytes.subarray(2)), 0)
    return bytes
}

test("a frame that is whole gives its packets", () => {
    expect(packetsIn(frame(236)).map(({ data }) => data.length)).toEqual([236])
})

test.each([
    ["with a wrong sum", Buffer.from(frame(8)).fill(1, 14)],
    ["cut short", Buffer.from(frame(8)).subarray(0, 20)],
    ["whose packet is longer than it", summed(Buffer.from(frame(8)).fill(200, 12, 13))],
    // The library throws at this one.
    [
        "with a packet of more than there may be",
        summed(
            Buffer.concat([frame(236), Buffer.alloc(4)])
                .fill(240, 12, 13)
                .fill(244, 2, 3),
        ),
    ],
    ["without a packet", Buffer.alloc(12)],
])("a frame %s gives none", (_, bytes) => {
    expect(packetsIn(bytes)).toEqual([])
})
