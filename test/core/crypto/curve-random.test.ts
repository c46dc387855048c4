import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { ed25519KnownKeyRefusal } from "../../../src/core/crypto/ed25519-known"
import { p256KnownKeyRefusal } from "../../../src/core/crypto/p256-known"
import { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
import { keyFault } from "../../../src/host/identity/key-algorithm"
import { knownKeyComb } from "../../../src/host/package/known-key"
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

/** Ours, with combs in place of everything that has a second way: verification under the key's own comb, if it is sound. */
class CombCurves extends OurCurves {
    private digestOfOurs: Digest

    constructor(digest: Digest) {
        super(digest, pause)
        this.digestOfOurs = digest
    }

    override async ed25519Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean> {
        if (keyFault(publicKey)) return await super.ed25519Verify(publicKey, message, signature)
        const known = { publicKey, comb: knownKeyComb("EdDSA", publicKey) }
        return (await ed25519KnownKeyRefusal(known, message, signature, pause)) === undefined
    }

    override async x25519PublicKey(secretKey: Buffer): Promise<Buffer> {
        return await x25519PublicKeyByComb(secretKey, pause)
    }

    override async p256Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean> {
        const raw = publicKey.subarray(1)
        if (publicKey[0] !== 4 || keyFault(raw)) return await super.p256Verify(publicKey, message, signature)
        const comb = knownKeyComb("ES256", raw)
        return (await p256KnownKeyRefusal(comb, message, signature, this.digestOfOurs, pause)) === undefined
    }
}

test.each(["ed25519", "x25519", "ecdsaP256"])(
    "by combs, against noble: %s",
    { timeout: 36_000_000 },
    async primitive => {
        const ours = new CombCurves(await openDigest(undefined, pause))
        const [our, their] = [new Draws(SEED), new Draws(SEED)]
        for (let i = 0; i < CASES; i++)
            expect(await hexCase(primitive, ours, our), `case ${i}`).toBe(await hexCase(primitive, nobleCurves, their))
    },
)

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
