/** Whether what was drawn looks drawn: a check that what is fixed, counted or made of the time does not pass. */
import { Broken } from "../scene"

/** A fair coin stays within it, but for once in 150,000 runs. */
const MOST_SIGMAS = 4.5
/** Of the values that so many random bytes have, which is more than six standard deviations away for 64 of them; digits have a fifth. */
const FEWEST_SHARE = 0.7

/**
 * @param what is drawn, as a word in the plural
 * @param drawn in hex, each of the same length
 * @throws Broken for what nobody would draw by chance
 */
export function requireRandom(what: string, drawn: readonly string[]): void {
    const again = drawn.find((one, at) => drawn.indexOf(one) < at)
    if (again !== undefined) throw new Broken(`distinct ${what}`, `${again} twice`)
    const bits = 4 * drawn.join("").length
    const sigmas = (onesIn(drawn) - bits / 2) / Math.sqrt(bits / 4)
    if (Math.abs(sigmas) > MOST_SIGMAS)
        throw new Broken("as many ones as zeros", `${onesIn(drawn)} ones in ${bits} bits`)
    const bytes = Buffer.from(drawn.join(""), "hex")
    const values = new Set(bytes).size
    const fewest = Math.floor(FEWEST_SHARE * 256 * (1 - (255 / 256) ** bytes.length))
    if (values < fewest) throw new Broken(`at least ${fewest} values among ${bytes.length} bytes`, `${values}`)
    // What counts up, or is a number with another added, differs from the one before as it did from the one before that.
    const steps = drawn
        .slice(1)
        .map((one, at) => BigInt.asUintN(4 * one.length, BigInt(`0x${one}`) - BigInt(`0x${drawn[at]}`)))
    const known = steps.find((step, at) => steps.indexOf(step) < at)
    if (known !== undefined) throw new Broken(`${what} that follow from none before`, `a step of ${known} twice`)
}

export function onesIn(drawn: readonly string[]): number {
    return drawn.reduce((sum, one) => sum + BigInt(`0x${one}`).toString(2).replaceAll("0", "").length, 0)
}
