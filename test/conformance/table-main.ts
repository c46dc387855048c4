/** `npm run -s conformance > docs/conformance.md`: tries every reference device, and prints the page. */
import { COLUMNS, pageOf, reportOn } from "./table"

const reports = []
for (const { device, profile } of COLUMNS) {
    process.stderr.write(`${device}, ${profile}\n`)
    reports.push(await reportOn(device, profile))
}
process.stdout.write(pageOf(reports))
