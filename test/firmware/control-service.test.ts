import { describe, expect, test } from "vitest"
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, programDeviceId } from "../../simulators/bus/frame"
import { type Rig, rig } from "./rig"

/** Jacdac: asks for a register, writes one, and what a service answers that has it not. */
const GET = 0x1000
const SET = 0x2000
const NOT_IMPLEMENTED = 0x0003
/** Packets of the control service. */
const ANNOUNCE = 0x00
const NOOP = 0x80
const IDENTIFY = 0x81
const RESET = 0x82
const FLOOD_PING = 0x83
const SET_STATUS_LIGHT = 0x84

interface Heard {
    atUs: number
    service: number
    command: number
    data: Buffer
}

/** What the services of the device's program say, from now on. */
function listenTo(device: Rig): Heard[] {
    const heard: Heard[] = []
    const program = programDeviceId(device.board.deviceId)
    device.bus.attach({
        name: "listener",
        receive(frame) {
            const header = decodeHeader(frame)
            if (header?.deviceId !== program || header.flags & FrameFlag.Command) return
            for (const { serviceIndex, command, payload } of decodePackets(frame))
                heard.push({ atUs: device.clock.nowUs, service: serviceIndex, command, data: Buffer.from(payload) })
        },
    })
    return heard
}

describe.each([
    { name: "gas-valve", board: "valve_pico", services: ["Domovoi", "Owner"] },
    { name: "doorbell", board: "doorbell_c3", services: ["Privacy", "Domovoi", "Owner"] },
])("$name", ({ name, board, services }) => {
    async function started() {
        const device = await rig(name, board)
        const heard = listenTo(device)
        device.boot()
        const host = { name: "host", receive: () => {} }
        device.bus.attach(host)
        const program = programDeviceId(device.board.deviceId)

        /** Sends a packet. @returns what comes back within 0.2 s, without announcements that nobody asked for */
        function ask(serviceIndex: number, command: number, payload = Buffer.alloc(0)): string[] {
            const before = heard.length
            device.bus.send(host, encodeFrame(program, FrameFlag.Command, { serviceIndex, command, payload }))
            device.run(0.2)
            return heard
                .slice(before)
                .filter(({ service, command: said }) => service !== 0 || said !== ANNOUNCE || command === ANNOUNCE)
                .map(({ service, command, data }) => `${service} ${command.toString(16)} ${data.toString("hex")}`)
        }

        /** That packet, refused. */
        function notImplemented(command: number): string[] {
            const data = Buffer.alloc(4)
            data.writeUInt16LE(command)
            // CRC of the request: the rest of the answer says which packet it is for.
            return [expect.stringMatching(new RegExp(`^\\d+ ${NOT_IMPLEMENTED} ${data.toString("hex", 0, 2)}`))]
        }
        return { device, heard, ask, notImplemented }
    }

    test("announces its services twice a second, with a restart counter that ends at 15", async () => {
        const { device, heard } = await started()
        device.run(10)
        const announcements = heard.filter(({ service, command }) => service === 0 && command === ANNOUNCE)
        const gapsMs = announcements.slice(1).map(({ atUs }, i) => (atUs - announcements[i].atUs) / 1000)
        expect(Math.min(...gapsMs)).toBeGreaterThan(480)
        // A start is busy. Hosts take a device for gone after 2 s.
        expect(Math.max(...gapsMs)).toBeLessThan(1000)
        // The stock runtime can stand still until the next frame, on the valve for 0.1 s (docs/simulator.md).
        expect(Math.max(...gapsMs.slice(-10))).toBeLessThan(640)
        expect(gapsMs.slice(-10).filter(ms => ms < 540).length).toBeGreaterThan(7)
        const counters = announcements.map(({ data }) => data[0] & 15)
        expect(counters.slice(0, 3)).toEqual([2, 3, 4])
        expect(counters.slice(-3)).toEqual([15, 15, 15])
        for (const { data } of announcements) {
            // The device acknowledges; it says neither how many packets it sent nor anything else.
            expect(data.readUInt16LE(0) >> 4).toBe(0x10)
            expect(data.readUInt16LE(2)).toBe(0)
            expect(data.length).toBe(4 + 4 * services.length)
        }
    })

    test("says what it is, and which service is which", async () => {
        const { ask } = await started()
        const text = (words: string) => Buffer.from(words).toString("hex")
        expect(ask(0, GET | 0x180)).toEqual([`0 1180 ${text("DeviceScript user-provided servers")}`])
        expect(ask(0, GET | 0x181)).toEqual(["0 1181 dd245735"])
        expect(ask(0, GET | 0x184)).toEqual(["0 1184 dd245735"])
        expect(ask(0, GET | 0x185)).toEqual([`0 1185 ${text("v0.1.0")}`])
        expect(ask(0, GET | 0x103)).toEqual(["0 1103 00000000"])
        for (const [index, service] of services.entries())
            expect(ask(index + 1, GET | 0x109)).toEqual([`${index + 1} 1109 ${text(`${service}_0`)}`])
    })

    test("does nothing where it has nothing to show, and says what it has not got", async () => {
        const { ask, notImplemented } = await started()
        for (const command of [NOOP, IDENTIFY]) expect(ask(0, command)).toEqual([])
        expect(ask(0, SET_STATUS_LIGHT, Buffer.alloc(4))).toEqual([])
        expect(ask(0, FLOOD_PING, Buffer.alloc(9))).toEqual(notImplemented(FLOOD_PING))
        expect(ask(0, GET | 0x182)).toEqual(notImplemented(GET | 0x182))
        for (const index of services.keys()) {
            expect(ask(index + 1, 0x7f)).toEqual(notImplemented(0x7f))
            // Status code and instance name, as every service has them.
            for (const register of [0x103, 0x109])
                expect(ask(index + 1, SET | register, Buffer.alloc(4))).toEqual(notImplemented(SET | register))
        }
        expect(ask(services.length + 1, GET | 0x103)).toEqual([])
    })

    test("announces itself when it is asked to", async () => {
        const { device, ask } = await started()
        device.run(10)
        const said = ask(0, ANNOUNCE)
        expect(said.length).toBeGreaterThanOrEqual(1)
        expect(said.length).toBeLessThanOrEqual(2)
        expect(said[0]).toMatch(/^0 0 0f010000/)
    })

    test("starts again when it is told to", async () => {
        const { device, heard, ask } = await started()
        device.run(10)
        ask(0, RESET)
        const before = heard.length
        device.run(5)
        const next = heard.slice(before).find(({ service, command }) => service === 0 && command === ANNOUNCE)
        expect(next!.data[0] & 15).toBe(2)
    })
})
