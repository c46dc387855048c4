import { slh_dsa_sha2_128s } from "@noble/post-quantum/slh-dsa.js"
import { beforeAll, expect, test } from "vitest"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { SLH_DSA_SIGNATURE_LENGTH, slhDsaRefusal } from "../../../src/core/crypto/slhdsa"
import { nodeDigest } from "../../../src/host/node-digest"
import { Draws } from "./random-run"
import { readerOf } from "./vectors/slhdsa"

/** `CRYPTO_CASES=100000 npx vitest run test/core/crypto/slhdsa-random` is the whole campaign. */
const CASES = Number(process.env.CRYPTO_CASES ?? 40)
const SEED = Number(process.env.CRYPTO_SEED ?? 20_261_121)
/** A signature takes noble seconds to make, so each serves many cases. */
const CASES_PER_SIGNATURE = 4000

interface Signed {
    key: Buffer
    message: Buffer
    context: Buffer
    signature: Buffer
}

let digest: Digest
beforeAll(async () => {
    digest = await openDigest(nodeDigest, async () => {})
})

/** A valid signature over random bytes, with a key of its own. */
function drawSigned(draws: Draws): Signed {
    const { publicKey, secretKey } = slh_dsa_sha2_128s.keygen(draws.bytes(48))
    const message = draws.bytes(draws.below(300))
    const context = draws.bytes(draws.below(256))
    const signature = slh_dsa_sha2_128s.sign(message, secretKey, { context, extraEntropy: false })
    return { key: Buffer.from(publicKey), message, context, signature: Buffer.from(signature) }
}

function copyOf({ key, message, context, signature }: Signed): Signed {
    const [a, b, c, d] = [key, message, context, signature].map(bytes => Buffer.from(bytes))
    return { key: a, message: b, context: c, signature: d }
}

/** What can be done to a valid signature. One of each eight cases leaves it as it is. */
function corrupt(signed: Signed, other: Signed, draws: Draws): void {
    const flip = (bytes: Buffer, at = draws.below(bytes.length)) => {
        if (bytes.length > 0) bytes[at] ^= 1 << draws.below(8)
    }
    const corruptions = [
        () => {},
        () => flip(signed.signature),
        () => flip(signed.signature),
        () => flip(signed.key),
        () => flip(signed.message),
        () => flip(signed.context),
        // One hash of another signature, at its own place.
        () => {
            const at = 16 * draws.below(SLH_DSA_SIGNATURE_LENGTH / 16)
            signed.signature.set(other.signature.subarray(at, at + 16), at)
        },
        () => signed.signature.fill(draws.below(256), draws.below(SLH_DSA_SIGNATURE_LENGTH)),
    ]
    corruptions[draws.below(corruptions.length)]()
}

test("ours and noble agree on valid and corrupted signatures", { timeout: 36_000_000 }, async () => {
    console.log(`SLH-DSA-SHA2-128s: ${CASES} random cases, seed ${SEED}`)
    const draws = new Draws(SEED)
    const verdicts = { valid: 0, refused: 0 }
    let pool: Signed[] = []
    for (let i = 0; i < CASES; i++) {
        if (i % CASES_PER_SIGNATURE === 0) pool = [...pool, drawSigned(draws)].slice(-4)
        const other = pool[draws.below(pool.length)]
        const signed = copyOf(pool[draws.below(pool.length)])
        corrupt(signed, other, draws)
        const { key, message, context, signature } = signed
        const refusal = await slhDsaRefusal(key, [message], context, readerOf(signature), digest, async () => {})
        const valid = slh_dsa_sha2_128s.verify(signature, message, key, { context })
        if ((refusal === undefined) !== valid) expect(refusal, `case ${i}`).toBe(valid ? undefined : "a refusal")
        verdicts[valid ? "valid" : "refused"]++
    }
    console.log(verdicts)
    expect(Math.min(verdicts.valid, verdicts.refused)).toBeGreaterThan(0)
})
