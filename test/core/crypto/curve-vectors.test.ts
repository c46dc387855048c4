import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { compare, expectOnDevice, pause } from "./published-vectors"
import { CURVE_SUITES } from "./vectors/curves"
import { x25519CompactIterated, x25519Iterated } from "./vectors/x25519"

describe("published vectors", async () => {
    const digest = await openDigest(undefined, pause)
    test.each([...CURVE_SUITES, x25519Iterated, x25519CompactIterated].map(suite => [suite.name, suite] as const))(
        "%s",
        async (_, suite) => {
            expect(await compare([suite], digest)).toBeGreaterThan(0)
        },
    )

    test("all of them on the device, but for the iterated ones", async () => {
        await expectOnDevice("curve-vectors", await compare(CURVE_SUITES, digest))
    })
})
