import { expect, test } from "vitest"
import { encodeFrame } from "../../../simulators/bus/frame"
import { encodeForUsb } from "../../../simulators/bus/usb-framing"
import { LogReader } from "../../../simulators/emulator/log-reader"

const FRAME = encodeFrame("0a0a0a0afefefefe", 0, { serviceIndex: 1, command: 0x1101, payload: Buffer.from("x\ny\xfe") })

test.each([1, 2, 3, 64])("finds the lines of the log between frames, %i bytes at a time", size => {
    const lines: string[] = []
    const reader = new LogReader(line => lines.push(line))
    const bytes = Buffer.concat([
        Buffer.from("> start a"),
        encodeForUsb(FRAME),
        Buffer.from(".b\r\nsecond\n"),
        encodeForUsb(FRAME),
        Buffer.from("unfinished"),
    ])
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
    expect(lines).toEqual(["> start a.b", "second"])
})
