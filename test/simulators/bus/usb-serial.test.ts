import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { decodePackets, encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { Sensor } from "../../../simulators/bus/sensor"
import { deviceIdOf, JacdacServer } from "../../../simulators/bus/server"
import { encodeBridgeFrame, encodeForUsb, UsbFrameDecoder } from "../../../simulators/bus/usb-framing"
import { UsbSerial } from "../../../simulators/bus/usb-serial"
import { US_PER_MS } from "../../../simulators/clock"
import { busOnBench, listener } from "./bench"
import { SerialHardware } from "./serial-hardware"

const { EnablePackets, DisablePackets, EnableLog } = jacdac.UsbBridgeCmd

/** Any frame, with more bytes FE in it than chance would put there. */
const anyFrame = fc
    .array(fc.oneof(fc.constant(0xfe), fc.integer({ min: 0, max: 0xff })), { maxLength: 236 })
    .map(payload =>
        encodeFrame("0123456789abcdfe", 0, { serviceIndex: 1, command: 0x1101, payload: Uint8Array.from(payload) }),
    )

function framesIn(...chunks: Uint8Array[]): Buffer[] {
    const frames: Buffer[] = []
    const decoder = new UsbFrameDecoder(frame => frames.push(Buffer.from(frame)))
    for (const chunk of chunks) decoder.push(chunk)
    return frames
}

function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

describe("frames on a serial line", () => {
    test("arrive as they were sent, however the line cuts them, with text in between", () => {
        fc.assert(
            fc.property(
                fc.array(anyFrame, { maxLength: 3 }),
                fc.string({ unit: "binary" }),
                fc.integer({ min: 1, max: 300 }),
                (frames, text, size) => {
                    const line = Buffer.concat(frames.flatMap(frame => [Buffer.from(text), encodeForUsb(frame)]))
                    expect(framesIn(...chunksOf(line, size))).toEqual(frames.map(frame => Buffer.from(frame)))
                },
            ),
        )
    })

    test("get through after any garbage: at most the one that the garbage runs into is lost", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 600 }), anyFrame, (garbage, frame) => {
                const encoded = encodeForUsb(frame)
                expect(framesIn(garbage, encoded, encoded).at(-1)).toEqual(Buffer.from(frame))
            }),
        )
    })

    test("are passed over when a byte of them was damaged", () => {
        const encoded = encodeForUsb(
            encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload: Buffer.from("reading") }),
        )
        expect(framesIn(encoded)).toHaveLength(1)
        for (let at = 0; at < encoded.length; at++) {
            const damaged = encoded.slice()
            damaged[at] ^= 0x10
            expect(framesIn(damaged)).toEqual([])
        }
    })
})

test("a frame that goes on after 252 bytes is passed over, and no more of it is kept", () => {
    const padded = (bytes: number) => encodeForUsb(Buffer.concat([reading(), Buffer.alloc(bytes - reading().length)]))
    expect(framesIn(padded(252))).toHaveLength(1)
    expect(framesIn(padded(253))).toEqual([])
})

/** A board's port on a bus, without a host program. */
function portOnBench() {
    const bench = busOnBench()
    const other = listener("other", bench.clock)
    bench.bus.attach(other)
    const usb = new UsbSerial({ name: "usb", bus: bench.bus })
    const settle = () => bench.clock.runUntil(bench.clock.nowUs + 10 * US_PER_MS)
    return {
        ...bench,
        usb,
        heard: other.heard,
        say: (command: number) => usb.push(encodeForUsb(encodeBridgeFrame(FrameFlag.Command, command))),
        /** Puts a frame on the bus that the port hears. */
        send(payloadBytes = 4) {
            bench.bus.send(other, reading(payloadBytes))
            settle()
        },
        fetch() {
            const packets: Uint8Array[] = []
            for (let packet = usb.pull(); packet.length > 0; packet = usb.pull()) packets.push(packet)
            return packets
        },
    }
}

function reading(payloadBytes = 4): Uint8Array {
    const payload = new Uint8Array(payloadBytes)
    return encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload })
}

/** Commands of the bridge's answers. */
function answersIn(packets: Uint8Array[]): number[] {
    return framesIn(...packets).flatMap(frame => decodePackets(frame).map(({ command }) => command))
}

describe("a board's USB serial port", () => {
    test("says nothing until it is spoken to, and passes frames on while packets are enabled", () => {
        const { usb, say, send, fetch } = portOnBench()
        usb.log("hello")
        send()
        expect(fetch()).toEqual([])
        say(EnableLog)
        expect(Buffer.concat(fetch()).toString("latin1")).toContain("hello\r\n")
        send()
        expect(fetch()).toEqual([])
        say(EnablePackets)
        send()
        expect(answersIn(fetch())).toEqual([EnablePackets, 0x1101])
        say(DisablePackets)
        send()
        expect(answersIn(fetch())).toEqual([DisablePackets])
    })

    test("answers a bridge command that it does not know with 0xff", () => {
        const { say, fetch } = portOnBench()
        say(0x90)
        expect(answersIn(fetch())).toEqual([0xff])
    })

    test("passes the host's frames on to the bus, and what is for the bridge to nobody", () => {
        const { usb, say, clock, heard } = portOnBench()
        say(EnablePackets)
        usb.push(Buffer.concat([Buffer.from("noise"), encodeForUsb(reading())]))
        clock.runUntil(10 * US_PER_MS)
        expect(heard.map(({ frame }) => Buffer.from(frame))).toEqual([Buffer.from(reading())])
    })

    test("sends packets of at most 64 bytes", () => {
        const { say, send, fetch } = portOnBench()
        say(EnablePackets)
        send(236)
        const lengths = fetch().map(packet => packet.length)
        expect(lengths.length).toBeGreaterThan(4)
        expect(lengths.slice(0, -1).every(length => length === 64)).toBe(true)
    })

    test("keeps 2,048 bytes for a host that does not fetch, and marks where frames are missing", () => {
        const { say, send, fetch } = portOnBench()
        say(EnablePackets)
        for (let i = 0; i < 20; i++) send(200)
        const kept = fetch()
        expect(kept.flatMap(packet => [...packet]).length).toBeLessThanOrEqual(2048)
        expect(answersIn(kept)).toHaveLength(1 + 9)
        send()
        const [packet] = fetch()
        expect([...packet.subarray(0, 4)]).toEqual([0xfe, 0xfb, 0xfe, 0xfc])
        expect(answersIn([packet])).toEqual([0x1101])
        send()
        expect([...fetch()[0].subarray(0, 2)]).toEqual([0xfe, 0xfc])
    })

    test("forgets with the chip what it was told", () => {
        const { usb, say, send, fetch } = portOnBench()
        say(EnablePackets)
        send()
        usb.restart()
        send()
        expect(fetch()).toEqual([])
        say(EnablePackets)
        send()
        expect(answersIn(fetch())).toEqual([EnablePackets, 0x1101])
    })
})

describe("jacdac-ts, over its own serial transport", () => {
    beforeEach(() => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] })
    })

    afterEach(() => {
        vi.useRealTimers()
        vi.restoreAllMocks()
    })

    test("takes the port for the runtime's, not for an HF2 one, reads a device behind it, and prints its log", async () => {
        const printed = vi.spyOn(console, "debug").mockReturnValue()
        const complained = vi.spyOn(console, "error").mockReturnValue()
        const { bus, clock } = busOnBench()
        const usb = new UsbSerial({ name: "usb", bus })
        const server = new JacdacServer({
            name: "module",
            deviceId: deviceIdOf("module"),
            description: "Thermometer",
            services: [new Sensor(jacdac.SRV_TEMPERATURE, "i22.10", () => [21.5])],
            bus,
            clock,
        })
        server.start()
        usb.log("started")
        const hardware = new SerialHardware(usb)
        const transport = jacdac.createNodeWebSerialTransport(hardware.Port)
        const jdbus = new jacdac.JDBus([transport], { disableRoleManager: true })
        const run = async (ms: number) => {
            for (let slice = 0; slice < ms; slice += 5) {
                clock.runUntil(clock.nowUs + 5 * US_PER_MS)
                hardware.carry()
                await vi.advanceTimersByTimeAsync(5)
            }
        }
        const connected = transport.connect()
        await run(2_000)
        await connected
        expect(transport.connected).toBe(true)
        const [thermometer] = jdbus.services({ serviceClass: jacdac.SRV_TEMPERATURE })
        const register = thermometer.register(jacdac.SystemReg.Reading)!
        await register.sendGetAsync()
        await run(100)
        expect(register.unpackedValue).toEqual([21.5])
        expect(printed.mock.calls.flat()).toContain("DEV: started")
        expect(complained).not.toHaveBeenCalled()

        const stopped = jdbus.stop()
        await run(1_000)
        await stopped
    })
})
