import { describe, expect, test } from "vitest"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { runOnDevice } from "../crypto/device-program"
import type { Suite } from "../crypto/vectors/suites"
import { SESSION_SUITES } from "./vectors/suites"

/** No stretch of a computation may be longer without a pause. */
const LONGEST_STRETCH_OPCODES = 60_000

const pause = async () => {}

/** @returns how many values were compared */
async function compare(suites: Suite[], digest: Digest): Promise<number> {
    let compared = 0
    for (const suite of suites)
        await suite({
            digest,
            pause,
            check(name, got, published) {
                compared++
                expect(got?.toString("hex"), name).toBe(published?.toString("hex"))
            },
        })
    return compared
}

describe("published vectors", async () => {
    const native = await openDigest(nodeDigest, pause)

    test.each(SESSION_SUITES.map(suite => [suite.name, suite] as const))("%s", async (_, suite) => {
        expect(await compare([suite], await openDigest(undefined, pause))).toBeGreaterThan(0)
        expect(await compare([suite], native)).toBeGreaterThan(0)
    })

    test("all of them on the device", async () => {
        const expected = await compare(SESSION_SUITES, native)
        const { printed, meter } = await runOnDevice("session-vectors", `${expected}`)
        expect(printed).toEqual([`${expected} compared, 0 wrong`])
        expect(meter.longestRunOpcodes).toBeLessThan(LONGEST_STRETCH_OPCODES)
    })
})
