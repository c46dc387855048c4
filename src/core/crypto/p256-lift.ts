import type { Pause } from "../ports"
import { hex } from "./hex"
import { bytesFromNatural, compare, naturalFromBytes } from "./natural"
import { requireBytes } from "./require-bytes"

/**
 * Points of P-256 in compact representation (RFC 6090 §4.2, RFC 9528 appendix B): x alone, which is all that ECDH needs. Who has a secure element needs
 * no more of the curve than this, so it is little code, and takes the time for that. x is public: nothing here takes a time that has to be the same.
 *
 * Numbers are eleven limbs of 24 bits, in Montgomery form: x 2^264 modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, below 3 p.
 */
const LIMBS = 11
const RADIX = 0x1000000
/** 2^-24 */
const INVERSE_RADIX = 1 / 0x1000000
/** 1.5 * 2^52: added and taken away again, it rounds a double below 2^51 to the nearest integer. */
const ROUND = 0x18000000000000
/** Of a product's 21, so that what comes before the second pause takes as long as what comes after it, the reduction included: under 9 ms on an RP2040. */
const COLUMNS_PER_PAUSE = 13

const PRIME = naturalFromBytes(hex`ffffffffffffffffffffffff00000000000000000000000001000000ffffffff`, 0, 32)
/** 2^528 modulo p: what turns a number into its Montgomery form; -3 and b in theirs. */
const MONTGOMERY_SQUARED = naturalFromBytes(
    hex`00000300000000000000fffffffffbfffffffefffffffffffffffdffffff0400`,
    0,
    32,
)
const MINUS_THREE = naturalFromBytes(hex`fffcffffffffffffffffffff00030000000000000000000001030000fffcffff`, 0, 32)
const B = naturalFromBytes(hex`dcdfbdc42962df9cd89030849ccc05f0acd62e21f7ab20a209344887e01d0630`, 0, 32)
/** 1, in no other form: a product with it is a number out of its Montgomery form. */
const ONE = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

/**
 * One of the two points that have this x, as 04 x y; which of them makes no difference to the secret of an agreement.
 * @param x 32 bytes, most significant first
 * @returns undefined if no point of the curve has it, or it is not less than p
 */
export async function p256FromX(x: Buffer, pause: Pause): Promise<Buffer | undefined> {
    requireBytes(x, "x", 32)
    const point = Buffer.alloc(65)
    point[0] = 4
    point.set(x, 1)
    const natural = naturalFromBytes(reversed(x), 0, 32)
    if (compare(natural, PRIME) >= 0) return undefined
    const product = async (a: number[], b: number[]) => reduced(await multiplied(a, b, pause))
    /** a^(2^times) */
    const raised = async (a: number[], times: number) => {
        let power = a
        for (let i = 0; i < times; i++) {
            await pause()
            power = reduced(squared(power))
        }
        return power
    }
    // y² = (x² - 3) x + b
    const mx = await product(natural, MONTGOMERY_SQUARED)
    await pause()
    const factor = reduced(plus(squared(mx), MINUS_THREE))
    const square = reduced(plus(await multiplied(factor, mx, pause), B))
    // A square root, if there is one: square^((p + 1) / 4), and (p + 1) / 4 = 2^94 (2^128 (2^32 - 1) + 2^96 + 1).
    let power = square
    for (let ones = 1; ones < 32; ones += ones) power = await product(await raised(power, ones), power)
    power = await product(await raised(power, 32), square)
    power = await product(await raised(power, 96), square)
    const root = await raised(power, 94)
    // Divided by 2^264, a number is less than p, unless it is 0 modulo p: and the curve has no point with y = 0.
    const again = await product(await raised(root, 1), ONE)
    if (compare(again, await product(square, ONE)) !== 0) return undefined
    const y = await product(root, ONE)
    await pause()
    point.set(reversed(bytesFromNatural(y, 32)), 33)
    await pause()
    return point
}

/** The columns of a a: unrolled over locals, since nearly all of the work is this. */
function squared(a: number[]): number[] {
    const a0 = a[0]
    const a1 = a[1]
    const a2 = a[2]
    const a3 = a[3]
    const a4 = a[4]
    const a5 = a[5]
    const a6 = a[6]
    const a7 = a[7]
    const a8 = a[8]
    const a9 = a[9]
    const a10 = a[10]
    const d0 = a0 + a0
    const d1 = a1 + a1
    const d2 = a2 + a2
    const d3 = a3 + a3
    const d4 = a4 + a4
    const d5 = a5 + a5
    const d6 = a6 + a6
    const d7 = a7 + a7
    const d8 = a8 + a8
    const d9 = a9 + a9
    // Filled from the last limb, an array is one allocation, and an allocation is dear.
    const out: number[] = []
    out[21] = 0
    out[0] = a0 * a0
    out[1] = d0 * a1
    out[2] = d0 * a2 + a1 * a1
    out[3] = d0 * a3 + d1 * a2
    out[4] = d0 * a4 + d1 * a3 + a2 * a2
    out[5] = d0 * a5 + d1 * a4 + d2 * a3
    out[6] = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3
    out[7] = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4
    out[8] = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4
    out[9] = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5
    out[10] = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5
    out[11] = d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6
    out[12] = d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6
    out[13] = d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7
    out[14] = d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7
    out[15] = d5 * a10 + d6 * a9 + d7 * a8
    out[16] = d6 * a10 + d7 * a9 + a8 * a8
    out[17] = d7 * a10 + d8 * a9
    out[18] = d8 * a10 + a9 * a9
    out[19] = d9 * a10
    out[20] = a10 * a10
    return out
}

/** The columns of a b. Pauses before it begins, and once more. */
async function multiplied(a: number[], b: number[], pause: Pause): Promise<number[]> {
    const out: number[] = []
    out[2 * LIMBS - 1] = 0
    for (let k = 0; k < 2 * LIMBS - 1; k++) {
        if (k % COLUMNS_PER_PAUSE === 0) await pause()
        const end = k < LIMBS ? k + 1 : LIMBS
        let column = 0
        for (let i = k < LIMBS ? 0 : k - LIMBS + 1; i < end; i++) column += a[i] * b[k - i]
        out[k] = column
    }
    return out
}

/**
 * The number that the columns of a product make, divided by 2^264, modulo p (Montgomery reduction). Since p is -1 modulo 2^96, the lowest
 * limb that is left is itself the multiple of p that makes it vanish.
 */
function reduced(columns: number[]): number[] {
    const out: number[] = []
    out[LIMBS - 1] = 0
    let over = 0
    for (let k = 0; k < 2 * LIMBS; k++) {
        const column = columns[k] + over
        // Rounded down by rounding to the nearest what lies almost a half lower, and never exactly between two integers.
        over = (column + 0.5) * INVERSE_RADIX - 0.5 + ROUND - ROUND
        const limb = column - over * RADIX
        if (k < LIMBS) {
            // As many times p: 2^96, 2^192, -2^224 and 2^256 begin four, eight, nine and ten limbs above.
            columns[k + 4] += limb
            columns[k + 8] += limb
            columns[k + 9] -= limb * 0x100
            columns[k + 10] += limb * 0x10000
        } else out[k - LIMBS] = limb
    }
    return out
}

/** Columns of a product, and a number above them: what it adds to the reduced product. */
function plus(columns: number[], number: number[]): number[] {
    for (let k = 0; k < LIMBS; k++) columns[k + LIMBS] += number[k]
    return columns
}

function reversed(bytes: Buffer): Buffer {
    const out = Buffer.alloc(32)
    for (let i = 0; i < 32; i++) out[i] = bytes[31 - i]
    return out
}
