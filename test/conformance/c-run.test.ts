/** Reports of real runs: what the suite writes is what its readers take, and parts of a run make the whole. */
import { beforeAll, expect, test } from "vitest"
import { conform } from "../../src/host/conformance/conform"
import { draftOf } from "../../src/host/conformance/draft"
import type { Selection } from "../../src/host/conformance/plan"
import type { Report } from "../../src/host/conformance/report"
import { contradictionIn } from "../../src/host/conformance/report/consistency"
import { differenceOf } from "../../src/host/conformance/report/diff"
import { mergedReport } from "../../src/host/conformance/report/merge"
import { parseReport, reportText } from "../../src/host/conformance/report/schema"
import { simulatedBench } from "../../src/host/conformance/simulated-device"
import { TESTS } from "../../src/host/conformance/tests/all"
import { sdkVersion } from "../../src/host/sdk-root"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { MADE } from "./c-report"

/** Enough to be split, and quick. */
const tests = TESTS.filter(({ id }) => ["C1.1-challenge", "C1.1-kept"].includes(id))
const subject = { device: "gas-valve", definition: referenceBoard("valve_pico"), profile: "stock", seed: "1" } as const

let whole: Report
let ran: (selection: Selection) => Promise<Report>
beforeAll(async () => {
    const bench = await simulatedBench(subject)
    await bench.begin()
    const declared = await draftOf(bench.link, subject.definition, subject.profile)
    await bench.close()
    ran = async selection => asRead(await conform({ declared, subject, now: MADE, tests, ...selection }))
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
    expect(contradictionIn(whole)).toBeUndefined()
})

test("the parts of a run, joined, say what the whole run says", async () => {
    const parts = []
    for (const part of [2, 1]) parts.push({ path: `part ${part}`, report: await ran({ shard: { part, of: 2 } }) })
    const joined = asRead(mergedReport(parts, sdkVersion(), MADE, tests))
    expect(judged(joined)).toEqual(judged(whole))
    expect(differenceOf(whole, joined)).toMatchObject({ controls: [], tests: [], runs: [], isWorse: false })
})
