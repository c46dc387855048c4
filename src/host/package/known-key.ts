import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { KEY_FAULTS, keyFault } from "../identity/key-algorithm"
import { InputError } from "../input-error"
import { edwardsComb, hexLiteral, p256Comb } from "../kernels/public-combs"
import type { SignatureAlgorithm } from "./algorithms"
import { readKeyFile } from "./signing-key"

/** The algorithms whose verification takes multiples of the key. */
export type CombAlgorithm = Exclude<SignatureAlgorithm, "SLH-DSA-SHA2-128s">

const COMBS: Record<CombAlgorithm, { publicKeyBytes: number; comb: (raw: Uint8Array) => Buffer }> = {
    EdDSA: { publicKeyBytes: 32, comb: raw => edwardsComb(ed25519.Point.fromBytes(raw)) },
    ES256: { publicKeyBytes: 64, comb: raw => p256Comb(p256.Point.fromBytes(Buffer.concat([Buffer.of(4), raw]))) },
}

/**
 * The table with which a device verifies signatures of a key that it knew beforehand in half the time.
 * @param raw 32 bytes of Ed25519, or 64 of P-256: x and y
 * @throws RangeError if the key is not sound, or another algorithm's
 */
export function knownKeyComb(algorithm: CombAlgorithm, raw: Uint8Array): Buffer {
    const { publicKeyBytes, comb } = COMBS[algorithm]
    const fault = raw.length === publicKeyBytes ? keyFault(raw) : "size"
    if (fault) throw new RangeError(`the key ${KEY_FAULTS[fault]}`)
    return comb(raw)
}

/** A module of device code that exports the key with its table as `KEY`, for `eddsaOf` or `es256Of`. @throws RangeError as `knownKeyComb` */
export function knownKeyModule(algorithm: CombAlgorithm, raw: Uint8Array): string {
    return `/** A public key of ${algorithm}, with the multiples of it that its verification takes. Made by domovoi known-key; make it anew to change it. */
export const KEY = {
    publicKey: ${hexLiteral(Buffer.from(raw))},
    comb: ${hexLiteral(knownKeyComb(algorithm, raw))},
}
`
}

/** @throws InputError if there is no such file, or its key has no table */
export function knownKeyModuleOf(path: string) {
    const { algorithm, keyId, publicKey } = readKeyFile(path)
    if (!(algorithm in COMBS)) throw new InputError(`${path}: ${algorithm} is verified without multiples of the key`)
    try {
        const module = knownKeyModule(algorithm as CombAlgorithm, Buffer.from(publicKey, "hex"))
        return { algorithm, keyId, module }
    } catch (error) {
        if (error instanceof RangeError) throw new InputError(`${path}: ${error.message}`)
        throw error
    }
}
