import { copyOf } from "../../crypto/copy-of"
import { P256_SECRET_KEY_BYTES, p256Agree, p256PublicKey } from "../../crypto/p256"
import { p256FromX } from "../../crypto/p256-lift"
import type { Random } from "../../crypto/random"
import type { Pause } from "../../ports"
import { type EphemeralKey, SoftwareKey } from "./ephemeral-key"
import { CURVE_P256, EPHEMERAL_BYTES } from "./suites"

/** An ephemeral key of P-256, in software: 6 s to make and 15 s to agree with on an RP2040, with pauses. A secure element does both in its place. */
export function p256Key(secretKey: Buffer, publicKey: Buffer): EphemeralKey {
    return new SoftwareKey(CURVE_P256, secretKey, publicKey, agree)
}

async function agree(secretKey: Buffer, peersKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
    const point = await p256FromX(peersKey, pause)
    const agreement = point && (await p256Agree(secretKey, point, pause))
    return agreement && !agreement.refusal ? agreement.sharedSecret : undefined
}

/** @throws Error if the random source has failed */
export async function prepareP256(random: Random, pause: Pause): Promise<EphemeralKey> {
    const secretKey = Buffer.alloc(P256_SECRET_KEY_BYTES)
    random.draw(secretKey)
    // All but a 2^-32nd of all secrets are below n: with its first bit clear, each is.
    secretKey[0] &= 0x7f
    const point = await p256PublicKey(secretKey, pause)
    return p256Key(secretKey, copyOf(point.slice(1), EPHEMERAL_BYTES))
}
