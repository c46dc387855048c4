/** What the suite says where something is missing, and of a device that does not behave. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { loadBoard } from "../../simulators/board/definition"
import type { Bench } from "../../src/host/conformance/bench"
import type { Declaration } from "../../src/host/conformance/declaration"
import { planOf } from "../../src/host/conformance/plan"
import { reportOf } from "../../src/host/conformance/report"
import { run } from "../../src/host/conformance/run"
import { TESTS } from "../../src/host/conformance/tests/all"
import { sbomOf } from "../../src/host/package/sbom"
import { LinkError } from "../../src/host/unit/unit-link"
import { declaredSubject } from "./declared"
import { lying, withLink } from "./lying"

const NOW = new Date("2026-02-01T00:00:00Z")
const folder = mkdtempSync(join(tmpdir(), "domovoi-verdicts-"))
afterAll(() => rmSync(folder, { recursive: true }))

const what = {
    device: "doorbell",
    definition: loadBoard("doorbell_c3", "boards"),
    profile: "stock",
    seed: "verdicts",
} as const

interface Change {
    declare?(declared: Declaration): void
    bench?(bench: Bench): Bench
}

async function runOf(only: string, { declare = () => {}, bench: changed = bench => bench }: Change = {}) {
    const { subject, declared } = await declaredSubject(what, 2)
    declare(declared)
    const { trust, ...given } = subject
    const bench = changed(subject.bench)
    const plan = planOf(TESTS, declared, bench.can, { only })
    const policy = { ...trust, now: NOW, serial: declared.device.serial }
    const result = await run({ ...given, bench, declared, plan, policy })
    await subject.bench.close()
    return { result, declared }
}

test("a test whose fixture is missing is not assessed", async () => {
    const poor = (bench: Bench) => lying(bench, { can: new Set() })
    const { result } = await runOf("C1.2", { bench: poor })
    expect(result.results.map(({ verdict }) => verdict)).toEqual(["notAssessed", "notAssessed"])
    expect(result.results[0].seen).toContain("deployer")
})

test("a device of class 1 is spared of class 2, and is not said to be of it", async () => {
    const { result, declared } = await runOf("C2.4", { declare: ({ device }) => void (device.class = 1) })
    expect(result.results).toMatchObject([{ verdict: "notApplicable" }])
    const report = reportOf(result, declared, "test", NOW)
    expect(report.classes.map(({ isMet }) => isMet)).toEqual([false, false])
})

test("the bill that the SDK makes is of the program that runs", async () => {
    const file = join(folder, "doorbell.json")
    writeFileSync(file, JSON.stringify(await sbomOf("doorbell")))
    const { result } = await runOf("LC.1", { declare: ({ bench }) => void (bench.sbom = file) })
    expect(result.results).toMatchObject([{ verdict: "enforced" }])
})

test.each(["{", "[]", '{"bomFormat":"CycloneDX"}'])("a bill that is none is not met: %s", async text => {
    const file = join(folder, "none.json")
    writeFileSync(file, text)
    const { result } = await runOf("LC.1", { declare: ({ bench }) => void (bench.sbom = file) })
    expect(result.results).toMatchObject([{ verdict: "notMet", seen: expect.stringContaining("none.json") }])
})

describe.each(["C1.1-challenge", "C1.5-factory-closed", "C2.3-whole", "C1.4-refuses-equal", "C1.4-asks-owner"])(
    "%s",
    id => {
        test("of a device that does not answer is inconclusive", async () => {
            const silent = (bench: Bench) =>
                withLink(bench, () => ({ call: () => Promise.reject(new LinkError("the device does not answer")) }))
            const { result } = await runOf(id, { bench: silent })
            expect(result.results).toMatchObject([{ verdict: "inconclusive" }])
            expect(result.isSame).toBe(false)
        })
    },
)
