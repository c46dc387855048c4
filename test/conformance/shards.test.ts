/** Reports of real runs: what the suite writes is what its readers take, and parts of a run make the whole. */
import { beforeAll, expect, test } from "vitest"
import { conform } from "../../src/host/conformance/conform"
import type { Selection } from "../../src/host/conformance/plan"
import type { Report } from "../../src/host/conformance/report"
import { contradictionIn } from "../../src/host/conformance/report/consistency"
import { differenceOf } from "../../src/host/conformance/report/diff"
import { mergedReport } from "../../src/host/conformance/report/merge"
import { parseReport, reportText } from "../../src/host/conformance/report/schema"
import { TESTS } from "../../src/host/conformance/tests/all"
import { sdkVersion } from "../../src/host/sdk-root"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { declaredSubject } from "./declared"
import { MADE } from "./made-report"

/** Enough to be split, and quick. */
const tests = TESTS.filter(({ id }) => ["C1.1-challenge", "C1.1-kept"].includes(id))
const what = { device: "gas-valve", definition: referenceBoard("valve_pico"), profile: "stock", seed: "1" } as const

/** A run on a device of its own, as each part of a campaign has one. */
async function ran(selection: Selection): Promise<Report> {
    const { subject, declared } = await declaredSubject(what, 1)
    try {
        return asRead(await conform({ declared, subject, now: MADE, tests, ...selection }))
    } finally {
        await subject.bench.close()
    }
}

let whole: Report
beforeAll(async () => {
    whole = await ran({})
})

const asRead = (report: Report) => parseReport("report.json", Buffer.from(reportText(report)))

test("what the suite writes is what its readers take, and does not contradict itself", () => {
    expect(whole.results).toHaveLength(tests.length)
    expect(contradictionIn(whole, tests)).toBeUndefined()
})

test("the parts of a run, joined, say what the whole run says", async () => {
    const parts = []
    for (const part of [2, 1]) parts.push({ path: `part ${part}`, report: await ran({ shard: { part, of: 2 } }) })
    const joined = asRead(mergedReport(parts, sdkVersion(), MADE, tests))
    expect(joined).toEqual(whole)
    expect(differenceOf(whole, joined)).toMatchObject({ controls: [], tests: [], runs: [], isWorse: false })
})
