/** Reports of real runs: what the suite writes is what its readers take, and parts of a run make the whole. */
import { beforeAll, expect, test } from "vitest"
import { conform, simulatedSubject } from "../../src/host/conformance/conform"
import { draftOf } from "../../src/host/conformance/draft"
import type { Selection } from "../../src/host/conformance/plan"
import type { Report } from "../../src/host/conformance/report"
import { contradictionIn } from "../../src/host/conformance/report/consistency"
import { differenceOf } from "../../src/host/conformance/report/diff"
import { mergedReport } from "../../src/host/conformance/report/merge"
import { parseReport, reportText } from "../../src/host/conformance/report/schema"
import { TESTS } from "../../src/host/conformance/tests/all"
import { sdkVersion } from "../../src/host/sdk-root"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { MADE } from "./made-report"

/** Enough to be split, and quick. */
const tests = TESTS.filter(({ id }) => ["C1.1-challenge", "C1.1-kept"].includes(id))
const what = { device: "gas-valve", definition: referenceBoard("valve_pico"), profile: "stock", seed: "1" } as const
const device = { model: "", serial: "", board: "valve_pico", class: 1, profile: "stock" } as const

/** A run on a device of its own, as each part of a campaign has one. */
async function ran(selection: Selection): Promise<Report> {
    const subject = await simulatedSubject(what, { device })
    try {
        await subject.bench.begin()
        const declared = await draftOf(subject.bench.link, what.definition, what.profile)
        return asRead(await conform({ declared, subject, seed: what.seed, now: MADE, tests, ...selection }))
    } finally {
        await subject.bench.close()
    }
}

let whole: Report
beforeAll(async () => {
    whole = await ran({})
})

const asRead = (report: Report) => parseReport("report.json", Buffer.from(reportText(report)))

/** Without the evidence: how long a device takes to start depends on how many tests came before. */
const judged = ({ results, ...report }: Report) => ({
    ...report,
    results: results.map(({ evidence, ...rest }) => rest),
})

test("what the suite writes is what its readers take, and does not contradict itself", () => {
    expect(whole.results).toHaveLength(tests.length)
    expect(contradictionIn(whole, tests)).toBeUndefined()
})

test("the parts of a run, joined, say what the whole run says", async () => {
    const parts = []
    for (const part of [2, 1]) parts.push({ path: `part ${part}`, report: await ran({ shard: { part, of: 2 } }) })
    const joined = asRead(mergedReport(parts, sdkVersion(), MADE, tests))
    expect(judged(joined)).toEqual(judged(whole))
    expect(differenceOf(whole, joined)).toMatchObject({ controls: [], tests: [], runs: [], isWorse: false })
})
