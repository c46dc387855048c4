import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"

const ENTRIES = 8
const LIMBS = 11
/** Where limb k begins in the numbers of either field. */
export const EDWARDS_LIMB_BITS = (k: number): number => Math.ceil((255 * k) / LIMBS)
export const P256_LIMB_BITS = (k: number): number => 24 * k

/** How many times the base point an entry of the comb is, in the order that src/core/crypto/comb.ts wants. */
function multipleAt(table: number, entry: number, tables: number): bigint {
    let factor = 1n << 192n
    for (let tooth = 0; tooth < 3; tooth++) factor += (((entry >> tooth) & 1) === 1 ? 1n : -1n) << BigInt(64 * tooth)
    return factor << BigInt((64 / tables) * table)
}

/** Eleven limbs, each as three bytes, little-endian. @param exponent where limb k begins */
export function limbBytes(x: bigint, exponent: (k: number) => number): Buffer {
    const limbs = Buffer.alloc(3 * LIMBS)
    for (let k = 0; k < LIMBS; k++) {
        const from = BigInt(exponent(k))
        const mask = (1n << BigInt(exponent(k + 1) - exponent(k))) - 1n
        limbs.writeUIntLE(Number((x >> from) & mask), 3 * k, 3)
    }
    return limbs
}

/** Tables, the bytes of their eight entries interleaved, as a module. */
function combModule(name: string, comment: string, tables: number, entryAt: (multiple: bigint) => Buffer): string {
    const rows: string[] = []
    for (let table = 0; table < tables; table++) {
        const entries = Array.from({ length: ENTRIES }, (_, entry) => entryAt(multipleAt(table, entry, tables)))
        for (let i = 0; i < entries[0].length; i++)
            rows.push(Buffer.from(entries.map(entry => entry[i])).toString("hex"))
    }
    const lines = rows.map((row, i) => (i % 7 === 0 ? `\n    ${row}` : ` ${row}`)).join("")
    return `import { hex } from "./hex"

/**
 * ${comment}
 * Written by src/host/kernels/generate.ts; edit there.
 */
export const ${name} = hex\`${lines}\`
`
}

export const modulo = (x: bigint, p: bigint): bigint => ((x % p) + p) % p

export function edwardsBaseModule(): string {
    const { Point } = ed25519
    const { p, d, n } = Point.CURVE()
    return combModule(
        "EDWARDS_BASE",
        "The comb of edwards25519: y + x, y - x and 2 d x y of each point, by limbs.",
        4,
        k => {
            const { x, y } = Point.BASE.multiplyUnsafe(k % n).toAffine()
            return Buffer.concat(
                [y + x, y - x, 2n * d * x * y].map(value => limbBytes(modulo(value, p), EDWARDS_LIMB_BITS)),
            )
        },
    )
}

export function p256BaseModule(): string {
    const { Point } = p256
    const { p, n } = Point.CURVE()
    return combModule("P256_BASE", "The comb of P-256: x and y of each point in Montgomery form, by limbs.", 2, k => {
        const { x, y } = Point.BASE.multiplyUnsafe(k % n).toAffine()
        return Buffer.concat([x, y].map(value => limbBytes((value << 264n) % p, P256_LIMB_BITS)))
    })
}
