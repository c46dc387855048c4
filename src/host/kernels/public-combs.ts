import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { EDWARDS_LIMB_BITS, limbBytes, modulo, P256_LIMB_BITS } from "./comb-tables"

/** The tables of six teeth of src/core/crypto/public-comb.ts: one point behind the other. */

const ENTRIES = 32
const SPACING = 43n
const TEETH = 6

type EdwardsPoint = InstanceType<typeof ed25519.Point>
type P256Point = InstanceType<typeof p256.Point>

/** How many times the point an entry is. */
function multipleAt(entry: number): bigint {
    let factor = 1n << (SPACING * BigInt(TEETH - 1))
    for (let tooth = 0; tooth < TEETH - 1; tooth++)
        factor += (((entry >> tooth) & 1) === 1 ? 1n : -1n) << (SPACING * BigInt(tooth))
    return factor
}

const entries = (entryAt: (multiple: bigint) => Buffer): Buffer =>
    Buffer.concat(Array.from({ length: ENTRIES }, (_, entry) => entryAt(multipleAt(entry))))

/** y + x, y - x and 2 d x y of each multiple, by limbs: 32 entries of 99 bytes. The point has to be of prime order. */
export function edwardsComb(point: EdwardsPoint): Buffer {
    const { p, d, n } = ed25519.Point.CURVE()
    return entries(multiple => {
        const { x, y } = point.multiplyUnsafe(modulo(multiple, n)).toAffine()
        return Buffer.concat(
            [y + x, y - x, 2n * d * x * y].map(value => limbBytes(modulo(value, p), EDWARDS_LIMB_BITS)),
        )
    })
}

/** x and y of each multiple in Montgomery form, by limbs: 32 entries of 66 bytes. */
export const p256Comb = (point: P256Point): Buffer => entries(multiple => p256Entry(point, multiple))

/** Likewise, of the base point's odd multiples: 1, 3, 5 … 63. */
const p256OddMultiples = (): Buffer =>
    Buffer.concat(Array.from({ length: ENTRIES }, (_, i) => p256Entry(p256.Point.BASE, BigInt(2 * i + 1))))

function p256Entry(point: P256Point, multiple: bigint): Buffer {
    const { p, n } = p256.Point.CURVE()
    const { x, y } = point.multiplyUnsafe(modulo(multiple, n)).toAffine()
    return Buffer.concat([x, y].map(value => limbBytes(modulo(value << 264n, p), P256_LIMB_BITS)))
}

/** Bytes as a DeviceScript literal, in lines of 72. */
export function hexLiteral(bytes: Buffer): string {
    const lines = bytes.toString("hex").match(/.{1,144}/g) ?? []
    return `hex\`${lines.map(line => `\n    ${line}`).join("")}\``
}

const publicBaseModule = (name: string, comment: string, bytes: Buffer) => `import { hex } from "./hex"

/**
 * ${comment}
 * Written by src/host/kernels/generate.ts; edit there.
 */
export const ${name} = ${hexLiteral(bytes)}
`

export const edwardsPublicBaseModule = (): string =>
    publicBaseModule(
        "EDWARDS_PUBLIC_BASE",
        "The comb of edwards25519 for public scalars: y + x, y - x and 2 d x y of each point, by limbs.",
        edwardsComb(ed25519.Point.BASE),
    )

export const p256PublicBaseModule = (): string =>
    publicBaseModule(
        "P256_PUBLIC_BASE",
        "The comb of P-256 for public scalars: x and y of each point in Montgomery form, by limbs.",
        p256Comb(p256.Point.BASE),
    )

export const p256OddBaseModule = (): string =>
    publicBaseModule(
        "P256_ODD_BASE",
        "1, 3, 5 … 63 times the base point of P-256: x and y in Montgomery form, by limbs.",
        p256OddMultiples(),
    )
