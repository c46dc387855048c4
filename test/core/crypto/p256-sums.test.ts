/** Sums of multiples in which points meet that the kernel's addition does not hold for: equal, opposite and neutral ones. */
import { createHash } from "node:crypto"
import { p256 as noble } from "@noble/curves/nist.js"
import { describe, expect, test } from "vitest"
import { addAffine, doublePoint, loadPoint, storePoint } from "../../../src/core/crypto/field-p256"
import { isZero, limbsFromNatural, ONE, toMontgomery, wipeRegisters } from "../../../src/core/crypto/limbs-p256"
import { naturalFromBytes } from "../../../src/core/crypto/natural"
import { ORDER } from "../../../src/core/crypto/p256"
import { decodePoint, encodePoint } from "../../../src/core/crypto/p256-group"
import { P256_PUBLIC_BASE } from "../../../src/core/crypto/p256-public-base"
import { sumOfCombs, sumOfMultiples } from "../../../src/core/crypto/p256-sums"
import { publicDigits } from "../../../src/core/crypto/public-comb"
import { inTurn } from "../../../src/core/crypto/turn"
import { knownKeyComb } from "../../../src/host/package/known-key"

const { Point } = noble
const { n: N } = Point.CURVE()
const pause = async () => {}
const bytes = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex")
const natural = (x: bigint) => naturalFromBytes(bytes(x).reverse(), 0, 32)
const encode = (point: InstanceType<typeof Point>) => Buffer.from(point.toBytes(false))
const hash = (text: string) => BigInt(`0x${createHash("sha256").update(text).digest("hex")}`) % N

const U = hash("u")
const SCALARS: [string, bigint, bigint][] = [
    ["two random scalars", U, hash("v")],
    ["equal", U, U],
    ["opposite", U, N - U],
    ["one less than opposite", U, N - U + 1n],
    ["zero and another", 0n, U],
    ["another and zero", U, 0n],
    ["zero and zero", 0n, 0n],
    ["1 and 1", 1n, 1n],
    ["1 and n - 1", 1n, N - 1n],
    ["the width of the table", 63n, 64n],
    ["2^255 and 2^255 - 1", 2n ** 255n, 2n ** 255n - 1n],
    ["2^128 and n - 2^128", 2n ** 128n, N - 2n ** 128n],
]
const FACTORS: [string, bigint][] = [
    ["G", 1n],
    ["-G", N - 1n],
    ["2 G", 2n],
    ["3 G", 3n],
    ["1/2 G", (N + 1n) / 2n],
    ["an entry of the comb", 1n + 2n ** 43n + 2n ** 86n + 2n ** 129n + 2n ** 172n + 2n ** 215n],
    ["any", hash("d")],
]

describe.each(FACTORS)("with %s", (_, d) => {
    const key = encode(Point.BASE.multiply(d))

    test.each(SCALARS)("%s", async (_, u1, u2) => {
        const sum = (u1 + u2 * d) % N
        const expected = sum === 0n ? undefined : encode(Point.BASE.multiply(sum))
        const shown = async (point: number[][]) => (point.length === 0 ? undefined : await encodePoint(point))
        await inTurn(pause, wipeRegisters, async () => {
            const { point } = await decodePoint(key)
            expect(await shown(await sumOfMultiples(natural(u1), natural(u2), point))).toEqual(expected)
            const combs = await sumOfCombs([
                { digits: await publicDigits(natural(u1), ORDER, pause), comb: P256_PUBLIC_BASE },
                { digits: await publicDigits(natural(u2), ORDER, pause), comb: knownKeyComb("ES256", key.subarray(1)) },
            ])
            expect(await shown(combs)).toEqual(expected)
        })
    })
})

test("an addition that does not hold leaves a z that stays 0", async () => {
    const coordinates = async (point: InstanceType<typeof Point>) => {
        const { x, y } = point.toAffine()
        return [await toMontgomery(natural(x)), await toMontgomery(natural(y))]
    }
    await inTurn(pause, wipeRegisters, async () => {
        const [x, y] = await coordinates(Point.BASE)
        const other = await coordinates(Point.BASE.multiply(5n))
        for (const [z, direction, holds] of [
            [ONE, 1, false],
            [ONE, -1, false],
            [limbsFromNatural([0]), 1, false],
        ] as const) {
            loadPoint(x, y, z)
            await addAffine(x, y, direction)
            await doublePoint()
            await addAffine(other[0], other[1], 1)
            const sum: number[][] = [[], [], []]
            storePoint(sum[0], sum[1], sum[2])
            expect(await isZero(sum[2])).toBe(!holds)
        }
        loadPoint(x, y, ONE)
        await addAffine(other[0], other[1], -1)
        const sum: number[][] = [[], [], []]
        storePoint(sum[0], sum[1], sum[2])
        expect(await encodePoint(sum)).toEqual(encode(Point.BASE.multiply(N - 4n)))
    })
})
