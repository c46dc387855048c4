/** What the port `Verifier` promises, of each algorithm, with keys and signatures that other libraries made. */
import { expect, test } from "vitest"
import { EDDSA } from "../../../src/core/cose/eddsa"
import { eddsaOf } from "../../../src/core/cose/eddsa-known"
import { ES256 } from "../../../src/core/cose/es256"
import { es256Of } from "../../../src/core/cose/es256-known"
import { verifyByKnownKeys } from "../../../src/core/cose/known-key"
import { toBeSigned } from "../../../src/core/cose/sign1"
import { SLH_DSA_SHA2_128S } from "../../../src/core/cose/slhdsa"
import type { Verifier } from "../../../src/core/cose/verifier"
import { openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { type CombAlgorithm, knownKeyComb } from "../../../src/host/package/known-key"
import { readerOf } from "../crypto/vectors/slhdsa"
import { PUBLIC_KEY_1, SIGNATURE_1 } from "../crypto/vectors/slhdsa-signatures"
import { noPause } from "../store/slot-memory"
import { ALICE, BOB, CAROL } from "../suit/signers"
import { SIGNATURE } from "./sign1-example"

const MESSAGE = Buffer.from("what is signed")

const digest = await openDigest(nodeDigest, noPause)
const verify = (verifier: Verifier, key: Buffer, message: Buffer, signature: Buffer) =>
    verifier.verify(key, message, readerOf(signature), digest, noPause)

function changed(bytes: Buffer, at: number): Buffer {
    const copy = Buffer.from(bytes)
    copy[at] ^= 1
    return copy
}

const known = (algorithm: CombAlgorithm, publicKey: Buffer) => ({
    publicKey,
    comb: knownKeyComb(algorithm, publicKey),
})
const EDDSA_OF_BOTH = eddsaOf([BOB, ALICE].map(({ key }) => known("EdDSA", key.publicKey)))
const ES256_OF_CAROL = es256Of([known("ES256", CAROL.key.publicKey)])

test.each([
    [
        "EdDSA of known keys",
        EDDSA_OF_BOTH,
        ALICE.key.publicKey,
        await ALICE.sign(MESSAGE),
        { algorithm: -8, publicKeyBytes: 32 },
    ],
    [
        "ES256 of known keys",
        ES256_OF_CAROL,
        CAROL.key.publicKey,
        await CAROL.sign(MESSAGE),
        { algorithm: -7, publicKeyBytes: 64 },
    ],
    ["EdDSA", EDDSA, ALICE.key.publicKey, await ALICE.sign(MESSAGE), { algorithm: -8, publicKeyBytes: 32 }],
    ["ES256", ES256, CAROL.key.publicKey, await CAROL.sign(MESSAGE), { algorithm: -7, publicKeyBytes: 64 }],
])("%s has its number and sizes, and takes a signature of the message by the key, and no other", async (...row) => {
    const [, verifier, publicKey, signature, facts] = row
    expect(verifier).toMatchObject({ ...facts, signatureBytes: 64 })
    expect([publicKey.length, signature.length]).toEqual([facts.publicKeyBytes, 64])
    expect(await verify(verifier, publicKey, MESSAGE, signature)).toBe(true)
    expect(await verify(verifier, publicKey, changed(MESSAGE, 0), signature)).toBe(false)
    expect(await verify(verifier, publicKey, MESSAGE, changed(signature, 3))).toBe(false)
    expect(await verify(verifier, changed(publicKey, 3), MESSAGE, signature)).toBe(false)
})

test("a key that was not known is refused, or verified by what is given for all others", async () => {
    const ofBob = known("EdDSA", BOB.key.publicKey)
    const byAlice = await ALICE.sign(MESSAGE)
    expect(await verify(eddsaOf([ofBob]), ALICE.key.publicKey, MESSAGE, byAlice)).toBe(false)
    expect(await verify(eddsaOf([]), ALICE.key.publicKey, MESSAGE, byAlice)).toBe(false)
    expect(await verify(eddsaOf([ofBob], EDDSA), ALICE.key.publicKey, MESSAGE, byAlice)).toBe(true)
    expect(await verify(eddsaOf([ofBob], EDDSA), BOB.key.publicKey, MESSAGE, byAlice)).toBe(false)
    const byCarol = await CAROL.sign(MESSAGE)
    expect(await verify(es256Of([]), CAROL.key.publicKey, MESSAGE, byCarol)).toBe(false)
    expect(await verify(es256Of([], ES256), CAROL.key.publicKey, MESSAGE, byCarol)).toBe(true)
})

test("between the look for the key and the computation lies a pause: together they took 13 ms", async () => {
    const happened: string[] = []
    const pause = async () => void happened.push("pause")
    const refusal = async () => void happened.push("compute")
    const verify = verifyByKnownKeys([known("EdDSA", BOB.key.publicKey)], refusal)
    const signature = readerOf(await BOB.sign(MESSAGE))
    expect(await verify(BOB.key.publicKey, MESSAGE, signature, digest, pause)).toBe(true)
    expect(happened).toEqual(["pause", "compute"])
})

test("SLH-DSA-SHA2-128s likewise, of a message of no bytes", async () => {
    const verifier = SLH_DSA_SHA2_128S
    expect(verifier).toMatchObject({ algorithm: -51, publicKeyBytes: 32, signatureBytes: 7856 })
    const nothing = Buffer.alloc(0)
    expect(await verify(verifier, PUBLIC_KEY_1, nothing, SIGNATURE_1)).toBe(true)
    expect(await verify(verifier, PUBLIC_KEY_1, MESSAGE, SIGNATURE_1)).toBe(false)
    expect(await verify(verifier, PUBLIC_KEY_1, nothing, changed(SIGNATURE_1, 3))).toBe(false)
    expect(await verify(verifier, changed(PUBLIC_KEY_1, 20), nothing, SIGNATURE_1)).toBe(false)
})

test("the signature of RFC 9052, appendix C.2.1", async () => {
    const key = Buffer.from(
        "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff" +
            "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e",
        "hex",
    )
    const signed = toBeSigned(Buffer.from("a10126", "hex"), Buffer.from("This is the content."))
    expect(await verify(ES256, key, signed, SIGNATURE)).toBe(true)
})
