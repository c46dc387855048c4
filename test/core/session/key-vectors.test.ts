import { createCipheriv, createDecipheriv } from "node:crypto"
import { expect, test } from "vitest"
import type { Aead } from "../../../src/core/crypto/aead"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { runOnDevice } from "../crypto/device-program"
import type { Suite } from "../crypto/vectors/suites"
import type { VectorRun } from "../crypto/vectors/vector-run"
import { pskDraftSession } from "./edhoc/vectors/psk-draft"
import { KEY_SUITES } from "./vectors/key-suites"

/** No stretch of a computation may be longer without a pause. */
const LONGEST_STRETCH_OPCODES = 60_000
const TAG = { authTagLength: 8 }

const pause = async () => {}
const digest = await openDigest(nodeDigest, pause)

async function compare(suite: Suite): Promise<number> {
    let compared = 0
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

/** AES-CCM-16-64-128 by OpenSSL. */
function opensslCcm(key: Buffer): Aead {
    return {
        async seal(nonce, associatedData, plaintext) {
            const cipher = createCipheriv("aes-128-ccm", key, nonce, TAG)
            cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
            const ciphertext = cipher.update(plaintext)
            cipher.final()
            return Buffer.concat([ciphertext, cipher.getAuthTag()])
        },
        async open(nonce, associatedData, sealed) {
            const length = sealed.length - TAG.authTagLength
            const decipher = createDecipheriv("aes-128-ccm", key, nonce, TAG)
            decipher.setAuthTag(sealed.subarray(length))
            decipher.setAAD(associatedData, { plaintextLength: length })
            return decipher.update(sealed.subarray(0, length))
        },
    }
}

test.each(KEY_SUITES.map(suite => [suite.name, suite] as const))("%s, bit for bit", async (_, suite) => {
    expect(await compare(suite)).toBeGreaterThan(3)
})

test("the draft's session with AES-CCM by OpenSSL", async () => {
    expect(await compare(async (run: VectorRun) => await pskDraftSession(run, opensslCcm))).toBe(11)
})

test("all of them on the device", async () => {
    let expected = 0
    for (const suite of KEY_SUITES) expected += await compare(suite)
    const { printed, meter } = await runOnDevice("key-vectors", `${expected}`)
    expect(printed).toEqual([`${expected} compared, 0 wrong`])
    expect(meter.longestRunOpcodes).toBeLessThan(LONGEST_STRETCH_OPCODES)
})
