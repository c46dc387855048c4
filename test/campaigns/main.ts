/** `npm run campaign -- [SUBJECT …]`: every power cut, for every device; takes minutes. */
import { type Outcome, powerCutCampaign } from "./power-cut"
import { subjects } from "./subjects"
import { tally } from "./tally"

const all = await subjects()
const chosen = process.argv.slice(2)
const unknown = chosen.filter(name => !(name in all))
if (unknown.length > 0) {
    console.error(`no subject ${unknown.join(", ")}; subjects are ${Object.keys(all).join(", ")}`)
    process.exit(2)
}
for (const [key, subject] of Object.entries(all)) {
    if (chosen.length > 0 && !chosen.includes(key)) continue
    const outcomes: Outcome[] = []
    for await (const outcome of powerCutCampaign(subject)) {
        outcomes.push(outcome)
        if (process.stderr.isTTY) process.stderr.write(`\r${key}: ${outcomes.length} cuts `)
    }
    if (process.stderr.isTTY) process.stderr.write("\r")
    console.log(`${subject.name}: ${outcomes.length} cuts`)
    console.table(tally(outcomes))
}
