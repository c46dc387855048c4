import { COMB_ENTRIES, COMB_SPACING, combEntry, combTeeth, selectEntry } from "./comb"
import { EDWARDS_BASE } from "./edwards-base"
import { addEntry, doublePoint, loadPoint, spend, storePoint } from "./field25519"
import { bytesFromLimbs, LIMBS, multiplied } from "./limbs25519"

/**
 * The group of edwards25519, -x² + y² = 1 + d x² y² (RFC 8032 §5.1), in extended coordinates (x : y : z : t), x y = z t: arrays of
 * four times eleven limbs. All of it is for a computation that has its turn. What verification takes besides lies in edwards-verify.ts.
 */

/** An entry of the comb: limbs of y + x, y - x and 2 d x y, three bytes each. */
export const ENTRY_BYTES = 9 * LIMBS
const TABLE_BYTES = COMB_ENTRIES * ENTRY_BYTES

/** What it takes besides products to unpack an entry, and to choose the sign of a secret one, in tenths of a millisecond. */
const ENTRY_TENTHS = 48
const SELECT_TENTHS = 50

/**
 * The 32 bytes of a point.
 * @param invertZ `inverse`; or `publicInverse`, for a point that everybody may know
 */
export async function encodePoint(point: number[], invertZ: (z: number[]) => Promise<number[]>): Promise<Buffer> {
    const reciprocal = await invertZ(point.slice(2 * LIMBS, 3 * LIMBS))
    const bytes = await bytesFromLimbs(await multiplied(reciprocal, point.slice(LIMBS, 2 * LIMBS)))
    bytes[31] |= ((await bytesFromLimbs(await multiplied(reciprocal, point.slice(0, LIMBS))))[0] & 1) << 7
    return bytes
}

/**
 * scalar B, in a sequence of operations and memory accesses that does not depend on the scalar.
 * @param digits of the scalar, as `signDigits` makes them
 */
export async function multiplyBase(digits: Buffer): Promise<number[]> {
    const sum = neutralPoint()
    loadPoint(sum)
    for (let i = COMB_SPACING - 1; i >= 0; i--) {
        await doublePoint(true)
        await addEntry(await selectPrepared(1, combTeeth(digits, i + COMB_SPACING)), true)
        await addEntry(await selectPrepared(0, combTeeth(digits, i)), false)
    }
    storePoint(sum)
    return sum
}

/** The prepared point for secret teeth of the comb. Its negative is chosen by masks and by a factor too. */
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
    for (let i = 2 * LIMBS; i < 3 * LIMBS; i++) selected[i] *= 1 + 2 * negate
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

/** (0 : 1 : 1 : 0) */
export function neutralPoint(): number[] {
    const point: number[] = []
    for (let i = 4 * LIMBS - 1; i >= 0; i--) point[i] = i === LIMBS || i === 2 * LIMBS ? 1 : 0
    return point
}
