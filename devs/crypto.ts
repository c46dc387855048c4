/**
 * The ports of `src/core/crypto` on the runtime. Neither this nor the primitives are part of the SDK's main module, since tables of whatever
 * that exports would be in every image: import what is used, from `devicescript-domovoi/devs/crypto` and
 * `devicescript-domovoi/src/core/crypto/ed25519` and its neighbours.
 */
import { type Digest, type NativeDigest, openNativeDigest } from "../src/core/crypto/digest"
import { openRandom, type Random } from "../src/core/crypto/random"
import type { Pause } from "../src/core/ports"

/** What the runtime has of Buffers beside what it declares. */
export interface RuntimeBuffer extends Buffer {
    fillRandom(): void
    /** @param key 32 bytes @param nonce 13 @param tagBytes 0, 4, 8 or 16, put behind the ciphertext @returns a new Buffer */
    encrypt(algorithm: "aes-256-ccm", key: Buffer, nonce: Buffer, tagBytes: number): Buffer
}

/**
 * SHA-256 by the runtime's C code, tested with known answers.
 * @throws Error if it computes wrong hashes
 */
export async function openRuntimeDigest(pause: Pause): Promise<Digest> {
    return await openNativeDigest((Buffer as unknown as { digest: NativeDigest }).digest, pause)
}

let random: Random | undefined

/** The chip's random source, tested from the first call on. */
export async function openRuntimeRandom(pause: Pause): Promise<Random> {
    if (!random) random = await openRandom({ draw: target => (target as RuntimeBuffer).fillRandom() }, pause)
    return random
}

/** AES-256 in counter mode by the runtime's C code: its CCM without a tag. It is a `CounterMode` of `src/core/session`. */
export function runtimeCounterMode(key: Buffer, nonce: Buffer, data: Buffer): Buffer {
    return (data as RuntimeBuffer).encrypt("aes-256-ccm", key, nonce, 0)
}
