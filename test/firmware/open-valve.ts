/** A gas valve that somebody has opened, on a runtime that may stand still now and then. */
import { expect } from "vitest"
import type { BoardDefinition } from "../../simulators/board/definition"
import { type Rig, rig } from "./rig"

export async function openValve(board: string | BoardDefinition = "valve_pico"): Promise<Rig> {
    const device = await rig("gas-valve", board)
    device.boot()
    device.run(3)
    press(device)
    expect(device.see("valve")).toMatchObject({ state: "open" })
    return device
}

/** Long enough for a runtime whose timer stops now and then, and until what it brings about is done. */
export function press(device: Rig): void {
    device.act("button", "press")
    device.run(0.5)
    device.act("button", "release")
    device.run(1)
}
