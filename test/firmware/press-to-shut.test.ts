/** A press to shut the valve shuts it, whatever the device is doing at that moment, and no such press opens it. */
import { expect, test } from "vitest"
import type { BusNode } from "../../simulators/bus/bus"
import { encodeFrame, FrameFlag, programDeviceId } from "../../simulators/bus/frame"
import { OWN } from "./gas-modules"
import { openValve } from "./open-valve"
import { DEVICE_ID, type Rig } from "./rig"

const ATTEST = 0x81
/** Somebody taps a button. */
const TAP_S = 0.12

/** A host on the bus of a device. @returns what puts a frame there in its name */
function senderOn(device: Rig): (frame: Uint8Array) => void {
    const host: BusNode = { name: "host", receive: () => {} }
    device.bus.attach(host)
    return frame => device.bus.send(host, frame)
}

/** More readings of the valve's own module than it can handle, for so long. */
function flood(device: Rig, seconds: number): void {
    const [deviceId, serviceIndex] = OWN.split("/")
    const clear = { serviceIndex: Number(serviceIndex), command: 0x1101, payload: new Uint8Array(4) }
    const send = senderOn(device)
    const endsUs = device.clock.nowUs + 1e6 * seconds
    const next = () => {
        if (device.clock.nowUs >= endsUs) return
        send(encodeFrame(deviceId, 0, clear))
        device.clock.after(330, next)
    }
    next()
}

test.each([0.2, 0.25, 0.3, 0.35, 0.4])(
    "a press that begins %f s into a flood leaves the valve shut, also when the device hears in time again before it ends",
    async afterS => {
        const device = await openValve()
        flood(device, 0.4)
        device.run(afterS)
        device.act("button", "press")
        expect(device.secondsUntil("valve", { state: "shut" }, 1)).toBeLessThan(0.5)
        device.run(1.5)
        expect(device.see("valve")).toMatchObject({ state: "shut" })
        device.act("button", "release")
        device.run(1)
        expect(device.see("valve")).toMatchObject({ state: "shut" })
        device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "open" })
    },
)

test("a tap shuts it at any moment of a signature", async () => {
    const device = await openValve()
    const send = senderOn(device)
    let missed = 0
    for (let phase = 0; phase < 12; phase++) {
        const packet = { serviceIndex: 1, command: ATTEST, payload: Buffer.alloc(32, phase + 1) }
        if (phase % 4 === 0) send(encodeFrame(programDeviceId(DEVICE_ID), FrameFlag.Command, packet))
        device.run(0.5 + phase * 0.0137)
        device.act("button", "press")
        device.run(TAP_S)
        device.act("button", "release")
        device.run(0.5)
        if (device.see("valve").state === "open") missed++
        else device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "open" })
    }
    expect(missed).toBe(0)
})

test("a tap shuts it and does not open it again, however its contact bounces", async () => {
    const device = await openValve()
    for (let phase = 0; phase < 10; phase++) {
        device.run(phase * 0.0071)
        device.act("button", "bounce", 8)
        device.act("button", "press")
        device.run(TAP_S)
        device.act("button", "bounce", 8)
        device.act("button", "release")
        device.run(0.6)
        expect(device.see("valve"), `phase ${phase}`).toMatchObject({ state: "shut" })
        device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "open" })
    }
})
