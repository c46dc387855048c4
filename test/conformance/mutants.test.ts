/** A few mutants in every run of the tests; `npm run mutants` has them all. */
import { describe, expect, test } from "vitest"
import { MUTANTS } from "../mutants/all"
import { passesGoodDevice, tryMutant } from "../mutants/mutant"

const SLICE = ["answers-old-challenge", "accepts-equal-sequence"]

test("each mutant has a name of its own, and says what it breaks", () => {
    const names = MUTANTS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, breaks } of MUTANTS) expect([name, breaks]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)])
})

describe.each(SLICE)("%s", name => {
    const mutant = MUTANTS.find(({ name: own }) => own === name)!

    test("is caught by the test meant for it", async () => {
        expect(await tryMutant(mutant)).toMatchObject({ fate: "caught" })
    })

    test("and the good device is not", async () => {
        expect(await passesGoodDevice(mutant)).toBe(true)
    })
})
