import { describe, expect, test } from "vitest"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { runOnDevice } from "./device-program"
import { DIGEST_SUITES, SUITES, type Suite } from "./vectors/suites"

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
    const plain = await openDigest(undefined, pause)
    const native = await openDigest(nodeDigest, pause)
    test.each(SUITES.map(suite => [suite.name, suite] as const))("%s", async (_, suite) => {
        expect(await compare([suite], plain)).toBeGreaterThan(0)
    })
    test.each(DIGEST_SUITES.map(suite => [suite.name, suite] as const))("%s", async (_, suite) => {
        expect(await compare([suite], plain)).toBe(await compare([suite], native))
    })

    test("all of them on the device, with its native digest and without", async () => {
        const expected = (await compare(SUITES, plain)) + 2 * (await compare(DIGEST_SUITES, plain))
        const { printed, meter } = await runOnDevice("symmetric-vectors", `${expected}`)
        expect(printed).toEqual([`${expected} compared, 0 wrong`])
        expect(meter.longestRunOpcodes).toBeLessThan(LONGEST_STRETCH_OPCODES)
    })
})
