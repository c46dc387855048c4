import type { Pause } from "../ports"
import { signDigits } from "./comb"
import { copyOf } from "./copy-of"
import { multiplyBase } from "./edwards-multiply"
import { bytesFromLimbs, minus, multiplied, plus, wipeProducts } from "./limbs25519"
import { inverseByProducts } from "./power25519"
import { requireBytes } from "./require-bytes"
import { ORDER, scalarFromBytes } from "./scalar25519"
import { inTurn } from "./turn"
import { wipe } from "./wipe"
import { X25519_KEY_BYTES } from "./x25519"

/**
 * As `x25519PublicKey`, by the comb of the curve that is the same in Edwards' form: u = (1 + y) / (1 - y) (RFC 7748 §4.1). In two thirds of the time,
 * and for next to no room beside Ed25519's signatures; alone it would bring their tables along. Sequence of operations and memory accesses do not
 * depend on the secret key.
 *
 * The base point is of order ℓ, so the key may be taken modulo ℓ. No key makes z - y zero: it would be a multiple of 8 ℓ, which is more than 2^255.
 * @throws TypeError, RangeError
 */
export async function x25519PublicKeyByComb(secretKey: Buffer, pause: Pause): Promise<Buffer> {
    requireBytes(secretKey, "secretKey", X25519_KEY_BYTES)
    const scalar = copyOf(secretKey)
    scalar[0] &= 248
    scalar[31] = (scalar[31] & 127) | 64
    await pause()
    const digits = await signDigits(await scalarFromBytes(scalar, pause), ORDER, pause)
    wipe(scalar)
    return await inTurn(pause, wipeProducts, async () => {
        const [, y, z] = await multiplyBase(digits)
        return await bytesFromLimbs(await multiplied(plus(z, y), await inverseByProducts(minus(z, y))))
    })
}
