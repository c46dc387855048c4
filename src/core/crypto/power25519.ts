import { powerOfTwo, product } from "./field25519"

/** Inverses and roots, for a computation that has its turn. */

/** x^(2^times) y */
async function raise(x: number[], times: number, y: number[]): Promise<number[]> {
    const out: number[] = []
    await powerOfTwo(out, x, times)
    await product(out, out, y)
    return out
}

/** x^(2^250 - 1), with x^11, from which both powers below are a few squarings away. 249 squarings and 11 products. */
async function longPower(x: number[]): Promise<{ long: number[]; eleventh: number[] }> {
    const ninth = await raise(x, 3, x)
    const eleventh = await raise(x, 1, ninth)
    const b5 = await raise(eleventh, 1, ninth)
    const b10 = await raise(b5, 5, b5)
    const b20 = await raise(b10, 10, b10)
    const b40 = await raise(b20, 20, b20)
    const b50 = await raise(b40, 10, b10)
    const b100 = await raise(b50, 50, b50)
    const b200 = await raise(b100, 100, b100)
    const long = await raise(b200, 50, b50)
    return { long, eleventh }
}

/** 1/x modulo p = 2^255 - 19, as x^(p - 2); 0 for 0. */
export async function inverse(x: number[]): Promise<number[]> {
    const { long, eleventh } = await longPower(x)
    return await raise(long, 5, eleventh)
}

/** x^((p - 5) / 8), the power from which square roots modulo p = 2^255 - 19 are made (RFC 8032 §5.1.3). */
export async function rootPower(x: number[]): Promise<number[]> {
    const { long } = await longPower(x)
    return await raise(long, 2, x)
}
