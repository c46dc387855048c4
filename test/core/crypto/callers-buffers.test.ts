/** A computation that pauses lets its caller's other fibers run, and they may use the buffers again, or wipe a key. The answer is about the bytes at the call. */
import { beforeAll, describe, expect, test } from "vitest"
import { AesCcm } from "../../../src/core/crypto/ccm"
import { ChaCha20Poly1305 } from "../../../src/core/crypto/chacha20poly1305"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { type Ed25519Key, ed25519Key, ed25519Sign, ed25519StoredKey } from "../../../src/core/crypto/ed25519"
import { ed25519KnownKeyRefusal } from "../../../src/core/crypto/ed25519-known"
import { ed25519Refusal } from "../../../src/core/crypto/ed25519-verify"
import { hkdfExpand, hkdfExtract } from "../../../src/core/crypto/hkdf"
import { p256Agree, p256PublicKey, p256Sign } from "../../../src/core/crypto/p256"
import { p256KnownKeyRefusal } from "../../../src/core/crypto/p256-known"
import { p256Refusal } from "../../../src/core/crypto/p256-verify"
import { slhDsaRefusal } from "../../../src/core/crypto/slhdsa"
import { x25519, x25519PublicKey } from "../../../src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
import { x25519Compact } from "../../../src/core/crypto/x25519-compact"
import type { Pause } from "../../../src/core/ports"
import { nodeDigest } from "../../../src/host/node-digest"
import { knownKeyComb } from "../../../src/host/package/known-key"
import { rising } from "./vectors/bytes"
import { readerOf } from "./vectors/slhdsa"
import { PUBLIC_KEY_2, SIGNATURE_2 } from "./vectors/slhdsa-signatures"

interface Case {
    inputs: () => Promise<Buffer[]>
    compute: (inputs: Buffer[], pause: Pause, digest: Digest) => Promise<unknown>
}

const noPause: Pause = async () => {}
const seed = rising(32, 1)
const message = rising(200, 2)
const nonce = rising(12, 3)
const data = rising(100, 4)
const text = rising(150, 5)
const ed25519 = await ed25519Key(seed, noPause)

const P256_COMB = knownKeyComb("ES256", (await p256PublicKey(seed, noPause)).subarray(1))

const CASES: Record<string, Case> = {
    "Ed25519, key": {
        inputs: async () => [seed],
        compute: async ([from], pause) => parts(await ed25519Key(from, pause)),
    },
    "Ed25519, stored key": {
        inputs: async () => [seed, ed25519.publicKey],
        compute: async ([from, publicKey], pause) => parts(await ed25519StoredKey(from, publicKey, pause)),
    },
    "Ed25519, signature": {
        inputs: async () => [message, ed25519.publicKey, ed25519.prefix],
        compute: ([of, publicKey, prefix], pause) =>
            ed25519Sign({ publicKey, scalar: ed25519.scalar, prefix }, of, pause),
    },
    "Ed25519, verification": {
        inputs: async () => [ed25519.publicKey, message, await ed25519Sign(ed25519, message, noPause)],
        compute: ([publicKey, of, signature], pause) => ed25519Refusal(publicKey, of, signature, pause),
    },
    "X25519, public key": {
        inputs: async () => [seed],
        compute: ([secretKey], pause) => x25519PublicKey(secretKey, pause),
    },
    "Ed25519, verification of a known key": {
        inputs: async () => [ed25519.publicKey, message, await ed25519Sign(ed25519, message, noPause)],
        compute: ([publicKey, of, signature], pause) =>
            ed25519KnownKeyRefusal({ publicKey, comb: knownKeyComb("EdDSA", ed25519.publicKey) }, of, signature, pause),
    },
    "X25519, public key by the comb": {
        inputs: async () => [seed],
        compute: ([secretKey], pause) => x25519PublicKeyByComb(secretKey, pause),
    },
    "X25519, agreement": {
        inputs: async () => [seed, await x25519PublicKey(rising(32, 9), noPause)],
        compute: ([secretKey, publicKey], pause) => x25519(secretKey, publicKey, pause),
    },
    "X25519, compact": {
        inputs: async () => [seed, await x25519PublicKey(rising(32, 9), noPause)],
        compute: ([secretKey, publicKey], pause) => x25519Compact(secretKey, publicKey, pause),
    },
    "P-256, public key": {
        inputs: async () => [seed],
        compute: ([secretKey], pause) => p256PublicKey(secretKey, pause),
    },
    "P-256, agreement": {
        inputs: async () => [seed, await p256PublicKey(rising(32, 9), noPause)],
        compute: ([secretKey, publicKey], pause) => p256Agree(secretKey, publicKey, pause),
    },
    "P-256, signature": {
        inputs: async () => [seed, message],
        compute: ([secretKey, of], pause, digest) => p256Sign(secretKey, of, digest, pause),
    },
    "P-256, verification": {
        inputs: async () => {
            const digest = await openDigest(nodeDigest, noPause)
            return [await p256PublicKey(seed, noPause), message, await p256Sign(seed, message, digest, noPause)]
        },
        compute: ([publicKey, of, signature], pause, digest) => p256Refusal(publicKey, of, signature, digest, pause),
    },
    "P-256, verification of a known key": {
        inputs: async () => {
            const digest = await openDigest(nodeDigest, noPause)
            return [message, await p256Sign(seed, message, digest, noPause)]
        },
        compute: async ([of, signature], pause, digest) => p256KnownKeyRefusal(P256_COMB, of, signature, digest, pause),
    },
    "SLH-DSA, verification": {
        inputs: async () => [PUBLIC_KEY_2, rising(64, 0), rising(5, 0)],
        compute: ([publicKey, of, context], pause, digest) =>
            slhDsaRefusal(publicKey, [of], context, readerOf(SIGNATURE_2), digest, pause),
    },
    "ChaCha20-Poly1305, sealing": {
        inputs: async () => [seed, nonce, data, text],
        compute: ([key, once, associated, plain], pause) =>
            new ChaCha20Poly1305(key).seal(once, associated, plain, pause),
    },
    "ChaCha20-Poly1305, opening": {
        inputs: async () => [seed, nonce, data, await new ChaCha20Poly1305(seed).seal(nonce, data, text, noPause)],
        compute: ([key, once, associated, sealed], pause) =>
            new ChaCha20Poly1305(key).open(once, associated, sealed, pause),
    },
    "AES-CCM, sealing": {
        inputs: async () => [seed, nonce, data, text],
        compute: ([key, once, associated, plain], pause) => new AesCcm(key, 16).seal(once, associated, plain, pause),
    },
    "AES-CCM, opening": {
        inputs: async () => [seed, nonce, data, await new AesCcm(seed, 16).seal(nonce, data, text, noPause)],
        compute: ([key, once, associated, sealed], pause) => new AesCcm(key, 16).open(once, associated, sealed, pause),
    },
    "SHA-256": {
        inputs: async () => [data, text],
        compute: (inputs, pause, digest) => digest.sha256(inputs, pause),
    },
    "HMAC-SHA-256": {
        inputs: async () => [seed, data, text],
        compute: ([key, ...of], pause, digest) => digest.hmacSha256(key, of, pause),
    },
    "HMAC-SHA-256, long key": {
        inputs: async () => [text, data],
        compute: ([key, ...of], pause, digest) => digest.hmacSha256(key, of, pause),
    },
    "HKDF-Extract": {
        inputs: async () => [data, seed],
        compute: ([salt, key], pause, digest) => hkdfExtract(digest, salt, key, pause),
    },
    "HKDF-Expand": {
        inputs: async () => [seed, data],
        compute: ([key, info], pause, digest) => hkdfExpand(digest, key, info, 100, pause),
    },
}

const DIGESTS: [string, typeof nodeDigest | undefined][] = [
    ["the runtime's digest", nodeDigest],
    ["the plain digest", undefined],
]

describe.each(DIGESTS)("with %s", (_, native) => {
    let digest: Digest
    beforeAll(async () => {
        digest = await openDigest(native, noPause)
    })

    test.each(Object.entries(CASES))("%s: buffers used again while it computes change nothing", async (_name, work) => {
        const inputs = await work.inputs()
        const undisturbed = await work.compute(inputs.map(copy), noPause, digest)
        for (const firstPause of [0, 1, 2, 7]) {
            const given = inputs.map(copy)
            let pauses = 0
            const answer = work.compute(
                given,
                async () => {
                    if (pauses++ === firstPause) for (const bytes of given) bytes.fill(0)
                },
                digest,
            )
            // As of a caller that does not wait for the answer before it wipes.
            if (firstPause === 0) for (const bytes of given) bytes.fill(0)
            expect(await answer, `wiped at pause ${firstPause}`).toEqual(undisturbed)
        }
    })
})

test("a scalar that is wiped while Ed25519 signs changes nothing", async () => {
    const scalar = ed25519.scalar.slice()
    const signing = ed25519Sign({ ...ed25519, scalar }, message, noPause)
    scalar.fill(0)
    expect(await signing).toEqual(await ed25519Sign(ed25519, message, noPause))
})

test("an undisturbed verification holds, and a wiped one does not: so a difference can be seen", async () => {
    for (const name of ["Ed25519, verification", "P-256, verification", "SLH-DSA, verification"]) {
        const digest = await openDigest(nodeDigest, noPause)
        const inputs = await CASES[name].inputs()
        expect(await CASES[name].compute(inputs, noPause, digest)).toBeUndefined()
        inputs[1] = Buffer.alloc(inputs[1].length)
        expect(await CASES[name].compute(inputs, noPause, digest)).toBe("mismatch")
    }
})

function copy(bytes: Buffer): Buffer {
    return Buffer.from(bytes)
}

function parts({ publicKey, scalar, prefix }: Ed25519Key) {
    return { publicKey: copy(publicKey), scalar, prefix: copy(prefix) }
}
