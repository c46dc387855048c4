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
]

test("each mutant has a name of its own, and says what it breaks", () => {
    const names = MUTANTS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, breaks } of MUTANTS) expect([name, breaks]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)])
})

test("what a mutant changes stands in its source, once", () => {
    for (const { name, change = [] } of MUTANTS)
        for (const [path, from] of change)
            expect([name, path, readFileSync(path, "utf8").split(from).length - 1]).toEqual([name, path, 1])
})

/** Tests that no mutant shows anything of: no good device passes them yet, or they try the host. */
const WITHOUT_MUTANT = [
    "C1.6-lock-plan",
    "C1.6-attested",
    "C1.6-bus-debugger",
    "C2.3-altered-export",
    "PV.6-across-resets",
]

test("each test has a mutant that it has to catch, but for those that are named", () => {
    const caught = new Set<string>(MUTANTS.map(({ caughtBy }) => caughtBy))
    expect(TESTS.filter(({ id }) => !caught.has(id)).map(({ id }) => id)).toEqual(WITHOUT_MUTANT)
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
