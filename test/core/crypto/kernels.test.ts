import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import * as fieldP256 from "../../../src/core/crypto/field-p256"
import * as field25519 from "../../../src/core/crypto/field25519"
import { wipeRegisters as wipeP256 } from "../../../src/core/crypto/limbs-p256"
import { wipeRegisters as wipe25519 } from "../../../src/core/crypto/limbs25519"
import { inTurn } from "../../../src/core/crypto/turn"
import {
    constant,
    define,
    type Field,
    input,
    multiply,
    round,
    subtract,
    variable,
} from "../../../src/host/kernels/code"
import { checkExactness } from "../../../src/host/kernels/exactness"
import { FIELD_P256 } from "../../../src/host/kernels/field-p256"
import { FIELD_25519 } from "../../../src/host/kernels/field25519"
import { generatedModules } from "../../../src/host/kernels/generate"

const LIMBS = 11
const pause = async () => {}

test.each([...generatedModules()])("%s is what the generator writes", (file, text) => {
    expect(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8")).toBe(text)
})

const KERNELS = [FIELD_25519, FIELD_P256].flatMap(field =>
    field.kernels
        .filter(({ exported }) => exported)
        .map(kernel => ({ name: kernel.name, prime: field.header.match(/(2\^255|P-256)/)![0], kernel, field })),
)

test.each(KERNELS)(
    "$prime, $name: no intermediate leaves the 53 bits that a double is exact in",
    ({ kernel, field }) => {
        const { bits } = checkExactness(kernel, field)
        expect(bits).toBeGreaterThan(20)
        expect(bits).toBeLessThanOrEqual(53)
    },
)

describe("the exactness check finds", () => {
    const field = (body: Field["kernels"][0]["body"]): Field => ({
        header: "",
        registers: ["x0"],
        invariant: new Map([["x0", { unit: 0, max: 2 ** 27 }]]),
        kernels: [{ name: "k", comment: "", parameters: "", exported: true, body }],
    })
    const check = (body: Field["kernels"][0]["body"]) => () => checkExactness(field(body).kernels[0], field(body))
    const x = variable("x0")

    test("a product of 54 bits", () => {
        expect(check([define("y", multiply(x, x))])).toThrow("k: y may need 54.00 bits")
        expect(check([define("y", multiply(x, input("n", { unit: 0, max: 2 ** 26 - 1 })))])).not.toThrow()
    })

    test("a number too large to be rounded", () => {
        expect(check([define("y", round(x, -24))])).not.toThrow()
        expect(check([define("y", round(x, -25))])).toThrow("k: y is too large to round")
    })

    test("a register that grows", () => {
        expect(check([{ kind: "set", name: "x0", value: multiply(x, constant(2)) }])).toThrow("leaves too much in x0")
        expect(
            check([{ kind: "loop", head: "", body: [{ kind: "set", name: "x0", value: multiply(x, constant(2)) }] }]),
        ).toThrow("a loop lets its bounds grow")
    })

    test("that a rest is small only as long as it is one", () => {
        const over = define("over", round(x, 10))
        const rest = define("rest", subtract(x, variable("over")))
        const spoil = define("over", x)
        const square = define("square", multiply(variable("rest"), multiply(x, constant(2 ** 16))))
        expect(check([over, rest, square])).not.toThrow()
        expect(check([over, spoil, rest, square])).toThrow("square")
    })
})

/** Numbers at the very ends of their bounds, where a sum that is not exact would show. */
const SIGNS = ["+", "-", "+-", "-+", "++-", "--+-"]
const extreme = (pattern: string, limb: (k: number) => number) =>
    Array.from({ length: LIMBS }, (_, k) => (pattern[k % pattern.length] === "+" ? limb(k) : -limb(k)))
const exact = (limbs: number[], scaleBits: number) =>
    limbs.reduce((sum, limb) => sum + BigInt(limb * 2 ** scaleBits), 0n)
const modulo = (x: bigint, p: bigint) => ((x % p) + p) % p

describe("against integers, at the extremes of all limbs", () => {
    const exponent = (k: number) => Math.ceil((255 * k) / LIMBS)
    const P = 2n ** 255n - 19n
    const widest = (numbers: number) => (k: number) => numbers * 2 ** (exponent(k + 1) - 1)

    test.each(SIGNS.flatMap(x => SIGNS.map(y => [x, y])))("modulo 2^255 - 19: %s times %s", async (x, y) => {
        const [a, b] = [extreme(x, widest(2)), extreme(y, widest(4))]
        const out: number[] = []
        await inTurn(pause, wipe25519, () => field25519.product(out, a, b))
        expect(modulo(exact(out, 0), P)).toBe(modulo(exact(a, 0) * exact(b, 0), P))
        await inTurn(pause, wipe25519, () => field25519.powerOfTwo(out, a, 3))
        expect(modulo(exact(out, 0), P)).toBe(modulo(exact(a, 0) ** 8n, P))
        for (let k = 0; k < LIMBS; k++) expect(Math.abs(out[k])).toBeLessThanOrEqual(1.004 * widest(1)(k))
    })

    const N = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
    const R = 264
    const limb = (k: number) => (k === LIMBS - 1 ? 10 * 2 ** (24 * k + 16 - R) : 2 * 2 ** (24 * k + 23 - R))

    test.each(SIGNS.flatMap(x => SIGNS.map(y => [x, y])))("modulo the prime of P-256: %s times %s", async (x, y) => {
        const [a, b] = [extreme(x, limb), extreme(y, limb)]
        const out: number[] = []
        await inTurn(pause, wipeP256, () => fieldP256.product(out, a, b))
        expect(modulo(exact(out, R) * 2n ** BigInt(R), N)).toBe(modulo(exact(a, R) * exact(b, R), N))
        fieldP256.combine(out, out, -3, out.slice())
        expect(modulo(exact(out, R) * 2n ** BigInt(R), N)).toBe(modulo(-2n * exact(a, R) * exact(b, R), N))
    })
})
