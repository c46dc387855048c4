import type { Random } from "../../crypto/random"
import { wipe } from "../../crypto/wipe"
import { X25519_KEY_BYTES, x25519, x25519PublicKey } from "../../crypto/x25519"
import type { Pause } from "../../ports"
import { type EphemeralKey, OneTimeSecret } from "./ephemeral-key"
import { CURVE_X25519 } from "./suites"

/** An ephemeral key of X25519, in software: 7 s to make and 7 s to agree with on an RP2040, with pauses. */
export class X25519Key implements EphemeralKey {
    readonly curve = CURVE_X25519
    readonly publicKey: Buffer
    private readonly secret: OneTimeSecret

    constructor(secretKey: Buffer, publicKey: Buffer) {
        this.secret = new OneTimeSecret(secretKey)
        this.publicKey = publicKey
    }

    async agree(peersKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
        const secretKey = this.secret.take()
        const shared = await x25519(secretKey, peersKey, pause)
        wipe(secretKey)
        return shared
    }
}

/** @throws Error if the random source has failed */
export async function prepareX25519(random: Random, pause: Pause): Promise<EphemeralKey> {
    const secretKey = Buffer.alloc(X25519_KEY_BYTES)
    random.draw(secretKey)
    return new X25519Key(secretKey, await x25519PublicKey(secretKey, pause))
}
