import { describe, expect, test } from "vitest"
import { Bus, type BusNode } from "../../../simulators/bus/bus"
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { encodeBridgeFrame, encodeForUsb, isBridgeFrame, UsbFrameDecoder } from "../../../simulators/bus/usb-framing"
import { US_PER_S, VirtualClock } from "../../../simulators/clock"
import type { EmulatedBoard } from "../../../simulators/emulator/board"
import { UsbCable } from "../../../simulators/emulator/usb-cable"
import { Random } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"

const FRAME = encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload: Buffer.from("\xfe\xfc") })
const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex")

function rig() {
    const clock = new VirtualClock()
    const bus = new Bus({ name: "desk", clock, trace: new Trace(clock), random: new Random("desk") })
    const heard: string[] = []
    const host: BusNode = { name: "host", receive: frame => heard.push(hex(frame)) }
    bus.attach(host)
    const toBoard: Uint8Array[] = []
    const decoder = new UsbFrameDecoder(frame => toBoard.push(frame))
    const board = { onSerial: (_: Uint8Array) => {}, writeSerial: (bytes: Uint8Array) => decoder.push(bytes) }
    new UsbCable({ bus, board: board as EmulatedBoard, clock })
    return { clock, bus, host, heard, toBoard, board }
}

describe("the USB cable", () => {
    test("carries frames both ways", () => {
        const { clock, bus, host, heard, toBoard, board } = rig()
        bus.send(host, FRAME)
        board.onSerial(encodeForUsb(FRAME))
        clock.runUntil(10_000)
        expect(toBoard.map(hex)).toEqual([hex(FRAME)])
        expect(heard).toEqual([hex(FRAME)])
    })

    test("a silent board is told every second to pass frames on, one that speaks is not", () => {
        const { clock, toBoard, board } = rig()
        clock.runUntil(2.5 * US_PER_S)
        expect(toBoard.filter(isBridgeFrame).length).toBe(2)
        for (let tenth = 0; tenth < 20; tenth++) {
            board.onSerial(encodeForUsb(FRAME))
            clock.runUntil(clock.nowUs + US_PER_S / 10)
        }
        expect(toBoard.filter(isBridgeFrame).length).toBe(2)
    })

    test("what the two ends of the cable say to each other stays between them", () => {
        const { clock, heard, board } = rig()
        board.onSerial(encodeForUsb(encodeBridgeFrame(FrameFlag.Multicast, 0x81)))
        clock.runUntil(10_000)
        expect(heard).toEqual([])
    })
})
