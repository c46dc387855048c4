/** What a device does while nothing happens is its battery, and the simulator's time. Counts are exact, so a rise is a change of the code. */
import { expect, test } from "vitest"
import { readAccepted } from "./accepted"
import { IDLE_DEVICES, type IdleDevice, idleness } from "./idle-devices"

const TOLERANCE = 1.02
const HOW_TO_ACCEPT = "If that has a reason, run: npm run bench -- --accept"

test.each(Object.keys(IDLE_DEVICES) as IdleDevice[])("an idle %s runs no more opcodes than accepted", async device => {
    const limit = TOLERANCE * readAccepted()[`idle.${device}.opcodes`]
    const { opcodes } = await idleness(device)
    expect(opcodes, HOW_TO_ACCEPT).toBeLessThanOrEqual(limit)
})
