import type { Digest } from "../../../src/core/crypto/digest"
import { ed25519Key, ed25519Sign } from "../../../src/core/crypto/ed25519"
import { ed25519Refusal } from "../../../src/core/crypto/ed25519-verify"
import { p256Agree, p256PublicKey, p256Sign } from "../../../src/core/crypto/p256"
import { p256Refusal } from "../../../src/core/crypto/p256-verify"
import { x25519, x25519PublicKey } from "../../../src/core/crypto/x25519"
import type { Pause } from "../../../src/core/ports"
import type { Draws } from "./random-run"

/** Random inputs for the elliptic curves, drawn alike on Node and on the device: see `test/programs/curve-random.ts`. */

/** The primitives, ours or another's. A verification says whether a signature is accepted. */
export interface Curves {
    ed25519PublicKey(seed: Buffer): Promise<Buffer>
    ed25519Sign(seed: Buffer, message: Buffer): Promise<Buffer>
    ed25519Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean>
    x25519PublicKey(secretKey: Buffer): Promise<Buffer>
    x25519(secretKey: Buffer, publicKey: Buffer): Promise<Buffer | undefined>
    p256PublicKey(secretKey: Buffer): Promise<Buffer>
    p256Sign(secretKey: Buffer, message: Buffer): Promise<Buffer>
    p256Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean>
    p256Agree(secretKey: Buffer, publicKey: Buffer): Promise<Buffer | undefined>
}

export const CURVE_PRIMITIVES = ["ed25519", "x25519", "ecdsaP256", "ecdhP256"]

/** Computes one case of `primitive`. What comes back says all there is to compare, verdicts on corrupted inputs included. */
export async function curveCase(primitive: string, with_: Curves, draws: Draws): Promise<Buffer[]> {
    const secret = draws.bytes(32)
    const data = draws.bytes(draws.below(150))
    if (primitive === "x25519") {
        const shared = await with_.x25519(secret, draws.bytes(32))
        return [await with_.x25519PublicKey(secret), shared ?? Buffer.alloc(0)]
    }
    if (primitive === "ed25519") {
        const publicKey = await with_.ed25519PublicKey(secret)
        const signature = await with_.ed25519Sign(secret, data)
        const verify = async () => verdict(await with_.ed25519Verify(publicKey, data, signature))
        const right = await verify()
        corrupt(draws.below(3) === 0 ? publicKey : signature, draws)
        return [publicKey, signature, right, await verify()]
    }
    // Neither 0 nor at least n.
    secret[0] = 1 + draws.below(254)
    const publicKey = await with_.p256PublicKey(secret)
    if (primitive === "ecdsaP256") {
        const signature = await with_.p256Sign(secret, data)
        const verify = async () => verdict(await with_.p256Verify(publicKey, data, signature))
        const right = await verify()
        corrupt(draws.below(3) === 0 ? publicKey : signature, draws)
        return [publicKey, signature, right, await verify()]
    }
    const other = draws.bytes(32)
    other[0] = 1 + draws.below(254)
    const shared = await with_.p256Agree(other, publicKey)
    if (draws.below(4) === 0) corrupt(publicKey, draws)
    const again = await with_.p256Agree(secret, publicKey)
    return [publicKey, shared ?? Buffer.alloc(0), again ?? Buffer.alloc(0)]
}

function corrupt(bytes: Buffer, draws: Draws): void {
    bytes[draws.below(bytes.length)] ^= 1 << draws.below(8)
}

const verdict = (accepted: boolean): Buffer => Buffer.from(accepted ? "valid" : "refused")

/** The primitives under test. */
export class OurCurves implements Curves {
    private digest: Digest
    private pause: Pause

    constructor(digest: Digest, pause: Pause) {
        this.digest = digest
        this.pause = pause
    }

    async ed25519PublicKey(seed: Buffer): Promise<Buffer> {
        return (await ed25519Key(seed, this.pause)).publicKey
    }

    async ed25519Sign(seed: Buffer, message: Buffer): Promise<Buffer> {
        return await ed25519Sign(await ed25519Key(seed, this.pause), message, this.pause)
    }

    async ed25519Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean> {
        return (await ed25519Refusal(publicKey, message, signature, this.pause)) === undefined
    }

    async x25519PublicKey(secretKey: Buffer): Promise<Buffer> {
        return await x25519PublicKey(secretKey, this.pause)
    }

    async x25519(secretKey: Buffer, publicKey: Buffer): Promise<Buffer | undefined> {
        return await x25519(secretKey, publicKey, this.pause)
    }

    async p256PublicKey(secretKey: Buffer): Promise<Buffer> {
        return await p256PublicKey(secretKey, this.pause)
    }

    async p256Sign(secretKey: Buffer, message: Buffer): Promise<Buffer> {
        return await p256Sign(secretKey, message, this.digest, this.pause)
    }

    async p256Verify(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<boolean> {
        return (await p256Refusal(publicKey, message, signature, this.digest, this.pause)) === undefined
    }

    async p256Agree(secretKey: Buffer, publicKey: Buffer): Promise<Buffer | undefined> {
        const { refusal, sharedSecret } = await p256Agree(secretKey, publicKey, this.pause)
        return refusal === undefined ? sharedSecret : undefined
    }
}
