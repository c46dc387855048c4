import type { Pause } from "../ports"
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, hashToScalar } from "./ed25519-hash"
import { type Ed25519Refusal, R_REFUSALS } from "./ed25519-refusals"
import { encodePoint } from "./edwards"
import { EDWARDS_PUBLIC_BASE } from "./edwards-public-base"
import { decodePoint, EDWARDS_COMB_BYTES, isOfSmallOrder, sumOfCombs } from "./edwards-verify"
import { joinBytes } from "./join-bytes"
import { LIMBS, wipeRegisters } from "./limbs25519"
import { compare, naturalFromBytes } from "./natural"
import { publicDigits } from "./public-comb"
import { publicInverse } from "./public-inverse25519"
import { requireBytes } from "./require-bytes"
import { ORDER } from "./scalar25519"
import { inTurn } from "./turn"

/**
 * A public key with the table of its multiples (public-comb.ts). Whoever gives another table than the key's gives another key: both belong to the
 * program, where its digest covers them. The host makes them (`knownKeyModule`), of sound keys of prime order alone.
 */
export interface Ed25519KnownKey {
    /** 32 bytes, RFC 8032. */
    publicKey: Buffer
    /** 3,168 bytes. */
    comb: Buffer
}

/**
 * As `ed25519Refusal`, with the same verdicts, in half the time, for a key that was known beforehand.
 *
 * s B - k A is computed and compared with R as bytes. So an R that is no point, or has another encoding, is never equal; only what it is refused for
 * takes decoding it. A being of prime order, k may be taken modulo ℓ.
 * @throws TypeError, RangeError if an argument is no Buffer, or a part of the key has another size
 */
export async function ed25519KnownKeyRefusal(
    { publicKey, comb }: Ed25519KnownKey,
    message: Buffer,
    signature: Buffer,
    pause: Pause,
): Promise<Ed25519Refusal | undefined> {
    requireBytes(publicKey, "publicKey", ED25519_KEY_BYTES)
    requireBytes(comb, "comb", EDWARDS_COMB_BYTES)
    requireBytes(message, "message")
    requireBytes(signature, "signature")
    if (signature.length !== ED25519_SIGNATURE_BYTES) return "signatureLength"
    const s = naturalFromBytes(signature, 32, 32)
    if (compare(s, ORDER) >= 0) return "sOutOfRange"
    const text = joinBytes([signature.slice(0, 32), publicKey, message])
    return await inTurn(pause, wipeRegisters, async () => {
        const challenge = await hashToScalar(text, pause)
        const sum = await sumOfCombs([
            { digits: await publicDigits(s, ORDER, pause), comb: EDWARDS_PUBLIC_BASE, negative: false },
            { digits: await publicDigits(challenge, ORDER, pause), comb, negative: true },
        ])
        const [x, y, z] = [0, 1, 2].map(i => sum.slice(i * LIMBS, (i + 1) * LIMBS))
        const computed = await encodePoint(x, y, z, publicInverse)
        for (let i = 0; i < computed.length; i++)
            if (computed[i] !== text[i]) {
                const { refusal } = await decodePoint(text, 0)
                return refusal ? R_REFUSALS[refusal] : "mismatch"
            }
        return (await isOfSmallOrder(sum)) ? "rSmallOrder" : undefined
    })
}
