/** Random inputs for the AEAD algorithms, drawn alike on Node and on the device: see `test/programs/session-random.ts`. */
import type { Digest } from "../../../src/core/crypto/digest"
import type { Pause } from "../../../src/core/ports"
import type { AeadSuite } from "../../../src/core/session/aead-suite"
import { AES_CCM_16_64_128 } from "../../../src/core/session/aes-ccm-suite"
import { aesCtrHmacSuite, type CounterMode } from "../../../src/core/session/aes-ctr-hmac-suite"
import { CHACHA20_POLY1305 } from "../../../src/core/session/chacha20-suite"
import type { Draws } from "../crypto/random-run"

/** What the device computes of each. */
export const DEVICE_CASES = 60
export const DEVICE_SEED = 8613

export function allSuites(counterMode: CounterMode): AeadSuite[] {
    return [AES_CCM_16_64_128, CHACHA20_POLY1305, aesCtrHmacSuite(counterMode)]
}

/** @returns the sealed text, and behind it 0 if it opened as it should and, with one bit flipped, did not */
export async function suiteCase(suite: AeadSuite, digest: Digest, draws: Draws, pause: Pause): Promise<Buffer> {
    const aead = await suite.open(draws.bytes(suite.keyBytes), digest, pause)
    const nonce = draws.bytes(suite.nonceBytes)
    const data = draws.bytes(draws.below(40))
    const text = draws.bytes(draws.below(220))
    const sealed = await aead.seal(nonce, data, text, pause)
    const opened = await aead.open(nonce, data, sealed, pause)
    const result = Buffer.alloc(sealed.length + 1)
    result.set(sealed, 0)
    sealed[draws.below(sealed.length)] ^= 1 << draws.below(8)
    const corrupted = await aead.open(nonce, data, sealed, pause)
    const right = opened !== undefined && opened.toString("hex") === text.toString("hex") && corrupted === undefined
    result[sealed.length] = right ? 0 : 1
    return result
}
