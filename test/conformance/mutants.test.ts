/** A few mutants in every run of the tests; `npm run mutants` has them all. */
import { existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { TESTS } from "../../src/host/conformance/tests/all"
import { MUTANTS } from "../mutants/all"
import { passesGoodDevice, tryMutant } from "../mutants/mutant"

const SLICE = [
    "answers-old-challenge",
    "accepts-equal-sequence",
    "provisioning-never-closes",
    "critical-log-evictable",
    "replays-recorded-attestation",
    "runs-what-it-is-handed",
    "conceals-log",
    "heeds-one-sensor-of-two",
    "debugger-comes-late",
    "program-keeps-its-name",
]

test("each mutant has a name of its own, and says what it breaks", () => {
    const names = MUTANTS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, breaks } of MUTANTS) expect([name, breaks]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)])
})

test("what a mutant changes stands in its source, once", () => {
    for (const { name, change = [], madeGood } of MUTANTS)
        for (const [path, from] of [...change, ...(madeGood?.change ?? [])])
            expect([name, path, readFileSync(path, "utf8").split(from).length - 1]).toEqual([name, path, 1])
})

test("each test has a mutant that it has to catch", () => {
    const caught = new Set<string>(MUTANTS.map(({ caughtBy }) => caughtBy))
    expect(TESTS.filter(({ id }) => !caught.has(id)).map(({ id }) => id)).toEqual([])
})

test("a mutant's files go when it was tried", async () => {
    const mutant = MUTANTS.find(({ name }) => name === "bill-of-another-program")!
    let given = ""
    const declare: typeof mutant.declare = (declared, folder) => {
        given = folder
        return mutant.declare!(declared, folder)
    }
    expect(await tryMutant({ ...mutant, declare })).toMatchObject({ fate: "caught" })
    expect([given !== "", existsSync(given)]).toEqual([true, false])
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
