import { copyOf } from "../../crypto/copy-of"
import { P256_SECRET_KEY_BYTES, p256Agree, p256PublicKey } from "../../crypto/p256"
import { p256FromX } from "../../crypto/p256-lift"
import type { Random } from "../../crypto/random"
import { wipe } from "../../crypto/wipe"
import type { Pause } from "../../ports"
import { type EphemeralKey, OneTimeSecret } from "./ephemeral-key"
import { CURVE_P256, EPHEMERAL_BYTES } from "./suites"

/** An ephemeral key of P-256, in software: 6 s to make and 15 s to agree with on an RP2040, with pauses. A secure element does both in its place. */
export class P256Key implements EphemeralKey {
    readonly curve = CURVE_P256
    readonly publicKey: Buffer
    private readonly secret: OneTimeSecret

    constructor(secretKey: Buffer, publicKey: Buffer) {
        this.secret = new OneTimeSecret(secretKey)
        this.publicKey = publicKey
    }

    async agree(peersKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
        const secretKey = this.secret.take()
        const point = await p256FromX(peersKey, pause)
        const agreement = point && (await p256Agree(secretKey, point, pause))
        wipe(secretKey)
        return agreement && !agreement.refusal ? agreement.sharedSecret : undefined
    }
}

/** @throws Error if the random source has failed */
export async function prepareP256(random: Random, pause: Pause): Promise<EphemeralKey> {
    const secretKey = Buffer.alloc(P256_SECRET_KEY_BYTES)
    random.draw(secretKey)
    // All but a 2^-32nd of all secrets are below n: with its first bit clear, each is.
    secretKey[0] &= 0x7f
    const point = await p256PublicKey(secretKey, pause)
    return new P256Key(secretKey, copyOf(point.slice(1), EPHEMERAL_BYTES))
}
