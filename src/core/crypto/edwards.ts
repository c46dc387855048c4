import { spend } from "./field25519"
import { bytesFromLimbs, LIMBS, multiplied } from "./limbs25519"

/**
 * The group of edwards25519, -x² + y² = 1 + d x² y² (RFC 8032 §5.1), in extended coordinates (x : y : z : t), x y = z t: eleven limbs each. All of it is
 * for a computation that has its turn. What signing takes besides lies in edwards-multiply.ts, and what verification takes in edwards-verify.ts: each
 * has a table of its own.
 */

/** An entry of the comb: limbs of y + x, y - x and 2 d x y, three bytes each. */
export const ENTRY_BYTES = 9 * LIMBS

/** What it takes besides products to unpack an entry, in tenths of a millisecond. */
const ENTRY_TENTHS = 48

/**
 * The 32 bytes of a point.
 * @param invert `inverse`, `inverseByProducts`, or `publicInverse` for a point that everybody may know
 */
export async function encodePoint(
    x: number[],
    y: number[],
    z: number[],
    invert: (z: number[]) => Promise<number[]>,
): Promise<Buffer> {
    const reciprocal = await invert(z)
    const bytes = await bytesFromLimbs(await multiplied(reciprocal, y))
    bytes[31] |= ((await bytesFromLimbs(await multiplied(reciprocal, x)))[0] & 1) << 7
    return bytes
}

/**
 * Limbs of an entry are not negative, and so up to twice as large as carried ones.
 * @param stride distance of an entry's bytes: they are interleaved in the table
 */
export async function preparedFromEntry(bytes: Buffer, from: number, stride: number): Promise<number[]> {
    await spend(ENTRY_TENTHS)
    const limbs: number[] = []
    limbs[3 * LIMBS - 1] = 0
    let at = from
    for (let i = 0; i < 3 * LIMBS; i += LIMBS) {
        let unit = 1
        for (let k = i; k < i + LIMBS; k++) {
            limbs[k] = (bytes[at] | (bytes[at + stride] << 8) | (bytes[at + 2 * stride] << 16)) * unit
            unit *= k === i || k === i + 5 ? 0x1000000 : 0x800000
            at += 3 * stride
        }
    }
    return limbs
}
