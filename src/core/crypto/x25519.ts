import type { Pause } from "../ports"
import { ladderStep, loadLadderBase, loadPoint, spend, storePoint } from "./field25519"
import { hex } from "./hex"
import { bytesFromLimbs, joined, LIMBS, limbsFromBytes, limbsFromNumber, multiplied, wipeRegisters } from "./limbs25519"
import { inverse } from "./power25519"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"

/** X25519 (RFC 7748 §5). Keys and results are 32 bytes. Where room for code is short, x25519-compact.ts has the same. */

export const X25519_KEY_BYTES = 32
/** What the ladder begins with, in tenths of a millisecond. */
const BEGIN_TENTHS = 50
const BASE_POINT = hex`0900000000000000000000000000000000000000000000000000000000000000`

/** The public key of a secret one. @throws TypeError, RangeError */
export async function x25519PublicKey(secretKey: Buffer, pause: Pause): Promise<Buffer> {
    return await ladder(secretKey, BASE_POINT, pause)
}

/**
 * The secret shared with the owner of a public key, or undefined if that key is of small order and would force the secret to be
 * zero (RFC 7748 §6.1). As there, bit 255 of the public key is ignored, and a number from p up means itself less p.
 * @throws TypeError, RangeError
 */
export async function x25519(secretKey: Buffer, publicKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
    requireBytes(publicKey, "publicKey", X25519_KEY_BYTES)
    const shared = await ladder(secretKey, publicKey, pause)
    let bits = 0
    for (let i = 0; i < X25519_KEY_BYTES; i++) bits |= shared[i]
    return bits === 0 ? undefined : shared
}

/** Sequence of operations and memory accesses do not depend on the secret key. */
async function ladder(secretKey: Buffer, publicKey: Buffer, pause: Pause): Promise<Buffer> {
    requireBytes(secretKey, "secretKey", X25519_KEY_BYTES)
    const scalar = Buffer.alloc(X25519_KEY_BYTES)
    scalar.set(secretKey, 0)
    scalar[0] &= 248
    scalar[31] = (scalar[31] & 127) | 64

    // Bit 254 is always set: the ladder begins with the point itself, both as x/z, which is doubled first, and as y/t.
    const u = limbsFromBytes(publicKey, 0)
    const one = limbsFromNumber(1)
    return await inTurn(pause, wipeRegisters, async () => {
        await spend(BEGIN_TENTHS)
        loadLadderBase(u)
        loadPoint(joined([u, u, one, one]))
        let swap = 0
        let exchanged = 1
        for (let bit = 254; bit >= 0; bit--) {
            // Bits 2, 1 and 0 are always clear: only doublings are left.
            await ladderStep(swap, bit < 254 && bit > 2)
            if (bit === 0) break
            const next = (scalar[(bit - 1) >> 3] >> ((bit - 1) & 7)) & 1
            swap = exchanged ^ next
            exchanged = next
        }
        const point: number[] = []
        storePoint(point)
        const reciprocal = await inverse(point.slice(2 * LIMBS, 3 * LIMBS))
        return await bytesFromLimbs(await multiplied(point.slice(0, LIMBS), reciprocal))
    })
}
