import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { runOnDevice } from "../crypto/device-program"
import { Draws } from "../crypto/random-run"
import { nodeCounterMode, OPENSSL_SUITES } from "./openssl-suites"
import { allSuites, DEVICE_CASES, DEVICE_SEED, suiteCase } from "./suite-run"

const CASES = 300
const SEED = 20_261_130

const pause = async () => {}
const digest = await openDigest(nodeDigest, pause)
const SUITES = allSuites(nodeCounterMode).map(suite => [suite.algorithm, suite] as const)

test.each(SUITES)("COSE algorithm %i is what OpenSSL computes", async (algorithm, suite) => {
    const theirs = { ...suite, open: OPENSSL_SUITES[algorithm] }
    const [our, their] = [new Draws(SEED), new Draws(SEED)]
    for (let i = 0; i < CASES; i++) {
        const got = await suiteCase(suite, digest, our, pause)
        expect(got.at(-1), `case ${i}`).toBe(0)
        expect(got, `case ${i}`).toEqual(await suiteCase(theirs, digest, their, pause))
    }
})

test("and the device computes the same, with its native cipher", async () => {
    const expected: string[] = []
    for (const [algorithm, suite] of SUITES) {
        const draws = new Draws(DEVICE_SEED)
        let results: Buffer = Buffer.alloc(0)
        for (let i = 0; i < DEVICE_CASES; i++) {
            const result = await suiteCase({ ...suite, open: OPENSSL_SUITES[algorithm] }, digest, draws, pause)
            results = createHash("sha256").update(results).update(result).digest()
        }
        expected.push(`${algorithm} ${results.toString("hex")}`)
    }
    const { printed } = await runOnDevice("session-random", "done")
    expect(printed).toEqual([...expected, "done"])
})

test.each(SUITES)("COSE algorithm %i works on its own copies of what it is given", async (_, suite) => {
    const buffers = { key: Buffer.alloc(suite.keyBytes, 1), nonce: Buffer.alloc(suite.nonceBytes, 2) }
    const [data, text] = [Buffer.alloc(9, 3), Buffer.alloc(40, 4)]
    const quiet = await suite.open(buffers.key, digest, pause)
    const expected = await quiet.seal(buffers.nonce, data, text, pause)

    /** Whoever pauses lets its caller use the buffers again. */
    const overwrite = (...all: Buffer[]) => {
        let first = true
        return async () => {
            if (first) for (const buffer of all) buffer.fill(0xee)
            first = false
        }
    }
    const key = Buffer.from(buffers.key)
    const aead = await suite.open(key, digest, pause)
    key.fill(0xee)
    const [nonce, ownData, ownText] = [buffers.nonce, data, text].map(bytes => Buffer.from(bytes))
    expect(await aead.seal(nonce, ownData, ownText, overwrite(nonce, ownData, ownText))).toEqual(expected)
    const [again, sameData, sealed] = [buffers.nonce, data, expected].map(bytes => Buffer.from(bytes))
    expect(await aead.open(again, sameData, sealed, overwrite(again, sameData, sealed))).toEqual(text)
})

test.each(SUITES)("COSE algorithm %i refuses what is shorter than its tag", async (_, suite) => {
    const aead = await suite.open(Buffer.alloc(suite.keyBytes), digest, pause)
    for (let length = 0; length < suite.tagBytes; length++)
        expect(
            await aead.open(Buffer.alloc(suite.nonceBytes), Buffer.alloc(0), Buffer.alloc(length), pause),
        ).toBeUndefined()
})
