/** A device on the desk, which keeps what is done to it from one run to the next. */
import { randomBytes } from "node:crypto"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { conform, SIMULATED_REVOCATIONS, type Subject } from "../../src/host/conformance/conform"
import { draftOf } from "../../src/host/conformance/draft"
import { FIXTURE_NAMES } from "../../src/host/conformance/fixture"
import { simulatedPackages } from "../../src/host/conformance/simulated-device"
import { suppliedBy } from "../../src/host/conformance/supply"
import { TESTS } from "../../src/host/conformance/tests/all"
import { IDENTITY_TESTS } from "../../src/host/conformance/tests/identity"
import { type BenchLink, UnitBench } from "../../src/host/conformance/unit-bench"
import { seededStreams } from "../../src/host/identity/random-bytes"
import { InputError } from "../../src/host/input-error"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { LinkError } from "../../src/host/unit/unit-link"
import { boardOf, newUnit } from "../host/update/releases"
import { lying } from "./lying"

const DEVICE = "doorbell"

let unit: SimulatedUnit
beforeEach(async () => {
    unit = await newUnit(DEVICE)
    await unit.powerOn()
})
afterEach(() => unit.close())

/** Its port is there while it has its supply. */
async function reach() {
    await unit.connect()
    return unit
}

/** Does what the terminal asks for. */
const person = suppliedBy({
    does: async what => {
        if (what.startsWith("cut")) await unit.close()
    },
})

async function tried(tests: typeof TESTS, random: Subject["random"] = () => randomBytes) {
    const declared = await draftOf(unit, boardOf(DEVICE), "stock")
    const subject: Subject = {
        bench: await UnitBench.open("desk", reach, person),
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
    expect((await UnitBench.open("desk", reach)).can.size).toBe(0)
    expect([...(await UnitBench.open("desk", reach, person)).can]).toEqual(
        FIXTURE_NAMES.filter(name => name === "supply"),
    )
})

describe("a device whose port goes away with its supply", () => {
    const link = (changes: Partial<BenchLink> = {}): BenchLink =>
        lying(unit as BenchLink, { close: async () => {}, ...changes })

    test("is waited for without it, answers nothing meanwhile, and is looked for until its port is there", async () => {
        let looks = 0
        const bench = await UnitBench.open(
            "desk",
            async () => {
                if (++looks === 2) throw new InputError("no such port")
                if (looks === 3) throw new LinkError("nobody answers")
                return link()
            },
            suppliedBy({ does: async () => {} }),
        )
        await bench.supply(false)
        await bench.link.wait(1)
        await expect(bench.link.get("model")).rejects.toThrow("has no supply")
        await bench.supply(true)
        expect([looks, await bench.link.get("model")]).toEqual([4, "Domovoi doorbell"])
    })

    test("is reached anew for the next test, if it was lost in one", async () => {
        let reached = 0
        const bench = await UnitBench.open("desk", async () => {
            const isLost = reached++ === 0
            return link({ isLost })
        })
        await bench.begin()
        expect([reached, await bench.link.get("model")]).toEqual([2, "Domovoi doorbell"])
    })

    test("is heard with all that is said on its bus since the test began, and no more of it than can be kept", async () => {
        let hear: (frame: Uint8Array) => void = () => {}
        const bench = await UnitBench.open("desk", async () => link({ listen: it => void (hear = it) }))
        expect([...bench.can]).toEqual(["listener"])
        hear(Uint8Array.of(1))
        await bench.begin()
        hear(Uint8Array.of(2))
        expect(bench.heard().map(({ frame }) => [...frame])).toEqual([[2]])
        for (let i = 0; i < 65; i++) hear(new Uint8Array(1 << 20))
        expect(() => bench.heard()).toThrow(LinkError)
        await bench.begin()
        expect(bench.heard()).toEqual([])
    })
})
