import { expect, test } from "vitest"
import { programDeviceId } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { rig, testProgram } from "./rig"

test("the gas valve answers for itself", async () => {
    const device = await rig("gas-valve", "valve_pico")
    device.boot()
    expect(device.register("model")).toBe("Domovoi gas valve")
    expect(device.register("firmware_version")).toBe(`v${device.firmware.version}`)
    expect(device.register("sequence_number")).toBe(1)
    expect(device.register("security_class")).toBe(1)
    expect(device.register("storage")).toBe("Fram")
    const uptime = device.register("uptime") as number
    device.run(100)
    expect((device.register("uptime") as number) - uptime).toBeGreaterThanOrEqual(100)
})

test("a change of state is an event, repeated as Jacdac wants it and sent for nothing else", async () => {
    const device = await rig("gas-valve", "valve_pico")
    device.boot()
    const events: string[] = []
    device.bus.attach({
        name: "listener",
        receive(frame) {
            for (const packet of jacdac.Packet.fromFrame(frame, 0))
                if (packet.isEvent && packet.deviceIdentifier === programDeviceId(device.board.deviceId))
                    events.push(`event ${packet.eventCode}, counter ${packet.eventCounter}: ${packet.data.join(" ")}`)
        },
    })
    device.press("button")
    device.press("button")
    expect(events).toEqual([])
    device.act("gas", "set", 50)
    device.run(1)
    const [first, ...repeated] = events
    // Safe (2), Hazard (2).
    expect(first).toMatch(/^event 128, counter \d+: 2 2$/)
    expect(repeated).toEqual([first, first])
})

test("a board without a FRAM says that its records lie in settings, and keeps them there", async () => {
    const device = await rig(testProgram("devices/bare-valve.ts"), "pico", testProgram("boards"))
    device.boot()
    expect(device.register("storage")).toBe("Settings")
    device.act("gas", "set", 50)
    device.run(1)
    expect(device.register("state")).toEqual({ state: "Safe", cause: "Hazard" })
    device.board.powerOff()
    device.act("gas", "set", 0)
    device.boot()
    expect(device.register("state")).toEqual({ state: "Safe", cause: "Hazard" })
})
