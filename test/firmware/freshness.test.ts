/** What is heard late is not acted on as if it were new: stories of a gas valve whose bus, or whose processor, has more to do than it can. */
import { describe, expect, test } from "vitest"
import type { BusNode } from "../../simulators/bus/bus"
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, programDeviceId } from "../../simulators/bus/frame"
import { Service } from "../../simulators/bus/service"
import { US_PER_MS, US_PER_S } from "../../simulators/clock"
import { Cause } from "../../src/core/failsafe/cause"
import { falseModule } from "./false-module"
import { bindRoles, floodReadings, OWN, peerOn } from "./gas-modules"
import { openValve, press } from "./open-valve"
import { DEVICE_ID, type Rig, rig, testProgram } from "./rig"

/** From gas to a shut valve: docs/fail-safe-matrix.md. */
const LIMIT_S = 0.5
const PROGRAM = programDeviceId(DEVICE_ID)
const Command = { attest: 0x81, readLog: 0x88, signLog: 0x89, probe: 0x95 } as const
const SERVICE = 1
const READ_REGISTER = 0x1000
/** Registers of the service that every device answers. */
const REGISTERS = [
    0x180, 0x181, 0x182, 0x183, 0x184, 0x185, 0x186, 0x187, 0x188, 0x189, 0x18a, 0x18b, 0x18c, 0x18d, 0x18e,
]
const PROBE_BYTES = 64

/** What the device has answered to `attest`: a refusal each, 0 for none. */
const attested: number[] = []

function hearAnswer(frame: Uint8Array): void {
    const header = decodeHeader(frame)
    if (header?.deviceId !== PROGRAM || (header.flags & FrameFlag.Command) !== 0) return
    for (const { command, payload } of decodePackets(frame)) if (command === Command.attest) attested.push(payload[0])
}

const senders = new WeakMap<Rig, BusNode>()

/** Puts a frame on the bus. */
function send(device: Rig, frame: Uint8Array): void {
    let sender = senders.get(device)
    if (!sender) {
        sender = { name: "host", receive: hearAnswer }
        device.bus.attach(sender)
        senders.set(device, sender)
    }
    device.bus.send(sender, frame)
}

/** Asks for a signature, which takes some seconds. */
function attest(device: Rig, first: number): void {
    const payload = Buffer.alloc(32, first)
    send(device, encodeFrame(PROGRAM, FrameFlag.Command, { serviceIndex: SERVICE, command: Command.attest, payload }))
}

/** Puts frames on the bus, back to back, until told to stop. @returns that */
function flood(device: Rig, frame: (count: number) => Uint8Array, everyUs: number): () => void {
    let on = true
    let count = 0
    const next = () => {
        if (!on) return
        send(device, frame(count++))
        device.clock.after(everyUs, next)
    }
    next()
    return () => {
        on = false
    }
}

/** A report of a stranger that nobody listens to, and a command to the device itself that it has to answer. */
const stranger = (bytes: number) => (count: number) =>
    encodeFrame("1122334455667788", 0, {
        serviceIndex: 1 + (count % 3),
        command: 0x1101,
        payload: new Uint8Array(bytes),
    })
const question = (count: number) =>
    encodeFrame(PROGRAM, FrameFlag.Command, {
        serviceIndex: SERVICE,
        command: READ_REGISTER | REGISTERS[count % REGISTERS.length],
        payload: new Uint8Array(0),
    })

const hasShut = (device: Rig) => device.secondsUntil("valve", { state: "shut" }, 5) ?? Number.POSITIVE_INFINITY

describe("gas while the valve signs", () => {
    test.each([100, 50, 20, 10])(
        `shuts it within ${LIMIT_S} s, at every phase, with gas frames every %i ms`,
        async everyMs => {
            const device = await openValve()
            const peer = peerOn(device)
            let percentLel = 0
            const own = peer
            if (everyMs < 100) own.every(everyMs, () => gasReading(device, percentLel))
            const seconds: number[] = []
            for (let phase = 0; phase < 4; phase++) {
                attest(device, phase + 1)
                device.run(2 + phase * 0.137)
                expect(
                    device.see("valve"),
                    `nothing shuts it but gas; causes ${device.register("causes")}`,
                ).toMatchObject({
                    state: "open",
                })
                percentLel = 35
                device.act("gas", "set", 35)
                seconds.push(hasShut(device))
                percentLel = 0
                device.act("gas", "set", 0)
                // Until the signature is there.
                device.run(12)
                press(device)
                press(device)
            }
            console.log(`gas frames every ${everyMs} ms: shut after ${seconds.map(s => s.toFixed(3)).join(", ")} s`)
            expect(Math.max(...seconds)).toBeLessThan(LIMIT_S)
        },
    )
})

/** Says a reading in the name of the valve's own module. */
const gasReading = (device: Rig, percentLel: number) => send(device, gasFrame(percentLel))

function gasFrame(percentLel: number): Uint8Array {
    const [deviceId, index] = OWN.split("/")
    const payload = Buffer.alloc(4)
    payload.writeUInt32LE(percentLel * 0x10000)
    return encodeFrame(deviceId, 0, { serviceIndex: Number(index), command: 0x1101, payload })
}

describe.each<[string, (count: number) => Uint8Array, number]>([
    ["small frames of a stranger", stranger(4), 330],
    ["large frames of a stranger", stranger(232), 2800],
    ["questions to the device", question, 330],
])("a flood of %s", (_, frame, everyUs) => {
    test(`leaves the valve open no longer than ${LIMIT_S} s after gas, and lets it be opened again by a press when it ends`, async () => {
        const device = await openValve()
        const stop = flood(device, frame, everyUs)
        device.run(0.04)
        device.act("gas", "set", 35)
        const seconds = hasShut(device)
        console.log(`shut after ${seconds.toFixed(3)} s, causes ${device.register("causes")}`)
        expect(seconds).toBeLessThan(LIMIT_S)
        device.run(2)
        device.act("gas", "set", 0)
        stop()
        device.run(3)
        const causes = device.register("causes") as number
        expect(causes & ~Cause.Hazard).toBe(0)
        for (let presses = 0; presses < 2 && device.see("valve").state !== "open"; presses++) press(device)
        expect(device.see("valve")).toMatchObject({ state: "open" })
    })
})

test.each([330, 500])(
    `gas at any moment of a flood of questions every %i µs finds the valve shut, or shuts it within ${LIMIT_S} s`,
    async everyUs => {
        const found: Record<string, number> = {}
        for (const after of [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 1, 3]) {
            const device = await openValve()
            flood(device, question, everyUs)
            device.run(after)
            device.act("gas", "set", 35)
            found[after] = hasShut(device)
        }
        console.log(found)
        expect(Math.max(...Object.values(found))).toBeLessThan(LIMIT_S)
    },
)

test("a processor that stands still again and again in a flood leaves the valve open for no longer after gas than once", async () => {
    const seconds: number[] = []
    for (let phase = 0; phase < 6; phase++) {
        const device = await openValve()
        flood(device, () => gasFrame(0), 1600)
        device.run(1 + 0.017 * phase)
        expect(device.see("valve")).toMatchObject({ state: "open" })
        device.act("gas", "set", 35)
        let atS = 0.05
        for (const forS of [0.2, 0.39, 0.39]) {
            device.clock.after(atS * US_PER_S, () => device.board.stall(forS * US_PER_S))
            atS += forS + 0.005
        }
        seconds.push(hasShut(device))
    }
    // In time, one stall, and the time in which a probe comes round.
    expect(Math.max(...seconds), `shut after ${seconds} s`).toBeLessThan(0.3 + 0.4 + 0.06)
})

/** Time until the hogging valve has seen its button, and a stretch of its own. */
const CHANCE_S = 0.3

/** Open, on a bus with 50 frames a second: one a pass, and a pass takes 0.1 s while the button is pressed. */
async function hoggingValve(): Promise<Rig> {
    const device = await rig(testProgram("devices/hogging-valve.ts"), "valve_pico")
    device.boot()
    flood(device, stranger(4), 20_000)
    device.run(3)
    expect(device.see("valve")).toMatchObject({ state: "open" })
    return device
}

test("a program that computes for 0.1 s at a time is late: the output is made safe, the heartbeat stops, and both come back by themselves", async () => {
    const device = await hoggingValve()
    device.act("button", "press")
    expect(hasShut(device)).toBeLessThan(LIMIT_S + CHANCE_S)
    device.run(1)
    expect(device.see("deadman")).toMatchObject({ alive: false })
    device.act("button", "release")
    device.run(4)
    expect(device.see("deadman")).toMatchObject({ alive: true })
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect(device.register("causes")).toBe(0)
})

const probe = (number: number) => {
    const payload = Buffer.alloc(PROBE_BYTES)
    payload.writeUInt32LE(number >>> 0)
    return encodeFrame(PROGRAM, FrameFlag.Command, { serviceIndex: SERVICE, command: Command.probe, payload })
}

describe("somebody who sends what looks like a probe", () => {
    test.each<[string, (count: number) => number]>([
        ["the same number", () => 0],
        ["numbers that follow each other", count => count],
    ])("%s, does not make a late bus look fresh", async (_, number) => {
        const device = await hoggingValve()
        flood(device, count => probe(number(count)), 20_000)
        device.act("button", "press")
        expect(hasShut(device)).toBeLessThan(LIMIT_S + CHANCE_S)
        device.run(2)
        expect(device.see("deadman")).toMatchObject({ alive: false })
    })

    test("of the wrong size, or before the device has sent its first, changes nothing", async () => {
        const device = await rig("gas-valve", "valve_pico")
        const sizes = [0, 3, 63, 65, 232]
        flood(
            device,
            count =>
                encodeFrame(PROGRAM, FrameFlag.Command | FrameFlag.AckRequested, {
                    serviceIndex: SERVICE,
                    command: Command.probe,
                    payload: new Uint8Array(count % 6 === 5 ? PROBE_BYTES : sizes[count % 6]),
                }),
            20_000,
        )
        device.boot()
        device.run(3)
        press(device)
        expect(device.see("valve")).toMatchObject({ state: "open" })
        expect(device.log.filter(line => /Exception|\* start:/.test(line))).toHaveLength(1)
    })
})

describe("what is no reason to be late", () => {
    /** Runs with the valve open, and expects that it stays so and that its heartbeat never falters. */
    function staysOpen(device: Rig, seconds: number): void {
        const falls = device.see("deadman").falls
        for (let s = 0; s < seconds; s++) {
            device.run(1)
            expect(device.see("valve"), `after ${s} s, causes ${device.register("causes")}`).toMatchObject({
                state: "open",
            })
        }
        expect(device.see("deadman").falls).toBe(falls)
    }

    test.each([0, 1, 2, 3])("a tenth of all frames lost on the way, story %i", async story => {
        const device = await openValve()
        device.run(story)
        device.bus.impose({ kind: "loss", probability: 0.1 }, 30 * US_PER_S)
        staysOpen(device, 30)
    })

    test("nothing to do", async () => {
        staysOpen(await openValve(), 120)
    })

    test("a host that asks for everything at once, again and again", async () => {
        const device = await openValve()
        const ask = () => {
            for (let i = 0; i < REGISTERS.length; i++) send(device, question(i))
            device.clock.after(US_PER_S, ask)
        }
        ask()
        staysOpen(device, 20)
    })

    test("sixteen peers that announce themselves and say something ten times a second, while it signs", async () => {
        const device = await openValve()
        flood(device, stranger(8), US_PER_S / 160)
        for (let i = 0; i < 16; i++)
            falseModule(
                device,
                [new Service(0x1ff00000 + i), new Service(0x1ff00100 + i)],
                `02000000000000${(16 + i).toString(16)}`,
            ).start()
        attested.length = 0
        for (let i = 0; i < 3; i++) {
            attest(device, i + 1)
            // The first is signed beside a key for a pairing.
            for (let s = 0; s < 60 && attested.length === i; s++) staysOpen(device, 1)
        }
        expect(attested).toEqual([0, 0, 0])
    })

    test("its log, handed out and signed", async () => {
        const device = await openValve()
        const command = (command: number, payload: Uint8Array) =>
            send(device, encodeFrame(PROGRAM, FrameFlag.Command, { serviceIndex: SERVICE, command, payload }))
        let piece = 0
        const next = () => {
            const payload = Buffer.alloc(4)
            payload.writeUInt32LE(piece++)
            if (piece < 200) command(Command.readLog, payload)
            else if (piece === 200) command(Command.signLog, Buffer.alloc(32, 7))
            device.clock.after(60 * US_PER_MS, next)
        }
        next()
        staysOpen(device, 25)
    })

    test("a peer that takes away every role that it can name", async () => {
        const device = await openValve()
        const peer = peerOn(device)
        // The module is heard all the same: readings go by their sender, and the roles are bound again within a second.
        floodReadings(peer, OWN, 0, 5)
        bindRoles(peer, DEVICE_ID, undefined, 900)
        staysOpen(device, 10)
    })
})
