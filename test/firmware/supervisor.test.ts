import { expect, test } from "vitest"
import { loadBoard } from "../../simulators/board/definition"
import { buildFirmware } from "../../src/host/build/firmware"
import { Rig, testProgram } from "./rig"

test("the heart beats while every activity makes progress; one that makes more does not stand for another", async () => {
    const firmware = await buildFirmware(testProgram("devices/two-activities.ts"))
    const device = new Rig(firmware, loadBoard("valve_pico", "boards"), undefined)
    device.boot()
    expect(device.see("deadman")).toMatchObject({ alive: true })
    device.act("button", "press")
    expect(device.secondsUntil("deadman", { alive: false }, 1)).toBeLessThan(0.6)
    device.run(1)
    expect(device.see("deadman")).toMatchObject({ alive: false })
    device.act("button", "release")
    expect(device.secondsUntil("deadman", { alive: true }, 1)).toBeLessThan(0.3)
})
