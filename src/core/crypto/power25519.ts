import { powerOfTwo, product } from "./field25519"
import { hex } from "./hex"

/**
 * Inverses and roots, for a computation that has its turn. A power is a table: each row makes a number of earlier ones as x_a^(2^times) x_b, from the
 * bytes a, times and b. Number 0 is x. The first ten rows are x^9, x^11 and then x^(2^n - 1) for n = 5, 10, 20, 40, 50, 100, 200 and 250.
 */
const INVERSE = hex`000300 000101 020101 030503 040a04 051405 060a04 073207 086408 093207 0a0502`
const ROOT = hex`000300 000101 020101 030503 040a04 051405 060a04 073207 086408 093207 0a0200`

/** out = x^(2^times), for at least one time */
type Raise = (out: number[], x: number[], times: number) => Promise<void>

async function power(x: number[], rows: Buffer, raise: Raise): Promise<number[]> {
    const numbers = [x]
    for (let at = 0; at < rows.length; at += 3) {
        const out: number[] = []
        await raise(out, numbers[rows[at]], rows[at + 1])
        await product(out, out, numbers[rows[at + 2]])
        numbers.push(out)
    }
    return numbers[numbers.length - 1]
}

/** 1/x modulo p = 2^255 - 19, as x^(p - 2); 0 for 0. */
export async function inverse(x: number[]): Promise<number[]> {
    return await power(x, INVERSE, powerOfTwo)
}

/** As `inverse`, in half as much time again, for who links no squarings. */
export async function inverseByProducts(x: number[]): Promise<number[]> {
    return await power(x, INVERSE, powerByProducts)
}

/** x^((p - 5) / 8), the power from which square roots modulo p = 2^255 - 19 are made (RFC 8032 §5.1.3). */
export async function rootPower(x: number[]): Promise<number[]> {
    return await power(x, ROOT, powerOfTwo)
}

async function powerByProducts(out: number[], x: number[], times: number): Promise<void> {
    await product(out, x, x)
    for (let i = 1; i < times; i++) await product(out, out, out)
}
