/** Random programs, optimised and not: whether they say the same, and whether optimising the optimised changes nothing. */

import { optimise } from "../../src/host/image/optimise"
import { codeEnd } from "../../src/host/image-header"
import { compileText, outcomeOf } from "../host/image/equivalence"
import { programOf, randomCases } from "../host/image/random-programs"

/** In one program: with more of them, its code would not fit before it is optimised. */
const CASES_IN_PROGRAM = 120

export interface Batch {
    seed: number
    cases: number
    /** Bytes at which the code ends. */
    before: number
    after: number
    /** What was wrong, if anything. */
    faults: string[]
}

/** @param seed of the first program; the next ones have the next seeds */
export async function* fuzzImages(seed: number, cases: number): AsyncGenerator<Batch> {
    for (let done = 0; done < cases; done += CASES_IN_PROGRAM, seed++) {
        const count = Math.min(CASES_IN_PROGRAM, cases - done)
        const stock = await compileText(programOf(randomCases(seed, count)))
        const optimised = optimise(stock)
        const [said, meant] = [outcomeOf(optimised.image), outcomeOf(stock.image)]
        const faults = meant.flatMap((line, i) => (line === said[i] ? [] : [`"${said[i]}" in place of "${line}"`]))
        if (said.length !== meant.length) faults.push(`${said.length} lines in place of ${meant.length}`)
        if (meant.at(-1) !== "> end") faults.push(`the program ends with "${meant.at(-1)}"`)
        const again = optimise(optimised)
        if (!Buffer.from(again.image).equals(optimised.image)) faults.push("optimising it again changes it")
        yield { seed, cases: count, before: codeEnd(stock.image), after: codeEnd(optimised.image), faults }
    }
}
