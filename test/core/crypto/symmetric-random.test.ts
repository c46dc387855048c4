import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { DEVICE_CASES, DEVICE_SEED } from "./device-cases"
import { runOnDevice } from "./device-program"
import { openSsl } from "./openssl"
import { Ours } from "./ours"
import { Draws, PRIMITIVES, randomCase } from "./random-run"

/** `CRYPTO_CASES=100000 npx vitest run test/core/crypto/symmetric-random` is the whole campaign. */
const CASES = Number(process.env.CRYPTO_CASES ?? 1000)
const SEED = Number(process.env.CRYPTO_SEED ?? 20_261_121)

const pause = async () => {}

test.each(PRIMITIVES)("%s agrees with OpenSSL", { timeout: 3_600_000 }, async primitive => {
    console.log(`${primitive}: ${CASES} random cases, seed ${SEED}`)
    const ours = new Ours(await openDigest(undefined, pause), pause)
    const [our, their] = [new Draws(SEED), new Draws(SEED)]
    for (let i = 0; i < CASES; i++) {
        const [got, expected] = [await randomCase(primitive, ours, our), await randomCase(primitive, openSsl, their)]
        if (!got.equals(expected)) expect(got.toString("hex"), `case ${i}`).toBe(expected.toString("hex"))
    }
})

test("all of them agree with OpenSSL on the device", async () => {
    console.log(`${DEVICE_CASES} random cases of each primitive on the device, seed ${DEVICE_SEED}`)
    const expected: string[] = []
    for (const primitive of PRIMITIVES) {
        const draws = new Draws(DEVICE_SEED)
        let results: Buffer = Buffer.alloc(0)
        for (let i = 0; i < DEVICE_CASES; i++) {
            const result = await randomCase(primitive, openSsl, draws)
            results = createHash("sha256").update(results).update(result).digest()
        }
        expected.push(`${primitive} ${results.toString("hex")}`)
    }
    const { printed } = await runOnDevice("symmetric-random", "done")
    expect(printed).toEqual([...expected, "done"])
})
