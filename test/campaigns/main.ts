/**
 * `npm run campaign -- [NAME …]`: what takes too long for `npm test`.
 * `valve`, `doorbell`, `bare`: every power cut in a day of that device. `units`: a thousand units, compared with each other.
 * `hostile`: ten thousand hostile programs on each board. `matrix`: cause × output × program state, as docs/fail-safe-matrix.md has it;
 * with `--json` as its cells, limits in milliseconds.
 */
import { chiSquare, monobit } from "../randomness"
import { type Cell, isKept, measureMatrix } from "./fail-safe-matrix"
import { matrixDevices } from "./fail-safe-matrix-devices"
import { matrixDocument } from "./fail-safe-matrix-document"
import { type HostileSubject, hostileSubjects, type Ordeal, ordeal } from "./hostile"
import { compare, type MadeUnit, makeUnits } from "./many-units"
import { type Outcome, powerCutCampaign, type Subject } from "./power-cut"
import { subjects } from "./subjects"
import { tally } from "./tally"

const UNITS = 1000
const HOSTILE_SEEDS = 10_000

const campaigns = new Map<string, () => Promise<void>>(
    Object.entries(await subjects()).map(([key, subject]) => [key, () => powerCuts(key, subject)]),
)
campaigns.set("units", manyUnits)
campaigns.set("hostile", hostilePrograms)
campaigns.set("matrix", failSafeMatrix)

const parameters = process.argv.slice(2)
const json = parameters.includes("--json")
const chosen = parameters.filter(parameter => parameter !== "--json")
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

async function hostilePrograms(): Promise<void> {
    for (const subject of await hostileSubjects()) hostileProgram(subject)
}

function hostileProgram(subject: HostileSubject): void {
    const broken: Ordeal[] = []
    const reached: Record<string, number> = {}
    for (let seed = 0; seed < HOSTILE_SEEDS; seed++) {
        const came = ordeal(subject, seed)
        if (came.broken.length > 0) broken.push(came)
        for (const moment of came.reached) reached[moment] = (reached[moment] ?? 0) + 1
        progress(`hostile, ${subject.name}: ${seed + 1} of ${HOSTILE_SEEDS} `)
    }
    progress("")
    console.log(`${subject.name}: ${HOSTILE_SEEDS} seeds, of which ${broken.length} broke a promise; seeds that saw`)
    console.table(reached)
    for (const { seed, broken: promises } of broken) console.log(`seed ${seed}: ${promises.join(", ")}`)
    if (broken.length > 0) process.exitCode = 1
}

async function failSafeMatrix(): Promise<void> {
    const cells: Cell[] = []
    for (const device of await matrixDevices())
        for (const measured of measureMatrix(device)) {
            cells.push(...measured)
            progress(`matrix: ${cells.length} cells `)
        }
    progress("")
    console.log(json ? JSON.stringify(cells, undefined, 4) : matrixDocument(cells).trimEnd())
    if (cells.some(cell => isKept(cell) === false)) process.exitCode = 1
}

function progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text}`)
}
