import type { Pause } from "../ports"
import { signDigits } from "./comb"
import { copyOf } from "./copy-of"
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, hashToScalar } from "./ed25519-hash"
import { encodePoint } from "./edwards"
import { multiplyBase } from "./edwards-multiply"
import { joinBytes } from "./join-bytes"
import { wipeProducts } from "./limbs25519"
import { bytesFromNatural, multiplyAddModulo } from "./natural"
import { inverseByProducts } from "./power25519"
import { requireBytes } from "./require-bytes"
import { ORDER, scalarFromBytes } from "./scalar25519"
import { sha512 } from "./sha512"
import { inTurn } from "./turn"
import { wipe } from "./wipe"

/**
 * Ed25519 (RFC 8032 §5.1): SHA-512, edwards25519, no context, no prehashing. Keys and seeds are 32 bytes, signatures 64. Verification lies
 * in a file of its own: a device that only signs does not link its tables.
 */

/** A private key, expanded from its seed once. All of it is secret but the public key. */
export interface Ed25519Key {
    publicKey: Buffer
    scalar: number[]
    prefix: Buffer
}

/** RFC 8032 §5.1.5. @throws TypeError, RangeError if the seed is not 32 bytes */
export async function ed25519Key(seed: Buffer, pause: Pause): Promise<Ed25519Key> {
    const key = await ed25519StoredKey(seed, Buffer.alloc(0), pause)
    key.publicKey = await multipleOfBase(key.scalar, pause)
    return key
}

/**
 * As `ed25519Key`, without the work of computing a public key that was kept beside the seed. It has to be that seed's: signatures made with
 * another give the private key away. @throws TypeError, RangeError if the seed is not 32 bytes
 */
export async function ed25519StoredKey(seed: Buffer, publicKey: Buffer, pause: Pause): Promise<Ed25519Key> {
    requireBytes(seed, "seed", ED25519_KEY_BYTES)
    const ownPublicKey = copyOf(publicKey)
    const hash = await sha512(copyOf(seed), pause)
    hash[0] &= 248
    hash[31] = (hash[31] & 127) | 64
    const scalar = await scalarFromBytes(hash.slice(0, 32), pause)
    return { publicKey: ownPublicKey, scalar, prefix: hash.slice(32, 64) }
}

/** The signature, 64 bytes (RFC 8032 §5.1.6). @throws TypeError if the message is no Buffer */
export async function ed25519Sign(key: Ed25519Key, message: Buffer, pause: Pause): Promise<Buffer> {
    requireBytes(message, "message")
    const scalar = key.scalar.slice()
    const secret = joinBytes([key.prefix, message])
    const open = joinBytes([key.publicKey, message])
    const nonce = await hashToScalar(secret, pause)
    wipe(secret)
    const commitment = await multipleOfBase(nonce, pause)
    const challenge = await hashToScalar(joinBytes([commitment, open]), pause)
    const s = await multiplyAddModulo(challenge, scalar, nonce, ORDER, pause)
    const signature = Buffer.alloc(ED25519_SIGNATURE_BYTES)
    signature.set(commitment, 0)
    signature.set(bytesFromNatural(s, 32), 32)
    await pause()
    return signature
}

/** scalar B as 32 bytes. */
async function multipleOfBase(scalar: number[], pause: Pause): Promise<Buffer> {
    const digits = await signDigits(scalar, ORDER, pause)
    return await inTurn(pause, wipeProducts, async () => {
        const [x, y, z] = await multiplyBase(digits)
        return await encodePoint(x, y, z, inverseByProducts)
    })
}
