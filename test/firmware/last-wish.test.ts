/** Two wishes of the owner, the second while the first is being written: the one that came last counts, now and after a power cut. */
import { expect, test } from "vitest"
import { disabledValve } from "./disabled-valve"
import { ANNA } from "./phone"

/** How long an erased record takes, with room: the whole store is written over. */
const WRITTEN_S = 6

test.each([0.02, 0.3, 0.8, 1.5])(
    "a valve that is disabled %f s after it was asked to be enabled is disabled, and stays so over a power cut",
    async afterS => {
        const { device, phone } = await disabledValve()
        const answers: unknown[] = []
        phone.listen("owner", "disable", ({ refusal }) => answers.push(refusal))
        const enable = { ...phone.draw()!, by: ANNA, disabled: false }
        device.press("button")
        const disable = { ...phone.draw()!, by: ANNA, disabled: true }
        phone.send("owner", "disable", enable)
        device.run(afterS)
        phone.send("owner", "disable", disable)
        device.run(WRITTEN_S)
        expect(answers).toEqual(["None", "None"])
        expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "shut" })
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
    },
)
