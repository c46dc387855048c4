import { expect, test } from "vitest"
import { buildFirmware } from "../../src/host/build/firmware"
import { codeEnd } from "../../src/host/image-header"
import { type CodeEnds, HOW_TO_ACCEPT, readAccepted, risen } from "./accepted"

const DEVICES = ["gas-valve", "doorbell"]

test("the code of no reference device has risen by more than 1 %", async () => {
    const found: CodeEnds = {}
    for (const device of DEVICES) found[device] = codeEnd((await buildFirmware(device)).image)
    expect(risen(readAccepted(), found), HOW_TO_ACCEPT).toEqual([])
    expect(Object.keys(readAccepted()).sort()).toEqual([...DEVICES].sort())
})

test("code may fall, stay and rise by 1 %, and a device that was never accepted is told of", () => {
    const accepted = { valve: 10_000, door: 20_000 }
    expect(risen(accepted, { valve: 10_100, door: 100 })).toEqual([])
    expect(risen(accepted, { valve: 10_101, door: 20_000 })).toEqual(["valve: code to 10101, 10000 was accepted"])
    expect(risen(accepted, { other: 1 })).toEqual(["other: code to 1, nothing was accepted"])
})
