/** A gas valve whose owner has disabled it, and the phone of whoever does so. */
import { expect } from "vitest"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"

export async function disabledValve(): Promise<{ device: Rig; phone: Phone }> {
    const device = await rig("gas-valve", "valve_pico")
    const phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("button")
    expect(await phone.disable(true)).toBe("None")
    device.run(1)
    return { device, phone }
}
