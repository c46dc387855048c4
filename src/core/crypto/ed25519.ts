import type { Pause } from "../ports"
import { digestPaced, updatePaced } from "./block-hash"
import { signDigits } from "./comb"
import { copyOf } from "./copy-of"
import { decodePoint, encodePoint, multiplyBase, type PointRefusal, sumVanishes } from "./edwards"
import { halfSizeFraction } from "./euclid"
import { joinBytes } from "./join-bytes"
import { bytesFromNatural, modulo, naturalFromBytes } from "./natural"
import { requireBytes } from "./require-bytes"
import { GROUP_ORDER, isScalar, multiplyAddScalars, ORDER, scalarFromHash } from "./scalar25519"
import { Sha512 } from "./sha512"
import { wipe } from "./wipe"

/** Ed25519 (RFC 8032 §5.1): SHA-512, edwards25519, no context, no prehashing. Keys and seeds are 32 bytes, signatures 64. */

export const ED25519_KEY_BYTES = 32
export const ED25519_SIGNATURE_BYTES = 64

/** Why a signature is refused. `R` and `s` are its first and second half. */
export type Ed25519Refusal =
    | "keyLength"
    | "signatureLength"
    | "sOutOfRange"
    | "keyNotCanonical"
    | "keyNotOnCurve"
    | "keySmallOrder"
    | "rNotCanonical"
    | "rNotOnCurve"
    | "rSmallOrder"
    | "mismatch"

const KEY_REFUSALS: Record<PointRefusal, Ed25519Refusal> = {
    notCanonical: "keyNotCanonical",
    notOnCurve: "keyNotOnCurve",
    smallOrder: "keySmallOrder",
}

const R_REFUSALS: Record<PointRefusal, Ed25519Refusal> = {
    notCanonical: "rNotCanonical",
    notOnCurve: "rNotOnCurve",
    smallOrder: "rSmallOrder",
}

/**
 * Why `signature` is not one of `message` under `publicKey`, or undefined if it is. Strict: canonical encodings only, s < ℓ, no
 * point of small order, and the equation without the cofactor, s B = R + k A, so that whatever passes here passes every other
 * verifier, with the cofactor or without.
 *
 * Half the doublings are saved by writing k = u/v modulo 8 ℓ with short u and v and checking v s B - u A - v R = 0. v has
 * no factor in common with 8 ℓ, and modulo 8 ℓ even the small-order part of A is multiplied rightly: so that holds exactly when the
 * equation itself does.
 * @throws TypeError if an argument is no Buffer
 */
export async function ed25519Refusal(
    publicKey: Buffer,
    message: Buffer,
    signature: Buffer,
    pause: Pause,
): Promise<Ed25519Refusal | undefined> {
    requireBytes(publicKey, "publicKey")
    requireBytes(message, "message")
    requireBytes(signature, "signature")
    if (publicKey.length !== ED25519_KEY_BYTES) return "keyLength"
    if (signature.length !== ED25519_SIGNATURE_BYTES) return "signatureLength"
    if (!isScalar(signature, 32)) return "sOutOfRange"
    const text = joinBytes([signature.slice(0, 32), publicKey, message])
    const s = naturalFromBytes(signature, 32, 32)
    const key = await decodePoint(text, 32, pause)
    if (key.refusal) return KEY_REFUSALS[key.refusal]
    const commitment = await decodePoint(text, 0, pause)
    if (commitment.refusal) return R_REFUSALS[commitment.refusal]

    const challenge = await hashToScalar([text], pause)
    const { u, uNegative, v } = await halfSizeFraction(challenge, GROUP_ORDER, pause)
    await pause()
    const digits = signDigits(multiplyAddScalars(v, s, [0]), ORDER)
    await pause()
    const holds = await sumVanishes(
        digits,
        [
            { point: key.point, factor: u, negative: !uNegative },
            { point: commitment.point, factor: v, negative: true },
        ],
        pause,
    )
    return holds ? undefined : "mismatch"
}

/** A private key, expanded from its seed once. All of it is secret but the public key. */
export interface Ed25519Key {
    publicKey: Buffer
    scalar: number[]
    prefix: Buffer
}

/** RFC 8032 §5.1.5. @throws TypeError, RangeError if the seed is not 32 bytes */
export async function ed25519Key(seed: Buffer, pause: Pause): Promise<Ed25519Key> {
    const key = await ed25519StoredKey(seed, Buffer.alloc(0), pause)
    key.publicKey = await encodePoint(await multiplyBase(signDigits(key.scalar, ORDER), pause), pause)
    return key
}

/**
 * As `ed25519Key`, without the work of computing a public key that was kept beside the seed. It has to be that seed's: signatures made with
 * another give the private key away. @throws TypeError, RangeError if the seed is not 32 bytes
 */
export async function ed25519StoredKey(seed: Buffer, publicKey: Buffer, pause: Pause): Promise<Ed25519Key> {
    requireBytes(seed, "seed", ED25519_KEY_BYTES)
    const ownPublicKey = copyOf(publicKey)
    const hash = await digestPaced(new Sha512().update(seed), pause)
    await pause()
    hash[0] &= 248
    hash[31] = (hash[31] & 127) | 64
    const scalar = modulo(naturalFromBytes(hash, 0, 32), ORDER)
    await pause()
    return { publicKey: ownPublicKey, scalar, prefix: hash.slice(32, 64) }
}

/** The signature, 64 bytes (RFC 8032 §5.1.6). @throws TypeError if the message is no Buffer */
export async function ed25519Sign(key: Ed25519Key, message: Buffer, pause: Pause): Promise<Buffer> {
    requireBytes(message, "message")
    const scalar = key.scalar.slice()
    const secret = joinBytes([key.prefix, message])
    const open = joinBytes([key.publicKey, message])
    const nonce = await hashToScalar([secret], pause)
    wipe(secret)
    const commitment = await encodePoint(await multiplyBase(signDigits(nonce, ORDER), pause), pause)
    const challenge = await hashToScalar([commitment, open], pause)
    const s = multiplyAddScalars(challenge, scalar, nonce)
    const signature = Buffer.alloc(ED25519_SIGNATURE_BYTES)
    signature.set(commitment, 0)
    signature.set(bytesFromNatural(s, 32), 32)
    return signature
}

async function hashToScalar(parts: Buffer[], pause: Pause): Promise<number[]> {
    const hash = new Sha512()
    for (let i = 0; i < parts.length; i++) await updatePaced(hash, parts[i], pause)
    const digest = await digestPaced(hash, pause)
    await pause()
    return scalarFromHash(digest)
}
