import { expect, test } from "vitest"
import { installedCli } from "../../simulators/vm/runtime"
import { compileWithMap } from "../../src/host/build/compiler"
import { loadProject } from "../../src/host/build/project"
import { optimise } from "../../src/host/image/optimise"
import { codeEnd } from "../../src/host/image-header"
import { type CodeEnds, DEVICES, HOW_TO_ACCEPT, readAccepted, risen } from "./accepted"

test("the code of no device that is held to it has risen by more than 1 %", async () => {
    const found: CodeEnds = {}
    for (const [name, device] of Object.entries(DEVICES)) {
        const files = await compileWithMap(await loadProject(device), installedCli(), { anySize: true })
        found[name] = { compiled: codeEnd(files.image), optimised: codeEnd(optimise(files).image) }
    }
    expect(risen(readAccepted(), found), HOW_TO_ACCEPT).toEqual([])
    expect(Object.keys(readAccepted())).toEqual(Object.keys(DEVICES))
})

test("code may fall, stay and rise by 1 %, and a device that was never accepted is told of", () => {
    const accepted = {
        valve: { compiled: 10_000, optimised: 9_000 },
        door: { compiled: 20_000, optimised: 19_000 },
    }
    expect(
        risen(accepted, { valve: { compiled: 10_100, optimised: 9_090 }, door: { compiled: 100, optimised: 90 } }),
    ).toEqual([])
    expect(risen(accepted, { valve: { compiled: 10_101, optimised: 9_000 } })).toEqual([
        "valve, compiled: code to 10101, 10000 was accepted",
    ])
    expect(risen(accepted, { valve: { compiled: 10_000, optimised: 9_091 } })).toEqual([
        "valve, optimised: code to 9091, 9000 was accepted",
    ])
    expect(risen(accepted, { other: { compiled: 1, optimised: 1 } })).toEqual([
        "other: code to 1, nothing was accepted",
    ])
})
