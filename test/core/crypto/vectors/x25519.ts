import { hex } from "../../../../src/core/crypto/hex"
import { x25519, x25519PublicKey } from "../../../../src/core/crypto/x25519"
import { X25519_BASE_POINT, x25519Compact } from "../../../../src/core/crypto/x25519-compact"
import type { Pause } from "../../../../src/core/ports"
import type { VectorRun } from "./vector-run"

type Agree = (secretKey: Buffer, publicKey: Buffer, pause: Pause) => Promise<Buffer | undefined>

const ALICE = hex`77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a`
const ALICE_PUBLIC = hex`8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a`
const BOB = hex`5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb`
const BOB_PUBLIC = hex`de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f`
const SHARED = hex`4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742`

export async function x25519Vectors(run: VectorRun): Promise<void> {
    await vectors(run, x25519)
    run.check("§6.1, Alice's public key", await x25519PublicKey(ALICE, run.pause), ALICE_PUBLIC)
    run.check("§6.1, Bob's public key", await x25519PublicKey(BOB, run.pause), BOB_PUBLIC)
}

export async function x25519CompactVectors(run: VectorRun): Promise<void> {
    await vectors(run, x25519Compact)
    run.check("§6.1, Alice's public key", await x25519Compact(ALICE, X25519_BASE_POINT, run.pause), ALICE_PUBLIC)
    run.check("§6.1, Bob's public key", await x25519Compact(BOB, X25519_BASE_POINT, run.pause), BOB_PUBLIC)
}

/** RFC 7748 §5.2, but for the iterated ones, and §6.1. */
async function vectors(run: VectorRun, agree: Agree): Promise<void> {
    run.check(
        "§5.2, first",
        await agree(
            hex`a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4`,
            hex`e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c`,
            run.pause,
        ),
        hex`c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552`,
    )
    run.check(
        "§5.2, second",
        await agree(
            hex`4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d`,
            hex`e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493`,
            run.pause,
        ),
        hex`95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957`,
    )
    run.check("§6.1, Alice's secret", await agree(ALICE, BOB_PUBLIC, run.pause), SHARED)
    run.check("§6.1, Bob's secret", await agree(BOB, ALICE_PUBLIC, run.pause), SHARED)
}

/** RFC 7748 §5.2: k and u are 9, then k is the result and u the k before, a thousand times. */
async function iterated(run: VectorRun, agree: Agree): Promise<void> {
    const nine = hex`0900000000000000000000000000000000000000000000000000000000000000`
    let k = nine
    let u = nine
    for (let i = 1; i <= 1000; i++) {
        const next = await agree(k, u, run.pause)
        u = k
        k = next ?? Buffer.alloc(0)
        if (i === 1) run.check("once", k, hex`422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079`)
    }
    run.check("1,000 times", k, hex`684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51`)
}

export async function x25519Iterated(run: VectorRun): Promise<void> {
    await iterated(run, x25519)
}

export async function x25519CompactIterated(run: VectorRun): Promise<void> {
    await iterated(run, x25519Compact)
}
