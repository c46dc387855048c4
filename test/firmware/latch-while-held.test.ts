/** What happened while a device was held for another reason is kept as well: a power cut does not make it forget. */
import { expect, test } from "vitest"
import { Cause } from "../../src/core/failsafe/cause"
import { disabledValve } from "./disabled-valve"

/** In which a latch is written, with room. */
const WRITTEN_S = 2

test("gas while its owner has disabled a valve has to be acknowledged after a power cut and after it is enabled", async () => {
    const { device } = await disabledValve()
    device.act("gas", "set", 35)
    device.run(WRITTEN_S)
    expect((device.register("causes") as number) & Cause.Hazard).toBe(Cause.Hazard)
    device.board.powerOff()
    device.act("gas", "set", 0)
    device.run(1)
    device.boot()
    expect((device.register("causes") as number) & Cause.Hazard).toBe(Cause.Hazard)
})
