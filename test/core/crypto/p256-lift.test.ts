/** noble finds y of each x, or that there is none. */
import { p256 } from "@noble/curves/nist.js"
import { expect, test } from "vitest"
import { p256FromX } from "../../../src/core/crypto/p256-lift"
import { rising } from "./vectors/bytes"

const { Point } = p256
const pause = async () => {}
const P = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"

/** Both points, uncompressed; none if x is no point's. */
function theirs(x: Buffer): string[] {
    try {
        const point = Point.fromHex(`02${x.toString("hex")}`)
        return [point, point.negate()].map(either => Buffer.from(either.toBytes(false)).toString("hex"))
    } catch {
        return []
    }
}

test("of 40 numbers some are x of a point, and it is that point", async () => {
    let found = 0
    for (let i = 0; i < 40; i++) {
        const x = rising(32, 7 * i)
        const point = await p256FromX(x, pause)
        const either = theirs(x)
        if (!point) expect(either).toEqual([])
        else {
            expect(either).toContain(point.toString("hex"))
            found++
        }
    }
    expect(found).toBeGreaterThan(10)
    expect(found).toBeLessThan(30)
})

test("and so it is with numbers whose limbs are full, empty, or end at p", async () => {
    const p = BigInt(`0x${P}`)
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8].map(n => p - BigInt(n))
    for (let bit = 0; bit < 256; bit += 3)
        numbers.push(1n << BigInt(bit), (1n << BigInt(bit)) - 1n, p - (1n << BigInt(bit)))
    let found = 0
    for (const number of numbers.filter(n => n >= 0n && n < p)) {
        const x = Buffer.from(number.toString(16).padStart(64, "0"), "hex")
        const point = await p256FromX(x, pause)
        if (point) found++
        if (point) expect(theirs(x)).toContain(point.toString("hex"))
        else expect(theirs(x)).toEqual([])
    }
    expect(found).toBeGreaterThan(100)
})

test.each([
    ["p", P],
    ["p + 5, which is x of a point once reduced", "ffffffff00000001000000000000000000000001000000000000000000000004"],
    ["2^256 - 1", "ff".repeat(32)],
])("%s is not taken for what it is modulo p", async (_, digits) => {
    expect(await p256FromX(Buffer.from(digits, "hex"), pause)).toBeUndefined()
})

test("0 is x of a point, 31 bytes are none", async () => {
    expect(theirs(Buffer.alloc(32))).toContain((await p256FromX(Buffer.alloc(32), pause))?.toString("hex"))
    await expect(p256FromX(Buffer.alloc(31), pause)).rejects.toThrow("x must be 32 bytes long, not 31")
})
