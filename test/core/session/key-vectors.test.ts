import { expect, test } from "vitest"
import type { Aead } from "../../../src/core/crypto/aead"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { openSsl } from "../crypto/openssl"
import { compare, expectOnDevice, pause } from "../crypto/published-vectors"
import { pskDraftSession } from "./edhoc/vectors/psk-draft"
import { KEY_SUITES } from "./vectors/key-suites"

const digest = await openDigest(nodeDigest, pause)

/** AES-CCM-16-64-128 by OpenSSL. */
const opensslCcm = (key: Buffer): Aead => ({
    seal: (nonce, data, text) => openSsl.ccmSeal(key, 8, nonce, data, text),
    open: (nonce, data, sealed) => openSsl.ccmOpen(key, 8, nonce, data, sealed),
})

test.each(KEY_SUITES.map(suite => [suite.name, suite] as const))("%s, bit for bit", async (_, suite) => {
    expect(await compare([suite], digest)).toBeGreaterThan(3)
})

test("the draft's session with AES-CCM by OpenSSL", async () => {
    expect(await compare([run => pskDraftSession(run, opensslCcm)], digest)).toBe(11)
})

test("all of them on the device", async () => {
    await expectOnDevice("key-vectors", await compare(KEY_SUITES, digest))
})
