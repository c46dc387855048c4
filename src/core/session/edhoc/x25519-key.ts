import type { Random } from "../../crypto/random"
import { X25519_KEY_BYTES, x25519, x25519PublicKey } from "../../crypto/x25519"
import type { Pause } from "../../ports"
import { type EphemeralKey, SoftwareKey } from "./ephemeral-key"
import { CURVE_X25519 } from "./suites"

/** An ephemeral key of X25519, in software: 7 s to make and 7 s to agree with on an RP2040, with pauses. Where room is short, x25519-compact-key.ts. */
export function x25519Key(secretKey: Buffer, publicKey: Buffer): EphemeralKey {
    return new SoftwareKey(CURVE_X25519, secretKey, publicKey, x25519)
}

/** @throws Error if the random source has failed */
export async function prepareX25519(random: Random, pause: Pause): Promise<EphemeralKey> {
    const secretKey = Buffer.alloc(X25519_KEY_BYTES)
    random.draw(secretKey)
    return x25519Key(secretKey, await x25519PublicKey(secretKey, pause))
}
