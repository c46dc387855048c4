import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { compare, expectOnDevice, pause } from "../crypto/published-vectors"
import { SESSION_SUITES } from "./vectors/suites"

describe("published vectors", async () => {
    const native = await openDigest(nodeDigest, pause)

    test.each(SESSION_SUITES.map(suite => [suite.name, suite] as const))("%s", async (_, suite) => {
        expect(await compare([suite], await openDigest(undefined, pause))).toBeGreaterThan(0)
        expect(await compare([suite], native)).toBeGreaterThan(0)
    })

    test("all of them on the device", async () => {
        await expectOnDevice("session-vectors", await compare(SESSION_SUITES, native))
    })
})
