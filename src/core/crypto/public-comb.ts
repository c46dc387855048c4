import type { Pause } from "../ports"
import { signDigits } from "./comb"

/*
 * Multiples of a point that is known beforehand, for scalars that everybody may know: a comb as in comb.ts, but of six teeth, and read at one
 * place only. A scalar is written with 258 digits ±1, and six of them, 43 places apart, are one entry of a table, or its negative. The table
 * holds the 32 points (±1 ± 2^43 ± 2^86 ± 2^129 ± 2^172 + 2^215) P, one behind the other.
 */
export const PUBLIC_SPACING = 43
export const PUBLIC_ENTRIES = 32
const TEETH = 6
/** 2^256 + 2^257 in the topmost limb of eleven. */
const TWO_DIGITS = 0x30000

/**
 * The lower 256 digits of a scalar k modulo an odd order; the two above are -1.
 * @param k eleven limbs
 */
export async function publicDigits(k: number[], order: number[], pause: Pause): Promise<Buffer> {
    const raised = k.slice()
    raised[10] += TWO_DIGITS
    return await signDigits(raised, order, pause)
}

/** One column of the comb. */
export interface Column {
    /** Which entry of the table. */
    entry: number
    /** Whether that is to be subtracted. */
    negative: boolean
}

/** Digits i, i + 43 … i + 215. */
export function publicColumn(digits: Buffer, i: number): Column {
    let teeth = 0
    let at = i
    for (let tooth = 0; tooth < TEETH; tooth++) {
        // Behind the last byte lies undefined, whose bits are 0: the digits -1.
        teeth |= ((digits[at >> 3] >> (at & 7)) & 1) << tooth
        at += PUBLIC_SPACING
    }
    const negative = teeth < PUBLIC_ENTRIES
    return { entry: (negative ? ~teeth : teeth) & (PUBLIC_ENTRIES - 1), negative }
}
