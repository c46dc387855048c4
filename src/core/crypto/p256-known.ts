import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import type { Digest } from "./digest"
import { wipeRegisters } from "./limbs-p256"
import { ORDER } from "./p256"
import { P256_PUBLIC_BASE } from "./p256-public-base"
import { P256_COMB_BYTES, sumOfCombs } from "./p256-sums"
import { type P256Refusal, signatureRefusal } from "./p256-verify"
import { publicDigits } from "./public-comb"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"

/**
 * As `p256Refusal`, with the same verdicts, in half the time, for a key that was known beforehand. Whoever gives another table than the key's gives
 * another key: it belongs to the program, where its digest covers it. The host makes it (`knownKeyModule`), of a key on the curve alone.
 * @param comb 2,112 bytes: the table of the key's multiples (public-comb.ts)
 * @throws TypeError, RangeError if an argument is no Buffer, or the comb has another size
 */
export async function p256KnownKeyRefusal(
    comb: Buffer,
    message: Buffer,
    signature: Buffer,
    digest: Digest,
    pause: Pause,
): Promise<P256Refusal | undefined> {
    requireBytes(comb, "comb", P256_COMB_BYTES)
    requireBytes(message, "message")
    requireBytes(signature, "signature")
    const ownMessage = copyOf(message)
    const ownSignature = copyOf(signature)
    return await inTurn(pause, wipeRegisters, async () => {
        return await signatureRefusal(ownMessage, ownSignature, digest, pause, async (u1, u2) => {
            const baseDigits = await publicDigits(u1, ORDER, pause)
            const keyDigits = await publicDigits(u2, ORDER, pause)
            return await sumOfCombs([
                { digits: baseDigits, comb: P256_PUBLIC_BASE },
                { digits: keyDigits, comb },
            ])
        })
    })
}
