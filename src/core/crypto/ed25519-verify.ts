import type { Pause } from "../ports"
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, hashToScalar } from "./ed25519-hash"
import { type Ed25519Refusal, KEY_REFUSALS, R_REFUSALS } from "./ed25519-refusals"
import { decodePoint, sumVanishes } from "./edwards-verify"
import { halfSizeFraction } from "./euclid"
import { hex } from "./hex"
import { joinBytes } from "./join-bytes"
import { wipeRegisters } from "./limbs25519"
import { compare, multiplyAddModulo, naturalFromBytes } from "./natural"
import { publicDigits } from "./public-comb"
import { requireBytes } from "./require-bytes"
import { ORDER } from "./scalar25519"
import { inTurn } from "./turn"

/** 8 ℓ: the order of the whole group. */
export const GROUP_ORDER = naturalFromBytes(
    hex`689faee7d21893c0b2e6bc17f5cef7a600000000000000000000000000000080`,
    0,
    32,
)

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
    const s = naturalFromBytes(signature, 32, 32)
    if (compare(s, ORDER) >= 0) return "sOutOfRange"
    const text = joinBytes([signature.slice(0, 32), publicKey, message])
    return await inTurn(pause, wipeRegisters, async () => {
        const key = await decodePoint(text, 32)
        if (key.refusal) return KEY_REFUSALS[key.refusal]
        const commitment = await decodePoint(text, 0)
        if (commitment.refusal) return R_REFUSALS[commitment.refusal]

        const challenge = await hashToScalar(text, pause)
        const { u, uNegative, v } = await halfSizeFraction(challenge, GROUP_ORDER, pause)
        const digits = await publicDigits(await multiplyAddModulo(v, s, [], ORDER, pause), ORDER, pause)
        const holds = await sumVanishes(digits, [
            { point: key.point, factor: u, negative: !uNegative },
            { point: commitment.point, factor: v, negative: true },
        ])
        return holds ? undefined : "mismatch"
    })
}
