/** docs/conformance.md is what the suite says now. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import type { Report } from "../../src/host/conformance/report"
import { timingsOf } from "../../src/host/conformance/report/timing"
import { COLUMNS, pageOf, reportOn } from "./table"

const reports: Report[] = []

test.each(COLUMNS)("$device, $profile, is the same device from beginning to end", async ({ device, profile }) => {
    const report = await reportOn(device, profile)
    expect(report.isSame).toBe(true)
    // Times that were measured against a limit are drawn.
    expect(timingsOf(report.results).length).toBeGreaterThan(5)
    reports.push(report)
})

test("the page says what was found: npm run -s conformance > docs/conformance.md", () => {
    expect(pageOf(reports)).toBe(readFileSync("docs/conformance.md", "utf8"))
})
