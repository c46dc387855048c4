/** A device on the desk, which keeps what is done to it from one run to the next. */
import { randomBytes } from "node:crypto"
import { afterEach, beforeEach, expect, test } from "vitest"
import { conform, SIMULATED_REVOCATIONS, type Subject } from "../../src/host/conformance/conform"
import { draftOf } from "../../src/host/conformance/draft"
import { FIXTURE_NAMES } from "../../src/host/conformance/fixture"
import { simulatedPackages } from "../../src/host/conformance/simulated-device"
import { TESTS } from "../../src/host/conformance/tests/all"
import { IDENTITY_TESTS } from "../../src/host/conformance/tests/identity"
import { UnitBench } from "../../src/host/conformance/unit-bench"
import { seededStreams } from "../../src/host/identity/random-bytes"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { boardOf, newUnit } from "../host/update/releases"

const DEVICE = "doorbell"

let unit: SimulatedUnit
beforeEach(async () => {
    unit = await newUnit(DEVICE)
    await unit.powerOn()
})
afterEach(() => unit.close())

/** Does what the terminal asks for. */
const person = {
    does: async (what: string) => {
        if (what.startsWith("cut")) await unit.close()
        else await unit.connect()
    },
}

async function tried(tests: typeof TESTS, random: Subject["random"] = () => randomBytes) {
    const declared = await draftOf(unit, boardOf(DEVICE), "stock")
    const subject: Subject = {
        bench: new UnitBench("desk", unit, person),
        packages: simulatedPackages({ device: DEVICE, definition: boardOf(DEVICE), profile: "stock", seed: "" }, 2, 1),
        revocations: SIMULATED_REVOCATIONS,
        trust: await simulatedTrust(),
        seed: "",
        random,
    }
    return conform({ declared, subject, now: new Date("2026-02-01T00:00:00Z"), tests })
}

test("proves who it is in each run anew, and is tried by what a person at it can do", async () => {
    for (let run = 0; run < 2; run++) {
        const { isSame, results } = await tried(IDENTITY_TESTS)
        expect(isSame).toBe(true)
        const verdicts = Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]))
        expect(verdicts).toMatchObject({
            "C1.1-challenge": "enforced",
            "C1.1-replay": "enforced",
            "C1.1-kept": "enforced",
        })
        expect(Object.values(verdicts)).not.toContain("notMet")
    }
})

test("that answers a challenge which it has heard before proves nothing", async () => {
    const again = seededStreams("again")
    expect((await tried([], again)).isSame).toBe(true)
    expect(await tried([], again)).toMatchObject({ isSame: false, before: { refusal: "deviceRefused" } })
})

/** That no unit of this board is without, or that a draft leaves to its maker. */
const OF_EVERY_UNIT = ["C1.6-lock-plan", "C1.6-attested", "LC.1-bill", "LC.2-contact"]

test("is found to be good again after it was tried by all that it can be tried by", async () => {
    for (let run = 0; run < 2; run++) {
        const { isSame, results } = await tried(TESTS)
        expect(isSame).toBe(true)
        const bad = results.filter(({ verdict }) => ["notMet", "inconclusive"].includes(verdict))
        expect(bad.map(({ id }) => id)).toEqual(OF_EVERY_UNIT)
        expect(results.filter(({ verdict }) => verdict === "enforced").length).toBeGreaterThan(25)
    }
})

test("gets no test that leaves it otherwise than it was", async () => {
    const program = await unit.programSha256()
    const { results, isSame } = await tried(TESTS.filter(({ needs }) => needs.length > 0 && !needs.includes("supply")))
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(["notAssessed", "notApplicable"]))
    expect([isSame, await unit.programSha256()]).toEqual([true, program])
    expect(new UnitBench("desk", unit, undefined).can.size).toBe(0)
    expect([...new UnitBench("desk", unit, person).can]).toEqual(FIXTURE_NAMES.filter(name => name === "supply"))
})
