/** Points of P-256 in compact representation (RFC 6090 §4.2, RFC 9528 appendix B): x alone, which is all that ECDH needs. */

import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import { spend } from "./field-p256"
import {
    combined,
    fromMontgomery,
    isZero,
    minus,
    multiplied,
    ONE,
    PRIME,
    toMontgomery,
    wipeRegisters,
} from "./limbs-p256"
import { compare } from "./natural"
import { B, BETWEEN_TENTHS, BYTES_TENTHS, naturalFromBigEndian, putBigEndian, raised } from "./p256-group"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"

/**
 * One of the two points that have this x, as 04 x y; which of them makes no difference to the secret of an agreement.
 * @param x 32 bytes, most significant first
 * @returns undefined if no point of the curve has it, or it is not less than p
 */
export async function p256FromX(x: Buffer, pause: Pause): Promise<Buffer | undefined> {
    requireBytes(x, "x", 32)
    const ownX = copyOf(x)
    return await inTurn(pause, wipeRegisters, async () => {
        await spend(BYTES_TENTHS)
        const natural = naturalFromBigEndian(ownX, 0)
        if (compare(natural, PRIME) >= 0) return undefined
        const mx = await toMontgomery(natural)
        // y² = (x² - 3) x + b
        const square = combined(await multiplied(combined(await multiplied(mx, mx), -3, ONE), mx), 1, B)
        await spend(BETWEEN_TENTHS)
        const my = await rootOf(square)
        if (!(await isZero(minus(await multiplied(my, my), square)))) return undefined
        await spend(BETWEEN_TENTHS)
        const y = await fromMontgomery(my)
        const bytes = Buffer.alloc(65)
        bytes[0] = 4
        bytes.set(ownX, 1)
        await spend(BYTES_TENTHS)
        putBigEndian(bytes, 33, y)
        return bytes
    })
}

/** A square root, if there is one: x^((p + 1) / 4), and (p + 1) / 4 = 2^94 (2^128 (2^32 - 1) + 2^96 + 1). */
async function rootOf(x: number[]): Promise<number[]> {
    const b2 = await raised(x, 1, x)
    const b4 = await raised(b2, 2, b2)
    const b8 = await raised(b4, 4, b4)
    const b16 = await raised(b8, 8, b8)
    const b32 = await raised(b16, 16, b16)
    const low = await raised(await raised(b32, 32, x), 96, x)
    return await raised(low, 94, ONE)
}
