/** The suite's own rules: what is not known never counts as good. */
import { describe, expect, test } from "vitest"
import { CONTROL_IDS, controlsOfClass } from "../../src/host/conformance/controls"
import type { Declaration } from "../../src/host/conformance/declaration"
import { planOf } from "../../src/host/conformance/plan"
import { reportOf } from "../../src/host/conformance/report"
import type { RunResult, TestResult } from "../../src/host/conformance/run"
import type { ConformanceTest } from "../../src/host/conformance/scene"
import { TESTS } from "../../src/host/conformance/tests/all"
import { COUNTS_AS_MET, VERDICTS, type Verdict, verdictOf } from "../../src/host/conformance/verdict"
import { DECLARED } from "./declared"

describe("a control's verdict", () => {
    test.each<[Verdict[], Verdict]>([
        [[], "notAssessed"],
        [["enforced"], "enforced"],
        [["enforced", "measured"], "measured"],
        [["enforced", "documented"], "documented"],
        [["enforced", "notAssessed"], "notAssessed"],
        [["enforced", "notApplicable"], "enforced"],
        [["notApplicable", "notApplicable"], "notApplicable"],
        [["notApplicable", "notAssessed"], "notAssessed"],
        [["enforced", "inconclusive", "notAssessed"], "inconclusive"],
        [["inconclusive", "notMet", "enforced"], "notMet"],
    ])("of %j is %s", (ofTests, verdict) => {
        expect(verdictOf(ofTests)).toBe(verdict)
        expect(verdictOf(ofTests.toReversed())).toBe(verdict)
    })

    test("is never better than that of any of its tests", () => {
        for (const one of VERDICTS)
            for (const other of VERDICTS)
                if (COUNTS_AS_MET.includes(verdictOf([one, other])))
                    for (const verdict of [one, other]) expect([...COUNTS_AS_MET, "notApplicable"]).toContain(verdict)
    })
})

const passes = (id: ConformanceTest["id"], more: Partial<ConformanceTest> = {}): ConformanceTest => ({
    id,
    title: "It holds.",
    needs: [],
    run: async () => ({ verdict: "enforced", expected: "it", seen: "it" }),
    ...more,
})

describe("a plan", () => {
    const tests = [
        passes("C1.1-a"),
        passes("C1.1-b", { needs: ["dump"] }),
        passes("C2.1-a", { spares: () => "class 1" }),
    ]

    test("leaves nothing out without a word", () => {
        const plan = planOf(tests, DECLARED, new Set())
        expect(plan.map(({ leftOut }) => leftOut)).toEqual([
            undefined,
            { verdict: "notAssessed", why: expect.stringContaining("dump (reads flash and memories") },
            { verdict: "notApplicable", why: "class 1" },
        ])
        expect(planOf(tests, DECLARED, new Set(["dump"] as const))[1].leftOut).toBeUndefined()
    })

    test("is of one test, of one control, or one of several parts that are all of it", () => {
        const ids = (selection: Parameters<typeof planOf>[3]) =>
            planOf(tests, DECLARED, new Set(), selection).map(({ test: { id } }) => id)
        expect(ids({ only: "C1.1" })).toEqual(["C1.1-a", "C1.1-b"])
        expect(ids({ only: "C2.1-a" })).toEqual(["C2.1-a"])
        expect(ids({ only: "C1" })).toEqual([])
        const parts = [1, 2].flatMap(part => ids({ shard: { part, of: 2 } }))
        expect(parts.toSorted()).toEqual(tests.map(({ id }) => id))
    })
})

const proof = { chip: "1", serial: "S", model: "M", program: "p", sequenceNumber: 1, version: "v" }
const result = (id: string, verdict: Verdict): TestResult => ({
    id,
    control: id.split("-")[0],
    title: "It holds.",
    verdict,
    expected: "it",
    seen: "it",
    evidence: [],
})
const runOf = (results: TestResult[], isSame = true): RunResult => ({
    target: "sim",
    seed: "1",
    before: proof,
    after: proof,
    isSame,
    results,
})
const report = (run: RunResult, declared: Declaration = DECLARED) => reportOf(run, declared, "1", new Date(0), [])
const allEnforced = CONTROL_IDS.map(id => result(`${id}-a`, "enforced"))

describe("a class", () => {
    test("is met when each of its controls is, and by no device that is declared to be of a lower one", () => {
        const { classes, controls } = report(runOf(allEnforced))
        expect(classes).toEqual([
            { class: 1, isMet: true, missing: [] },
            { class: 2, isMet: false, missing: [] },
        ])
        expect(controls.map(({ verdict }) => verdict)).toEqual(CONTROL_IDS.map(() => "enforced"))
        const better = { ...DECLARED, device: { ...DECLARED.device, class: 2 as const } }
        expect(report(runOf(allEnforced), better).classes.map(({ isMet }) => isMet)).toEqual([true, true])
    })

    test.each(VERDICTS)("with one control that is %s", verdict => {
        const results = allEnforced.map(one => (one.id === "C1.4-a" ? { ...one, verdict } : one))
        const [first] = report(runOf(results)).classes
        const stands = COUNTS_AS_MET.includes(verdict) || verdict === "notApplicable"
        expect(first.missing.map(({ id }) => id)).toEqual(stands ? [] : ["C1.4"])
    })

    test("of class 2 asks for all of class 1", () => {
        expect(controlsOfClass(2)).toEqual(expect.arrayContaining(controlsOfClass(1)))
        expect(controlsOfClass(1).every(id => id.startsWith("C1."))).toBe(true)
    })
})

test("what was seen of a device that was not there all the time is inconclusive", () => {
    const { results, controls } = report(runOf([result("C1.1-a", "enforced"), result("C1.4-a", "notMet")], false))
    expect(results.map(({ verdict }) => verdict)).toEqual(["inconclusive", "notMet"])
    expect(controls.find(({ id }) => id === "C1.1")?.verdict).toBe("inconclusive")
})

test("each test has an identifier of its own, of a control that there is, and a title that is a sentence", () => {
    const ids = TESTS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, title } of TESTS) {
        expect(CONTROL_IDS).toContain(id.slice(0, id.indexOf("-")))
        expect(id).toMatch(/^[A-Z][A-Z0-9]\.\d-[a-z0-9]+(-[a-z0-9]+)*$|^C\d\.\d-[a-z0-9]+(-[a-z0-9]+)*$/)
        expect(title).toMatch(/^[A-Z].*\.$/)
    }
})
