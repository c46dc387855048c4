import type { Pause } from "../ports"
import { powerOfTwo, product } from "./field25519"

/** Squarings between two pauses: about 20,000 opcodes, 70 ms on an RP2040. */
const SQUARINGS_PER_RUN = 30

async function squareOften(out: number[], x: number[], times: number, pause: Pause): Promise<void> {
    let from = x
    for (let left = times; left > 0; left -= SQUARINGS_PER_RUN) {
        powerOfTwo(out, from, left < SQUARINGS_PER_RUN ? left : SQUARINGS_PER_RUN)
        from = out
        await pause()
    }
}

/** Squares `times` times, then multiplies by y: x^(2^times) y. */
async function raise(x: number[], times: number, y: number[], pause: Pause): Promise<number[]> {
    const out: number[] = []
    await squareOften(out, x, times, pause)
    product(out, out, y)
    return out
}

/** x^(2^250 - 1), with x^11, from which both powers below are a few squarings away. 249 squarings and 11 products. */
async function longPower(x: number[], pause: Pause): Promise<{ long: number[]; eleventh: number[] }> {
    const ninth = await raise(x, 3, x, pause)
    const eleventh: number[] = []
    powerOfTwo(eleventh, x, 1)
    product(eleventh, eleventh, ninth)
    const b5 = await raise(eleventh, 1, ninth, pause)
    const b10 = await raise(b5, 5, b5, pause)
    const b20 = await raise(b10, 10, b10, pause)
    const b40 = await raise(b20, 20, b20, pause)
    const b50 = await raise(b40, 10, b10, pause)
    const b100 = await raise(b50, 50, b50, pause)
    const b200 = await raise(b100, 100, b100, pause)
    const long = await raise(b200, 50, b50, pause)
    return { long, eleventh }
}

/** 1/x modulo p = 2^255 - 19, as x^(p - 2); 0 for 0. */
export async function inverse(x: number[], pause: Pause): Promise<number[]> {
    const { long, eleventh } = await longPower(x, pause)
    return await raise(long, 5, eleventh, pause)
}

/** x^((p - 5) / 8), the power from which square roots modulo p = 2^255 - 19 are made (RFC 8032 §5.1.3). */
export async function rootPower(x: number[], pause: Pause): Promise<number[]> {
    const { long } = await longPower(x, pause)
    return await raise(long, 2, x, pause)
}
