import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodeHeader, decodePackets, encodeFrame } from "../../../simulators/bus/frame"
import { FrameReader } from "../../../simulators/bus/frame-reader"
import { jacdac } from "../../../simulators/bus/jacdac"

const deviceId = "0123456789abcdef"

describe("frames", () => {
    test("hold what was put into them, and jacdac-ts reads the same", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 0, max: 0x3f }),
                fc.integer({ min: 0, max: 0xffff }),
                fc.uint8Array({ maxLength: 236 }),
                fc.constantFrom(0, 1, 3, 5),
                (serviceIndex, command, payload, flags) => {
                    const frame = encodeFrame(deviceId, flags, { serviceIndex, command, payload })
                    expect(decodeHeader(frame)).toMatchObject({ flags, deviceId })
                    expect(decodePackets(frame)).toEqual([{ serviceIndex, command, payload: Buffer.from(payload) }])
                    const [theirs] = jacdac.Packet.fromFrame(Uint8Array.from(frame), 0)
                    expect(theirs.deviceIdentifier).toBe(deviceId)
                    expect(theirs.serviceCommand).toBe(command)
                    expect(theirs.serviceIndex).toBe(serviceIndex)
                    expect([...theirs.data]).toEqual([...payload])
                },
            ),
        )
    })

    test("of several packets give all of them", () => {
        const first = encodeFrame(deviceId, 0, {
            serviceIndex: 1,
            command: 0x1001,
            payload: Uint8Array.of(1, 2, 3, 4, 5),
        })
        const second = encodeFrame(deviceId, 0, { serviceIndex: 2, command: 0x80, payload: Uint8Array.of(9) })
        const both = Buffer.concat([first, second.subarray(12)])
        both[2] = both.length - 12
        expect(decodePackets(both)).toEqual([
            { serviceIndex: 1, command: 0x1001, payload: Buffer.of(1, 2, 3, 4, 5) },
            { serviceIndex: 2, command: 0x80, payload: Buffer.of(9) },
        ])
    })

    test("with any one bit changed behind the CRC are no frames", () => {
        const frame = encodeFrame(deviceId, 0, { serviceIndex: 1, command: 0x1101, payload: Uint8Array.of(1, 2, 3) })
        for (let bit = 24; bit < frame.length * 8; bit++) {
            const altered = frame.slice()
            altered[bit >> 3] ^= 1 << (bit & 7)
            expect(decodeHeader(altered)).toBeUndefined()
        }
    })

    test("of any bytes do no harm", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
                decodeHeader(bytes)
                for (const { payload } of decodePackets(bytes)) expect(payload.length).toBeLessThanOrEqual(bytes.length)
            }),
        )
    })
})

describe("the frame reader", () => {
    test("has words for any packet, well formed or not, in one line", () => {
        const packet = fc.record({
            serviceIndex: fc.integer({ min: 0, max: 0x3f }),
            command: fc.integer({ min: 0, max: 0xffff }),
            payload: fc.uint8Array({ maxLength: 40 }),
        })
        const announcement = {
            serviceIndex: 0,
            command: 0,
            payload: new Uint8Array(Uint32Array.of(0x0701, jacdac.SRV_BUZZER).buffer),
        }
        fc.assert(
            fc.property(packet, fc.constantFrom(0, 1, 5), (packet, flags) => {
                const reader = new FrameReader()
                for (const [each, eachFlags] of [
                    [announcement, 0],
                    [packet, flags],
                ] as const) {
                    const lines = reader.read(Buffer.from(encodeFrame(deviceId, eachFlags, each)).toString("hex"))
                    expect(lines).toHaveLength(1)
                    expect(lines[0]).not.toContain("\n")
                }
            }),
        )
    })

    test("puts packets into words once it has seen the device announced", () => {
        const hex = (serviceIndex: number, command: number, flags: number, payload: Uint8Array) =>
            Buffer.from(encodeFrame(deviceId, flags, { serviceIndex, command, payload })).toString("hex")
        const announcement = new Uint8Array(
            Uint32Array.of(0x0701, jacdac.SRV_RELAY, jacdac.SRV_BUTTON, 0x1d0a7a20).buffer,
        )
        const name = jacdac.shortDeviceId(deviceId)
        const reader = new FrameReader()
        expect(reader.read(hex(1, 0x2001, 1, Uint8Array.of(1)))[0]).toContain(`${name} ? 1: `)
        expect(reader.read(hex(0, 0, 0, announcement))[0]).toContain(`${name} CONTROL 0: `)
        expect(reader.read(hex(1, 0x2001, 1, Uint8Array.of(1)))[0]).toContain(`${name} RELAY 1: `)
        expect(reader.read(hex(1, 0x2001, 1, Uint8Array.of(1)))[0]).toContain("active")
        expect(reader.read(hex(2, 0x8101, 0, new Uint8Array(0)))[0]).toContain("down")
        expect(reader.read(hex(3, 0x1101, 0, new Uint8Array(4)))[0]).toContain(`${name} 0x1d0a7a20 3: `)
    })
})
