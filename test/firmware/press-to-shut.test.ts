/** A press to shut the valve shuts it, whatever the device is doing at that moment, and no such press opens it. */
import { expect, test } from "vitest"
import { programDeviceId } from "../../simulators/bus/frame"
import { US_PER_S } from "../../simulators/clock"
import { floodReadings, OWN, peerOn } from "./gas-modules"
import { openValve } from "./open-valve"
import { DEVICE_ID, type Rig, withRepairedTimer } from "./rig"

const ATTEST = 0x81
/** Somebody taps a button. */
const TAP_S = 0.12

/** More readings of the valve's own module than it can handle, for so long. */
function flood(device: Rig, seconds: number): void {
    const peer = peerOn(device)
    floodReadings(peer, OWN, 0, 3000)
    device.clock.after(seconds * US_PER_S, () => peer.leave())
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

/** With the timer as published, which may lose its alarm, a tap in a hundred falls between two looks at the button; it is then to be tapped again. */
test.each([
    ["repaired", withRepairedTimer("valve_pico"), 0],
    ["as published", "valve_pico", 1],
])("a tap shuts it at any moment of a signature, with a timer %s", async (_, board, most) => {
    const device = await openValve(board)
    const peer = peerOn(device)
    let missed = 0
    for (let phase = 0; phase < 12; phase++) {
        if (phase % 4 === 0) peer.command(programDeviceId(DEVICE_ID), 1, ATTEST, Buffer.alloc(32, phase + 1))
        device.run(0.5 + phase * 0.0137)
        device.act("button", "press")
        device.run(TAP_S)
        device.act("button", "release")
        device.run(0.5)
        if (device.see("valve").state === "open") missed++
        else device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "open" })
    }
    expect(missed).toBeLessThanOrEqual(most)
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
