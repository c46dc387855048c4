import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { runOnDevice } from "./device-program"
import { CURVE_SUITES } from "./vectors/curves"
import type { Suite } from "./vectors/suites"
import { x25519Iterated } from "./vectors/x25519"

/** No stretch of a computation may be longer without a pause. */
const LONGEST_STRETCH_OPCODES = 60_000

const pause = async () => {}

/** @returns how many values were compared */
async function compare(suite: Suite): Promise<number> {
    let compared = 0
    const digest = await openDigest(undefined, pause)
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

describe("published vectors", () => {
    test.each([...CURVE_SUITES, x25519Iterated].map(suite => [suite.name, suite] as const))("%s", async (_, suite) => {
        expect(await compare(suite)).toBeGreaterThan(0)
    })

    test("all of them on the device, but for the iterated ones", async () => {
        let expected = 0
        for (const suite of CURVE_SUITES) expected += await compare(suite)
        const { printed, meter } = await runOnDevice("curve-vectors", `${expected}`)
        expect(printed).toEqual([`${expected} compared, 0 wrong`])
        expect(meter.longestRunOpcodes).toBeLessThan(LONGEST_STRETCH_OPCODES)
    })
})
