import type { Pause } from "../ports"
import { hex } from "./hex"
import { bytesFromNatural, multiplyAdd, multiplyAddModulo, naturalFromBytes } from "./natural"
import type { Spend } from "./turn"

/*
 * Multiples of a fixed base point by a comb (Lim and Lee, 1994; with signed digits after Hamburg, 2012): a scalar is written with 256
 * digits ±1, and four of them, 64 places apart, are one entry of a table, or its negative. Table m, of n, holds the eight points
 * (±1 ± 2^64 ± 2^128 + 2^192) 2^(64 m / n) B, their bytes interleaved: byte i of all eight, then byte i + 1. More tables save doublings.
 */
export const COMB_ENTRIES = 8
/** A coordinate of an entry, 33 bytes, is chosen in so many tenths of a millisecond. */
const BYTES_PER_SPEND = 33
const SPEND_TENTHS = 60

/** 2^256 - 1 */
const ALL_DIGITS = naturalFromBytes(hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff`, 0, 32)

/**
 * The digits ±1 of a scalar k modulo an odd order, as 32 bytes, little-endian: a bit for each, set for +1. As a number that is
 * (k + 2^256 - 1) / 2 modulo the order.
 */
export async function signDigits(k: number[], order: number[], pause: Pause): Promise<Buffer> {
    const doubled = await multiplyAddModulo(k, [1], ALL_DIGITS, order, pause)
    const even = await multiplyAdd(order, [doubled[0] & 1], doubled, pause)
    await pause()
    const half = bytesFromNatural(even, 33)
    for (let i = 0; i < 32; i++) half[i] = (half[i] >> 1) | ((half[i + 1] & 1) << 7)
    await pause()
    return half.slice(0, 32)
}

/** Digits i, i + 64, i + 128 and i + 192, as four bits. */
export function combTeeth(digits: Buffer, i: number): number {
    const at = i >> 3
    const shift = i & 7
    return (
        ((digits[at] >> shift) & 1) |
        (((digits[at + 8] >> shift) & 1) << 1) |
        (((digits[at + 16] >> shift) & 1) << 2) |
        (((digits[at + 24] >> shift) & 1) << 3)
    )
}

/** The table's entry for teeth, to be negated if the topmost of the four is not set: those are the opposite of other teeth. */
export function combEntry(teeth: number): number {
    return (teeth ^ ((teeth >> 3) - 1)) & 7
}

/**
 * The bytes of a secret entry: reads the whole table, and keeps one entry of it by masks.
 * @param from offset of the table
 * @param length of an entry: coordinates of 33 bytes
 */
export async function selectEntry(
    tables: Buffer,
    from: number,
    length: number,
    entry: number,
    spend: Spend,
): Promise<Buffer> {
    const keep0 = (entry - 1) >> 31
    const keep1 = ((entry ^ 1) - 1) >> 31
    const keep2 = ((entry ^ 2) - 1) >> 31
    const keep3 = ((entry ^ 3) - 1) >> 31
    const keep4 = ((entry ^ 4) - 1) >> 31
    const keep5 = ((entry ^ 5) - 1) >> 31
    const keep6 = ((entry ^ 6) - 1) >> 31
    const keep7 = ((entry ^ 7) - 1) >> 31
    const bytes = Buffer.alloc(length)
    let at = from
    let i = 0
    for (let end = BYTES_PER_SPEND; end <= length; end += BYTES_PER_SPEND) {
        await spend(SPEND_TENTHS)
        for (; i < end; i++) {
            bytes[i] =
                (tables[at] & keep0) |
                (tables[at + 1] & keep1) |
                (tables[at + 2] & keep2) |
                (tables[at + 3] & keep3) |
                (tables[at + 4] & keep4) |
                (tables[at + 5] & keep5) |
                (tables[at + 6] & keep6) |
                (tables[at + 7] & keep7)
            at += COMB_ENTRIES
        }
    }
    return bytes
}
