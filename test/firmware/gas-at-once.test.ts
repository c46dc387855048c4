/** Gas shuts the valve whatever its cycle waits for: here the record of the opening, and that of the latch. */
import { expect, test } from "vitest"
import { rig } from "./rig"

const LIMIT_S = 0.5

test.each([0, 0.02, 0.04, 0.1, 0.2])(
    "gas %f s behind the press that opens the valve shuts it in time",
    async afterS => {
        const device = await rig("gas-valve", "valve_pico")
        device.boot()
        device.run(3)
        device.act("button", "press")
        expect(device.secondsUntil("valve", { state: "open" }, 3)).toBeDefined()
        device.run(afterS)
        device.act("gas", "set", 35)
        expect(device.secondsUntil("valve", { state: "shut" }, 5)).toBeLessThan(LIMIT_S)
    },
)
