import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { compare, expectOnDevice, pause } from "./published-vectors"
import { DIGEST_SUITES, SUITES } from "./vectors/suites"

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
        await expectOnDevice("symmetric-vectors", expected)
    })
})
