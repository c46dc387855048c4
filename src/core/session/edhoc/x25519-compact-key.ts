import type { Random } from "../../crypto/random"
import { X25519_KEY_BYTES } from "../../crypto/x25519"
import { X25519_BASE_POINT, x25519Compact } from "../../crypto/x25519-compact"
import type { Pause } from "../../ports"
import { type EphemeralKey, SoftwareKey } from "./ephemeral-key"
import { CURVE_X25519 } from "./suites"

/**
 * An ephemeral key of X25519, in software, for who signs with Ed25519 and has little room: 12 s to make and 12 s to agree with on an RP2040, with pauses.
 * x25519-key.ts takes 7 s and 7 s, and 4 KB more.
 * @throws Error if the random source has failed
 */
export async function prepareX25519(random: Random, pause: Pause): Promise<EphemeralKey> {
    const secretKey = Buffer.alloc(X25519_KEY_BYTES)
    random.draw(secretKey)
    // The base point is of no small order.
    const publicKey = (await x25519Compact(secretKey, X25519_BASE_POINT, pause)) as Buffer
    return new SoftwareKey(CURVE_X25519, secretKey, publicKey, x25519Compact)
}
