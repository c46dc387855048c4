/**
 * `npm run campaign -- [NAME …]`: what takes too long for `npm test`.
 * `valve`, `doorbell`, `bare`: every power cut in a day of that device. `units`: a thousand units, compared with each other.
 */
import { chiSquare, monobit } from "../randomness"
import { compare, type MadeUnit, makeUnits } from "./many-units"
import { type Outcome, powerCutCampaign, type Subject } from "./power-cut"
import { subjects } from "./subjects"
import { tally } from "./tally"

const UNITS = 1000

const campaigns = new Map<string, () => Promise<void>>(
    Object.entries(await subjects()).map(([key, subject]) => [key, () => powerCuts(key, subject)]),
)
campaigns.set("units", manyUnits)

const chosen = process.argv.slice(2)
const unknown = chosen.filter(name => !campaigns.has(name))
if (unknown.length > 0) {
    console.error(`no campaign ${unknown.join(", ")}; campaigns are ${[...campaigns.keys()].join(", ")}`)
    process.exit(2)
}
for (const [name, play] of campaigns) if (chosen.length === 0 || chosen.includes(name)) await play()

async function powerCuts(key: string, subject: Subject): Promise<void> {
    const outcomes: Outcome[] = []
    for await (const outcome of powerCutCampaign(subject)) {
        outcomes.push(outcome)
        progress(`${key}: ${outcomes.length} cuts `)
    }
    progress("")
    console.log(`${subject.name}: ${outcomes.length} cuts`)
    console.table(tally(outcomes))
}

async function manyUnits(): Promise<void> {
    const units: MadeUnit[] = []
    for await (const unit of makeUnits(UNITS)) {
        units.push(unit)
        progress(`units: ${units.length} of ${UNITS} `)
    }
    progress("")
    const { distinct, leaks, foundAtHome } = compare(units)
    const secrets = Buffer.concat(units.map(({ pairingSecret }) => pairingSecret))
    console.log(`${units.length} units, half of each reference device`)
    console.table({
        ...distinct,
        "secrets found in another unit": leaks.length,
        "units whose own secret the same search found": foundAtHome,
        "monobit, standard deviations": monobit(secrets),
        "chi-square, standard deviations": chiSquare(secrets),
    })
    if (leaks.length > 0 || Object.values(distinct).some(count => count < units.length)) process.exitCode = 1
}

function progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text}`)
}
