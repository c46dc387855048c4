import { COMB_ENTRIES, combEntry, combTeeth, selectEntry } from "./comb"
import { ENTRY_BYTES, preparedFromEntry } from "./edwards"
import { EDWARDS_BASE } from "./edwards-base"
import { product, spend } from "./field25519"
import { combine, LIMBS, limbsFromNumber } from "./limbs25519"

/** Tables of the comb, and the distance of the digits that one has: more tables mean fewer doublings, and take room behind the code alone. */
const TABLES = 4
const SPACING = 64 / TABLES

const TABLE_BYTES = COMB_ENTRIES * ENTRY_BYTES

/** What the sums of a doubling or an addition take, in tenths of a millisecond. */
const SUMS_TENTHS = 28
/** What it takes besides products to choose the sign of a secret entry, in tenths of a millisecond. */
const SELECT_TENTHS = 50

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
