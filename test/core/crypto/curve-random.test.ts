import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { COMBS, combCases } from "../../campaigns/combs"
import { nobleCurves, openSslCurves } from "./curve-oracles"
import { CURVE_PRIMITIVES, type Curves, curveCase, OurCurves } from "./curve-run"
import { CURVE_DEVICE_CASES, CURVE_DEVICE_SEED } from "./device-curve-cases"
import { runOnDevice } from "./device-program"
import { Draws } from "./random-run"

/** `CRYPTO_CASES=100000 npx vitest run test/core/crypto/curve-random` is the whole campaign. */
const CASES = Number(process.env.CRYPTO_CASES ?? 100)
const SEED = Number(process.env.CRYPTO_SEED ?? 20_261_121)

const pause = async () => {}
const ORACLES = { noble: nobleCurves, OpenSSL: openSslCurves }

describe.each(Object.entries(ORACLES))("against %s", (_, oracle) => {
    test.each(CURVE_PRIMITIVES)("%s", { timeout: 36_000_000 }, async primitive => {
        console.log(`${primitive}: ${CASES} random cases, seed ${SEED}`)
        const ours = new OurCurves(await openDigest(undefined, pause), pause)
        const [our, their] = [new Draws(SEED), new Draws(SEED)]
        for (let i = 0; i < CASES; i++) {
            const got = await hexCase(primitive, ours, our)
            if (got !== (await hexCase(primitive, oracle, their)))
                expect(got, `case ${i}`).toBe("what the other computed")
        }
    })
})

/** `npm run fuzz -- combs` is the whole campaign. */
test.each(Object.keys(COMBS))("by combs, against noble: %s", async name => {
    const words = new Set<string>()
    for await (const { ours, theirs } of combCases(name, SEED, 100)) {
        expect(ours).toBe(theirs)
        words.add(ours)
    }
    expect(words.size).toBeGreaterThan(1)
})

const hexCase = async (primitive: string, with_: Curves, draws: Draws) =>
    (await curveCase(primitive, with_, draws)).map(part => part.toString("hex")).join(" ")

test("on the device", async () => {
    console.log(`${CURVE_DEVICE_CASES} random cases of each primitive on the device, seed ${CURVE_DEVICE_SEED}`)
    const expected: string[] = []
    for (const primitive of CURVE_PRIMITIVES) {
        const draws = new Draws(CURVE_DEVICE_SEED)
        let results: Buffer = Buffer.alloc(0)
        for (let i = 0; i < CURVE_DEVICE_CASES; i++) {
            const parts = await curveCase(primitive, nobleCurves, draws)
            results = createHash("sha256")
                .update(Buffer.concat([results, ...parts]))
                .digest()
        }
        expected.push(`${primitive} ${results.toString("hex")}`)
    }
    const { printed } = await runOnDevice("curve-random", "done")
    expect(printed).toEqual([...expected, "done"])
})
