import { COMB_ENTRIES, combEntry, combTeeth, selectEntry } from "./comb"
import { EDWARDS_BASE } from "./edwards-base"
import { product, spend } from "./field25519"
import { bytesFromLimbs, combine, LIMBS, limbsFromNumber, multiplied } from "./limbs25519"

/**
 * The group of edwards25519, -x² + y² = 1 + d x² y² (RFC 8032 §5.1), in extended coordinates (x : y : z : t), x y = z t: eleven limbs each. All of it is
 * for a computation that has its turn. What verification takes besides lies in edwards-verify.ts.
 */

/** Tables of the comb, and the distance of the digits that one has: more tables mean fewer doublings, and take room behind the code alone. */
const TABLES = 4
const SPACING = 64 / TABLES

/** An entry of the comb: limbs of y + x, y - x and 2 d x y, three bytes each. */
export const ENTRY_BYTES = 9 * LIMBS
const TABLE_BYTES = COMB_ENTRIES * ENTRY_BYTES

/** What the sums of a doubling or an addition take, in tenths of a millisecond. */
const SUMS_TENTHS = 28
/** What it takes besides products to unpack an entry, and to choose the sign of a secret one, in tenths of a millisecond. */
const ENTRY_TENTHS = 48
const SELECT_TENTHS = 50

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
 * scalar B, in a sequence of operations and memory accesses that does not depend on the scalar.
 *
 * Hisil, Wong, Carter and Dawson (2008): doubling as §3.3 and addition as §3.1 with a = -1. Both end with the same four products, of E, F, G and H, two
 * or all of them negated, which is the same point. They are sums of up to 3, 4, 3 and 2 carried numbers, as products take them.
 * @param digits of the scalar, as `signDigits` makes them
 * @returns x, y and z
 */
export async function multiplyBase(digits: Buffer): Promise<number[][]> {
    const x = limbsFromNumber(0)
    const y = limbsFromNumber(1)
    const z = limbsFromNumber(1)
    const t = limbsFromNumber(0)
    const f = limbsFromNumber(0)
    const g = limbsFromNumber(0)
    const h = limbsFromNumber(0)
    for (let i = SPACING - 1; i >= 0; i--)
        for (let table = TABLES; table >= 0; table--) {
            await spend(SUMS_TENTHS)
            if (table === TABLES) {
                combine(t, x, 1, y)
                await product(t, t, t)
                await product(x, x, x)
                await product(y, y, y)
                await product(z, z, z)
                combine(h, x, 1, y)
                combine(g, x, -1, y)
                combine(f, g, 2, z)
                combine(t, h, -1, t)
            } else {
                const prepared = await selectPrepared(table, combTeeth(digits, i + SPACING * table))
                combine(g, y, -1, x)
                await product(g, g, prepared.slice(LIMBS, 2 * LIMBS))
                combine(h, y, 1, x)
                await product(h, h, prepared.slice(0, LIMBS))
                await product(x, t, prepared.slice(2 * LIMBS, 3 * LIMBS))
                combine(f, x, 2, z)
                combine(t, g, -1, h)
                combine(h, h, 1, g)
                combine(g, x, -2, z)
            }
            // t is the negative of E now.
            await product(x, t, f)
            await product(y, g, h)
            await product(z, g, f)
            await product(t, t, h)
        }
    return [x, y, z]
}

/** The negative of 2 d x y, and the rest, of the prepared point for secret teeth of the comb. Its negative is chosen by masks and by a factor too. */
async function selectPrepared(table: number, teeth: number): Promise<number[]> {
    const entry = await selectEntry(EDWARDS_BASE, table * TABLE_BYTES, ENTRY_BYTES, combEntry(teeth), spend)
    await spend(SELECT_TENTHS)
    const negate = (teeth >> 3) - 1
    for (let i = 0; i < 3 * LIMBS; i++) {
        const swap = (entry[i] ^ entry[i + 3 * LIMBS]) & negate
        entry[i] ^= swap
        entry[i + 3 * LIMBS] ^= swap
    }
    const selected = await preparedFromEntry(entry, 0, 1)
    for (let i = 2 * LIMBS; i < 3 * LIMBS; i++) selected[i] *= -1 - 2 * negate
    return selected
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
