import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { decodeHeader, encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { Sensor } from "../../../simulators/bus/sensor"
import { deviceIdOf, JacdacServer } from "../../../simulators/bus/server"
import { encodeBridgeFrame, encodeForUsb } from "../../../simulators/bus/usb-framing"
import { InputError } from "../../../src/host/input-error"
import { attest } from "../../../src/host/unit/attestation"
import { certificatesOf } from "../../../src/host/unit/certificates-of"
import { lookedAtItself } from "../../../src/host/unit/looked-at-itself"
import { readDocument } from "../../../src/host/unit/read-document"
import { SerialBridge } from "../../../src/host/unit/serial-bridge"
import { LinkError } from "../../../src/host/unit/unit-link"
import { OPEN_ERRORS } from "../../simulators/bus/serial-hardware"
import { authority, der, NOW, seeded } from "../identity/factory"
import { PATH, SerialBench, valveOn } from "./serial-bench"

const FRAME = encodeForUsb(
    encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload: Buffer.from("a reading") }),
)

beforeEach(() => {
    // Promises and the stream of the port go on by themselves.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] })
})

afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
})

/** A gas valve at a port of this machine. */
async function valveAtPort(bench = new SerialBench()) {
    const board = await valveOn(bench)
    const unit = await bench.open()
    return { bench, board, unit }
}

describe("a unit at a serial port", () => {
    test("tells its registers, and attests itself", async () => {
        const { bench, unit } = await valveAtPort()
        expect(await bench.while(unit.get("model"))).toBe("Domovoi gas valve")
        // It looks at its identity after it has begun to answer.
        await bench.while(certificatesOf(unit))
        expect(await bench.while(unit.get("identity"))).toBe("Valid")
        expect(await bench.while(unit.programSha256())).toMatch(/^[0-9a-f]{64}$/)

        const policy = { revoked: new Set<string>(), now: NOW, allowTestUnits: true }
        const ca = authorityIn(await bench.while(readDocument(unit, "certificates")))
        const verdict = await bench.while(attest(unit, { ...policy, ca }, seeded("challenge")))
        expect(verdict).toMatchObject({ claims: { serial: "SIM-6A1F0C3B5D2E4F17", model: "Domovoi gas valve" } })
        const foreign = { ...policy, ca: der(await authority("ed25519")) }
        expect(await bench.while(attest(unit, foreign, seeded("another")))).toEqual({ refusal: "foreignCa" })

        await bench.while(unit.close())
        expect(bench.hardware.isOpen).toBe(false)
    })

    test("whose answer to a challenge is lost on the way is asked again, and its token believed", async () => {
        const { bench, unit } = await valveAtPort()
        const ca = authorityIn(await bench.while(certificatesOf(unit)))
        const policy = { revoked: new Set<string>(), now: NOW, allowTestUnits: true, ca }
        let asked = 0
        const call = unit.call.bind(unit)
        unit.call = async (command, values) => {
            if (command === "attest") asked++
            return call(command, values)
        }
        const verdict = attest(unit, policy, seeded("challenge"))
        await bench.while(unit.wait(1_000))
        // Until it has signed: its answer goes by in this time, and for so long the library has taken the unit for gone.
        bench.hardware.cut = () => []
        await bench.while(unit.wait(9_000))
        bench.hardware.cut = bytes => [bytes]
        expect(await bench.while(verdict)).toMatchObject({ claims: { serial: "SIM-6A1F0C3B5D2E4F17" } })
        expect(asked).toBe(1)
    })

    test.each<[string, (bytes: Uint8Array) => Uint8Array[]]>([
        ["byte by byte", bytes => Array.from(bytes, byte => Uint8Array.of(byte))],
        [
            "with text and half a frame in between",
            bytes => [Buffer.from("I (42) boot: \n"), FRAME.subarray(0, 9), bytes],
        ],
        ["with bytes of no meaning in between", bytes => [Uint8Array.of(0xfe, 0xfd, 0xfe, 0xfe, 0x00, 0xff), bytes]],
    ])("is read %s", async (_, cut) => {
        const { bench, unit } = await valveAtPort()
        const whole = await bench.while(readDocument(unit, "certificates"))
        bench.hardware.cut = cut
        expect(await bench.while(readDocument(unit, "certificates"))).toEqual(whole)
    })

    test("that does not answer one command answers the next", async () => {
        const { bench, unit } = await valveAtPort()
        bench.hardware.cut = () => []
        await expect(bench.while(unit.get("model"))).rejects.toThrow(LinkError)
        bench.hardware.cut = bytes => [bytes]
        expect(await bench.while(unit.get("model"))).toBe("Domovoi gas valve")
    })

    test("is heard again after its chip started anew and forwards nothing until it is asked to", async () => {
        const { bench, unit } = await valveAtPort()
        bench.usb.restart()
        await bench.while(unit.wait(2_500))
        expect(await bench.while(unit.get("model"))).toBe("Domovoi gas valve")
    })

    test.each([
        ["the system says so at once", "atOnce", 100],
        ["the system says so only to a writer", "onWrite", 2_500],
    ] as const)("is missed when it is unplugged in mid-command, and %s", async (_, shows, withinMs) => {
        const { bench, unit } = await valveAtPort()
        await bench.while(lookedAtItself(unit))
        const answer = unit.call("attest", { challenge: new Uint8Array(32) })
        await bench.while(unit.wait(20))
        bench.hardware.unplug(shows)
        const sinceMs = performance.now()
        await expect(bench.while(answer)).rejects.toThrow(`${PATH}: the connection has ended; plug the board in again`)
        expect(performance.now() - sinceMs).toBeLessThan(withinMs)
        await expect(unit.get("model")).rejects.toThrow(LinkError)
        await expect(unit.wait(1_000)).rejects.toThrow(LinkError)
        await unit.close()
        expect(bench.hardware.isOpen).toBe(false)
    })

    test("leaves no timer behind that would keep the process running", async () => {
        vi.useRealTimers()
        const made = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "setInterval")]
        // Only `_destroyed` tells whether a timer has run out or was cleared.
        type Timer = NodeJS.Timeout & { _destroyed?: boolean }
        const timers = () => made.flatMap(({ mock }) => mock.results.map(({ value }) => value as Timer))
        const holding = () => timers().filter(timer => timer.hasRef() && !timer._destroyed).length
        const { bench, unit } = await valveAtPort()
        const whileOpen = holding()
        expect(whileOpen).toBeGreaterThan(0)
        await bench.while(unit.get("model"))
        expect(holding()).toBe(whileOpen)
        await bench.while(unit.close())
        expect(holding()).toBe(0)
    })
})

describe("a port", () => {
    test.each([
        ["missing", "there is no such port"],
        ["missingOnWindows", "there is no such port"],
        ["forbidden", "this user may not open the port"],
        ["busy", "another program has the port open"],
        ["busyOnWindows", "another program has the port open"],
        ["noPort", "this is no serial port"],
    ] as const)("that cannot be opened (%s) is named with what to do", async (error, line) => {
        const bench = new SerialBench()
        bench.hardware.openError = OPEN_ERRORS[error]
        const opening = bench.open()
        await expect(opening).rejects.toThrow(InputError)
        await expect(opening).rejects.toThrow(`${PATH}: ${line}`)
    })

    test("at which nobody answers is given up after 5 s, and closed", async () => {
        const bench = new SerialBench()
        bench.hardware.cut = () => []
        const sinceMs = performance.now()
        const opening = bench.open()
        await expect(opening).rejects.toThrow(LinkError)
        await expect(opening).rejects.toThrow(`${PATH}: nobody answers`)
        expect(performance.now() - sinceMs).toBeLessThan(5_100)
        expect(bench.hardware.isOpen).toBe(false)
    })

    test("whose board is unplugged before it answers says that", async () => {
        const bench = new SerialBench()
        bench.hardware.cut = () => []
        const opening = bench.open()
        setTimeout(() => bench.hardware.unplug("atOnce"), 500)
        await expect(opening).rejects.toThrow("the connection has ended")
    })

    test("with a Jacdac bus but no Domovoi device behind it says that, and is closed", async () => {
        const bench = new SerialBench()
        thermometerOn(bench)
        await expect(bench.open()).rejects.toThrow("no Domovoi device answers within 8 s; is its program running?")
        expect(bench.hardware.isOpen).toBe(false)
    })
})

test("a bridge keeps to itself what it and the board have to say to each other", async () => {
    const bench = new SerialBench()
    thermometerOn(bench)
    const bridge = await bench.while(SerialBridge.open(PATH, bench.hardware.Port))
    const passedOn: string[] = []
    bridge.on(jacdac.FRAME_PROCESS, (frame: Uint8Array) => passedOn.push(decodeHeader(frame)!.deviceId))
    bridge.bus = new jacdac.JDBus([], { disableRoleManager: true })
    bench.usb.push(encodeForUsb(encodeBridgeFrame(FrameFlag.Command, jacdac.UsbBridgeCmd.EnableLog)))
    await bench.while(new Promise(resolve => setTimeout(resolve, 1_000)))
    expect(new Set(passedOn)).toEqual(new Set([deviceIdOf("module")]))
    await bench.while(bridge.close())
})

function thermometerOn({ bus, clock }: SerialBench): void {
    const services = [new Sensor(jacdac.SRV_TEMPERATURE, "i22.10", () => [21.5])]
    const deviceId = deviceIdOf("module")
    new JacdacServer({ name: "module", deviceId, description: "Thermometer", services, bus, clock }).start()
}

/** The authority's certificate, which stands behind the device's own (DER, X.690 §8.1.3.5: a length of two bytes). */
function authorityIn(chain: Buffer): Uint8Array {
    return chain.subarray(4 + chain.readUInt16BE(2))
}
