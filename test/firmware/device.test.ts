import { expect, test } from "vitest"
import { rig, testProgram, withRepairedTimer } from "./rig"

test("a step that fails: output safe, heartbeat stopped, cause told, and a new start from the records a second later", async () => {
    const device = await rig(testProgram("devices/failing-step.ts"), withRepairedTimer("valve_pico"))
    device.boot()
    expect(device.see("valve")).toMatchObject({ state: "open" })

    device.act("button", "press")
    expect(device.secondsUntil("valve", { state: "shut" }, 1)).toBeLessThan(0.2)
    expect(device.secondsUntil("deadman", { alive: false }, 1)).toBeLessThan(0.6)
    expect(device.register("state")).toEqual({ state: "Safe", cause: "Crash" })
    // The program itself lives on: it has not been restarted by the runtime.
    expect(device.register("uptime")).toBeGreaterThanOrEqual(2)

    device.act("button", "release")
    device.run(4)
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
    expect(device.log.filter(line => line.includes("start ")).length).toBeGreaterThan(1)
})

test("a step that waits for ever: no more heartbeat, and the valve shut within 1 s although the line still asks for it", async () => {
    const device = await rig(testProgram("devices/waiting-step.ts"), withRepairedTimer("valve_pico"))
    device.boot()
    expect(device.see("valve")).toMatchObject({ state: "open" })

    device.act("button", "press")
    expect(device.secondsUntil("valve", { state: "shut" }, 2)).toBeLessThan(1)
    expect(device.board.wiring.level("VALVE")).toBe(true)
    expect(device.register("uptime")).toBeGreaterThanOrEqual(2)
})
