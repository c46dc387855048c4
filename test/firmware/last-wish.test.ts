/** Two wishes of the owner, the second while the first is being written: the one that came last counts, now and after a power cut. */
import { expect, test } from "vitest"
import { disabledValve } from "./disabled-valve"

/** How long an erased record takes, with room: the whole store is written over. */
const WRITTEN_S = 6

test.each([0.02, 0.3, 0.8, 1.5])(
    "a valve that is disabled %f s after it was asked to be enabled is disabled, and stays so over a power cut",
    async afterS => {
        const { device, phone } = await disabledValve()
        const [enable, disable] = [
            await phone.seal("owner", "disable", { disabled: false }),
            await phone.seal("owner", "disable", { disabled: true }),
        ]
        let answers = 0
        phone.way.listen("domovoi", "exchange", ({ answer }) => {
            if ((answer as Uint8Array).length > 0) answers++
        })
        phone.touch("button")
        const before = device.register("state")
        phone.send(enable)
        device.run(afterS)
        phone.send(disable)
        device.run(WRITTEN_S)
        expect(answers).toBe(2)
        expect(before).toEqual({ state: "Lockdown", cause: "Owner" })
        expect(device.register("state")).toEqual(before)
        device.press("button")
        expect(device.see("valve")).toMatchObject({ state: "shut" })
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        // The press was for the first wish: it was done before the second.
        expect(await phone.disable(false)).toBe("NotAllowed")
    },
)

test("either wish alone is done: a valve that is asked to be enabled is, by the same message", async () => {
    const { device, phone } = await disabledValve()
    const enable = await phone.seal("owner", "disable", { disabled: false })
    phone.touch("button")
    phone.send(enable)
    device.run(WRITTEN_S)
    expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
})
