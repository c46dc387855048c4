import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { KEY_FAULTS, type KeyAlgorithm, keyFault } from "../identity/key-algorithm"
import { edwardsComb, hexLiteral, p256Comb } from "../kernels/public-combs"

const COMBS: Record<KeyAlgorithm, (raw: Uint8Array) => Buffer> = {
    ed25519: raw => edwardsComb(ed25519.Point.fromBytes(raw)),
    p256: raw => p256Comb(p256.Point.fromBytes(Buffer.concat([Buffer.of(4), raw]))),
}

/**
 * The table with which a device verifies signatures of a key that it knew beforehand in half the time.
 * @param raw 32 bytes of Ed25519, or 64 of P-256: x and y
 * @throws RangeError if the key is not sound
 */
export function knownKeyComb(algorithm: KeyAlgorithm, raw: Uint8Array): Buffer {
    const fault = keyFault(raw)
    if (fault) throw new RangeError(`the key ${KEY_FAULTS[fault]}`)
    return COMBS[algorithm](raw)
}

/**
 * A module of device code that exports the key with its table, for `eddsaOf` or `es256Of`.
 * @throws RangeError as `knownKeyComb`
 */
export function knownKeyModule(name: string, algorithm: KeyAlgorithm, raw: Uint8Array): string {
    return `/** A public key of ${algorithm}, and the multiples of it that its verification takes. Made by the host: not to be edited. */
export const ${name} = {
    publicKey: ${hexLiteral(Buffer.from(raw))},
    comb: ${hexLiteral(knownKeyComb(algorithm, raw))},
}
`
}
