import type { Digest } from "../crypto/digest"
import type { Pause } from "../ports"
import type { Verifier } from "./verifier"

/** A public key that was known when the program was made, with the table of its multiples: both as `domovoi known-key` writes them. */
export interface KnownKey {
    publicKey: Buffer
    comb: Buffer
}

/** Why a signature is not one of the message by the key; undefined if it is. */
export type KnownKeyRefusal = (
    key: KnownKey,
    message: Buffer,
    signature: Buffer,
    pause: Pause,
    digest: Digest,
) => Promise<string | undefined>

/**
 * How a verifier verifies under keys that were known when the program was made.
 * @param otherwise verifies under all other keys; without it they are refused, and the code for them is not linked. A policy that brings a new
 * key then cannot be followed by this program
 */
export function verifyByKnownKeys(
    keys: KnownKey[],
    refusal: KnownKeyRefusal,
    otherwise?: Verifier,
): Verifier["verify"] {
    return async (publicKey, message, signature, digest, pause) => {
        const key = knownKey(keys, publicKey)
        if (key) {
            const bytes = await signature.read(signature.length)
            // What comes until the refusal pauses itself is long enough alone.
            await pause()
            return (await refusal(key, message, bytes, pause, digest)) === undefined
        }
        return otherwise ? await otherwise.verify(publicKey, message, signature, digest, pause) : false
    }
}

/** The one with this public key. */
function knownKey(keys: KnownKey[], publicKey: Buffer): KnownKey | undefined {
    for (let k = 0; k < keys.length; k++) {
        const own = keys[k].publicKey
        let same = own.length === publicKey.length
        for (let i = 0; same && i < own.length; i++) same = own[i] === publicKey[i]
        if (same) return keys[k]
    }
    return undefined
}
