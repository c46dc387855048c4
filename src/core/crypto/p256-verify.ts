import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import type { Digest } from "./digest"
import { invert } from "./euclid"
import { PRIME, wipeRegisters } from "./limbs-p256"
import { addMultiple, compare, multiplyAddModulo } from "./natural"
import { isScalar, KEY_REFUSALS, ORDER, P256_SIGNATURE_BYTES, type P256KeyRefusal } from "./p256"
import { decodePoint, naturalFromBigEndian, type Point } from "./p256-group"
import { hasX, sumOfMultiples } from "./p256-sums"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"

/** Why a signature is refused. */
export type P256Refusal = P256KeyRefusal | "signatureLength" | "rOutOfRange" | "sOutOfRange" | "mismatch"

/**
 * Why `signature` is not one of `message` under `publicKey`, or undefined if it is (FIPS 186-4 §6.4): r and s from 1 to n - 1, the
 * key on the curve. s may lie in the upper half, as FIPS has it: (r, n - s) is valid whenever (r, s) is.
 * @throws TypeError if an argument is no Buffer
 */
export async function p256Refusal(
    publicKey: Buffer,
    message: Buffer,
    signature: Buffer,
    digest: Digest,
    pause: Pause,
): Promise<P256Refusal | undefined> {
    requireBytes(publicKey, "publicKey")
    requireBytes(message, "message")
    requireBytes(signature, "signature")
    const ownKey = copyOf(publicKey)
    const ownMessage = copyOf(message)
    const ownSignature = copyOf(signature)
    return await inTurn(pause, wipeRegisters, async () => {
        const key = await decodePoint(ownKey)
        if (key.refusal) return KEY_REFUSALS[key.refusal]
        const sumOf = async (u1: number[], u2: number[]) => await sumOfMultiples(u1, u2, key.point)
        return await signatureRefusal(ownMessage, ownSignature, digest, pause, sumOf)
    })
}

/**
 * `p256Refusal` without the key, for a computation that has its turn.
 * @param sumOf u1 G + u2 Q
 */
export async function signatureRefusal(
    message: Buffer,
    signature: Buffer,
    digest: Digest,
    pause: Pause,
    sumOf: (u1: number[], u2: number[]) => Promise<Point>,
): Promise<P256Refusal | undefined> {
    if (signature.length !== P256_SIGNATURE_BYTES) return "signatureLength"
    await pause()
    const r = naturalFromBigEndian(signature, 0)
    await pause()
    const s = naturalFromBigEndian(signature, 32)
    if (!isScalar(r)) return "rOutOfRange"
    if (!isScalar(s)) return "sOutOfRange"

    await pause()
    const z = naturalFromBigEndian(await digest.sha256([message], pause), 0)
    await pause()
    const reciprocal = await invert(s, ORDER, pause)
    const u1 = await multiplyAddModulo(z, reciprocal, [], ORDER, pause)
    const u2 = await multiplyAddModulo(r, reciprocal, [], ORDER, pause)
    const sum = await sumOf(u1, u2)
    if (sum.length === 0) return "mismatch"
    if (await hasX(sum, r)) return undefined
    // x may be r + n as well: x < p, and p is a little more than n.
    const above = r.slice()
    addMultiple(above, 1, ORDER, 0)
    return compare(above, PRIME) < 0 && (await hasX(sum, above)) ? undefined : "mismatch"
}
