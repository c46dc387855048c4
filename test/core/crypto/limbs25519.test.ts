import { expect, test } from "vitest"
import { bytesFromLimbs, LIMBS, limbsFromBytes, wipeProducts } from "../../../src/core/crypto/limbs25519"
import { inTurn } from "../../../src/core/crypto/turn"

const P = 2n ** 255n - 19n
const pause = async () => {}
const exponent = (k: number) => Math.ceil((255 * k) / LIMBS)
const value = (limbs: number[]) => limbs.reduce((sum, limb) => sum + BigInt(limb), 0n)
const modulo = (x: bigint) => ((x % P) + P) % P
const littleEndian = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex").reverse()

async function expectCanonical(limbs: number[]): Promise<void> {
    const bytes = await inTurn(pause, wipeProducts, () => bytesFromLimbs(limbs))
    expect(bytes.toString("hex")).toBe(littleEndian(modulo(value(limbs))).toString("hex"))
}

/** Sums of up to four carried numbers at the very ends of their bounds, in every pattern of signs that repeats after up to six limbs. */
test("the bytes of the widest sums are canonical", async () => {
    for (let length = 1; length <= 6; length++)
        for (let signs = 0; signs < 1 << length; signs++)
            await expectCanonical(
                Array.from({ length: LIMBS }, (_, k) => {
                    const widest = 4 * 2 ** (exponent(k + 1) - 1)
                    return (signs >> (k % length)) & 1 ? widest : -widest
                }),
            )
})

test("and of numbers next to multiples of p and to their halves", async () => {
    const P_LIMBS = [-19, ...new Array(LIMBS - 2).fill(0), 2 ** 255]
    for (let times = -2; times <= 2; times += 0.5)
        for (let near = -40; near <= 40; near++) {
            const limbs = P_LIMBS.map(limb => limb * Math.trunc(times))
            if (!Number.isInteger(times)) {
                limbs[0] += times < 0 ? 9 : -9
                limbs[LIMBS - 1] += Math.sign(times) * 2 ** 254
            }
            limbs[0] += near
            await expectCanonical(limbs)
        }
})

test("bytes that become limbs are the same bytes again, reduced", async () => {
    for (let i = 0; i < 200; i++) {
        const bytes = Buffer.from(Array.from({ length: 32 }, (_, k) => (k * k * 31 + i * 97 + ((i * k) >> 2)) & 255))
        if (i < 64) bytes.fill(i & 1 ? 255 : 0, i >> 1)
        const ignoringTop = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`) & (2n ** 255n - 1n)
        expect(modulo(value(limbsFromBytes(bytes, 0)))).toBe(modulo(ignoringTop))
        await expectCanonical(limbsFromBytes(bytes, 0))
    }
})
