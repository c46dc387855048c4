/**
 * `npm run campaign -- [NAME …]`: what takes too long for `npm test`.
 * `valve`, `doorbell`, `bare`: every power cut in a day of that device. `units`: a thousand units, compared with each other.
 * `erase`: a factory reset with the power cut at every operation of every memory. `hostile`: ten thousand hostile programs on each board. `matrix`: cause × output × program state, as docs/fail-safe-matrix.md has it;
 * with `--json` as its cells, limits in milliseconds. `--device`, `--only TEXT` (in a cause's name) and `--part I/N` (of the rows) measure some; `--outcomes
 * FILE` (more than one of them) makes the page of such cells.
 * `late`: whether long work delays what makes an output safe. A thousand seeds of each device, over every work, every rate of its sensor, and all that can
 * happen. `--device`, `--work TEXT`, `--every MS` (the rate) and `--only TEXT` (what happens) choose some, `--seeds N` plays fewer, `--seed N` one; `--json`.
 * `bus`: a hostile peer on the bus, ten thousand seeds on each device and profile, as docs/hostile-bus.md has it. `--seeds N` plays fewer, `--seed N`
 * one again; `--device`, `--profile` and `--part I/N` choose some; `--json` prints the counts.
 * `wire`: somebody between devices and hubs, who has no keys, a hundred thousand seeds, as docs/wire.md has it. `--seeds N` plays fewer, `--seed N` one
 * again; `--part I/N` chooses some; `--json` prints the counts.
 * `memory`: a FRAM with flipped bits, write-protected, stale, stuck, too small, blank or swapped, as docs/memory.md has it. `--device`,
 * `--profile`, `--every N`, `--part I/N` and `--only TEXT` (in a case's name) choose some; `--seed N` draws other bits; `--json` prints the
 * outcomes, and `--outcomes FILE` counts them.
 * `good`: the conformance suite on the reference devices with fifty seeds, none of which may change a verdict. `--device`, `--profile` and `--part I/N` (of the
 * seeds) choose some; `--seeds N` plays fewer, `--seed N` one.
 * `update`: every power cut in an update, as docs/power-cuts.md has it. `--device gas-valve|doorbell`, `--profile stock|verified`,
 * `--way forward|back`, `--every N` (of the cuts), `--seed N`, `--part I/N` choose some of them; `--json` prints the outcomes, and
 * `--outcomes FILE` (more than one of them) makes the table of such outcomes, so that processes can share the work.
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { BOARD_PROFILES } from "../../simulators/board/verifier"
import { DEVICES } from "../host/update/releases"
import { chiSquare, monobit } from "../randomness"
import { assault, busSubjects } from "./bus"
import { type EraseSubject, type Erasure, eraseCampaign, eraseSubjects } from "./erase"
import { type Cell, isKept, measureMatrix } from "./fail-safe-matrix"
import { matrixDevices } from "./fail-safe-matrix-devices"
import { matrixDocument } from "./fail-safe-matrix-document"
import { goodDevices } from "./good-devices"
import { type HostileSubject, hostileSubjects, type Ordeal, ordeal } from "./hostile"
import { BusTally, printReport } from "./hostile-bus/report"
import { caseOf, isInTime, LateCampaign, type LateOutcome, casesOf as lateCasesOf, RATES_MS } from "./late"
import { lateSubjects } from "./late-devices"
import { lateReport, printLateReport } from "./late-report"
import { compare, type MadeUnit, makeUnits } from "./many-units"
import { casesOf, type MemoryOutcome, memorySubjects, nameOf, playCase } from "./memory"
import { memoryTables, wrongLines } from "./memory/report"
import { type Outcome, powerCutCampaign, type Subject } from "./power-cut"
import { subjects } from "./subjects"
import { tally } from "./tally"
import { cutsOf, cutUpdate, type UpdateOutcome, updateSubjects, WAYS } from "./update-cuts"
import { isFailure, updateCutsSection } from "./update-cuts-section"
import { attack } from "./wire"
import { printWireReport, WireTally } from "./wire/report"

const UNITS = 1000
const HOSTILE_SEEDS = 10_000
const BUS_SEEDS = 10_000
const WIRE_SEEDS = 100_000
const LATE_SEEDS = 1000
const GOOD_SEEDS = 50

const campaigns = new Map<string, () => Promise<void>>(
    Object.entries(await subjects()).map(([key, subject]) => [key, () => powerCuts(key, subject)]),
)
campaigns.set("erase", erasures)
campaigns.set("units", manyUnits)
campaigns.set("hostile", hostilePrograms)
campaigns.set("bus", hostilePeer)
campaigns.set("wire", wireAttacks)
campaigns.set("good", goodSeeds)
campaigns.set("matrix", failSafeMatrix)
campaigns.set("late", lateness)
campaigns.set("memory", memories)
campaigns.set("update", updates)

const { values: options, positionals: chosen } = parameters()
const json = options.json
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

async function erasures(): Promise<void> {
    for (const subject of Object.values(await eraseSubjects()))
        for (const profile of ["stock", "verified"] as const) erase(subject, profile)
}

function erase(subject: EraseSubject, profile: "stock" | "verified"): void {
    const outcomes: Erasure[] = []
    for (const outcome of eraseCampaign(subject, profile, { fram: 1, flash: 1 })) {
        outcomes.push(outcome)
        progress(`erase, ${subject.name}, ${profile}: ${outcomes.length} cuts `)
    }
    progress("")
    const [whole] = outcomes
    console.log(`${subject.name}, ${profile}: ${whole.seconds} s, operations ${JSON.stringify(whole.operations)}`)
    const count = (chosen: (erasure: Erasure) => boolean) => outcomes.filter(chosen).length
    const broken = outcomes.filter(({ completed, found }) => completed && found.length > 0)
    console.table({
        cuts: outcomes.length - 1,
        "reset complete, nothing found": count(({ completed, found }) => completed && found.length === 0),
        "reset complete, something found": broken.length,
        "program had to be installed again": count(({ reinstalled }) => reinstalled),
        "store of the runtime lost for good": count(({ completed }) => !completed),
        "of these, something found": count(({ completed, found }) => !completed && found.length > 0),
    })
    if (broken.length > 0 || (profile === "verified" && outcomes.some(({ completed }) => !completed)))
        process.exitCode = 1
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

async function hostilePeer(): Promise<void> {
    const { device, profile, seed } = options
    const [part, parts] = options.part.split("/").map(Number)
    const count = Number(options.seeds ?? BUS_SEEDS)
    const all = seed === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(seed)]
    const seeds = all.filter((_, i) => i % parts === part - 1)
    for (const subject of await busSubjects(device, profile)) {
        const tally = new BusTally(subject)
        for (const [i, chosen] of seeds.entries()) {
            const came = await assault(subject, chosen)
            tally.add(came)
            if (came.broken.length > 0) process.exitCode = 1
            if (!json && (came.broken.length > 0 || seed !== undefined)) console.log(JSON.stringify(came))
            progress(`bus, ${subject.device}, ${subject.profile}: ${i + 1} of ${seeds.length} `)
        }
        progress("")
        if (json) console.log(JSON.stringify(tally.report))
        else printReport(tally.report)
    }
}

async function wireAttacks(): Promise<void> {
    const { seed } = options
    const [part, parts] = options.part.split("/").map(Number)
    const count = Number(options.seeds ?? WIRE_SEEDS)
    const all = seed === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(seed)]
    const seeds = all.filter((_, i) => i % parts === part - 1)
    const tally = new WireTally()
    for (const [i, chosen] of seeds.entries()) {
        const came = await attack(chosen)
        tally.add(came)
        if (came.broken.length > 0) process.exitCode = 1
        if (!json && (came.broken.length > 0 || seed !== undefined)) console.log(JSON.stringify(came))
        progress(`wire: ${i + 1} of ${seeds.length} `)
    }
    progress("")
    if (json) console.log(JSON.stringify(tally.report))
    else printWireReport(tally.report)
}

async function goodSeeds(): Promise<void> {
    const { device, profile, seed } = options
    const [part, parts] = options.part.split("/").map(Number)
    const count = Number(options.seeds ?? GOOD_SEEDS)
    const all = seed === undefined ? Array.from({ length: count }, (_, i) => i + 2) : [Number(seed)]
    const seeds = all.filter((_, i) => i % parts === part - 1)
    for (const good of goodDevices(device, profile)) {
        let flagged = 0
        for (const [i, chosen] of seeds.entries()) {
            progress(`good, ${good.device}, ${good.profile}: ${i + 1} of ${seeds.length} `)
            const flags = await good.flags(String(chosen))
            if (flags.length > 0) flagged++
            for (const flag of flags) console.log(JSON.stringify({ seed: chosen, ...flag }))
        }
        progress("")
        console.log(`${good.device}, ${good.profile}: ${seeds.length} seeds, of which ${flagged} changed a verdict`)
        if (flagged > 0) process.exitCode = 1
    }
}

async function failSafeMatrix(): Promise<void> {
    const cells: Cell[] = []
    for (const file of options.outcomes) cells.push(...JSON.parse(readFileSync(file, "utf8")))
    if (options.outcomes.length === 0) for await (const measured of matrixCells()) cells.push(...measured)
    console.log(json ? JSON.stringify(cells, undefined, 4) : matrixDocument(cells).trimEnd())
    if (cells.some(cell => isKept(cell) === false)) process.exitCode = 1
}

async function* matrixCells(): AsyncGenerator<Cell[]> {
    const [part, parts] = options.part.split("/").map(Number)
    let count = 0
    for (const device of (await matrixDevices()).filter(({ name }) => name === (options.device ?? name))) {
        const rows = device.causes.map(({ name }) => name)
        const [from, to] = [part - 1, part].map(n => Math.floor((rows.length * n) / parts))
        const chosen = rows.slice(from, to)
        for await (const measured of measureMatrix(
            device,
            cause => chosen.includes(cause) && cause.includes(options.only),
        )) {
            yield measured
            count += measured.length
            progress(`matrix: ${count} cells `)
        }
    }
    progress("")
}

async function lateness(): Promise<void> {
    const { device, work, only, seed } = options
    const everyMs = options.every === undefined ? undefined : Number(options.every)
    const subjects = Object.entries(await lateSubjects()).filter(([name]) => name === (device ?? name))
    let played = false
    for (const [name, subject] of subjects) {
        const cases = lateCasesOf(subject, work, everyMs).filter(({ emergency }) => emergency.name.includes(only))
        if (cases.length === 0) continue
        played = true
        const campaign = new LateCampaign(subject)
        const count = Number(options.seeds ?? LATE_SEEDS)
        const seeds = seed === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(seed)]
        const outcomes: LateOutcome[] = []
        for (const [i, chosen] of seeds.entries()) {
            outcomes.push(await campaign.play(caseOf(cases, chosen), chosen))
            progress(`late, ${name}: ${i + 1} of ${seeds.length} `)
        }
        progress("")
        const report = lateReport(name, outcomes)
        if (json) console.log(JSON.stringify({ ...report, outcomes }))
        else printLateReport(report)
        if (!outcomes.every(isInTime) || outcomes.every(({ came }) => came === "held")) process.exitCode = 1
    }
    if (played) return
    const works = subjects.flatMap(([, { works }]) => works.map(({ name }) => name))
    console.error(`no such case; rates are ${RATES_MS.join(", ")}, works are ${[...new Set(works)].join("; ")}`)
    process.exitCode = 2
}

async function memories(): Promise<void> {
    const outcomes: MemoryOutcome[] = []
    for (const file of options.outcomes) outcomes.push(...JSON.parse(readFileSync(file, "utf8")))
    if (options.outcomes.length === 0) for await (const outcome of memoryFaults()) outcomes.push(outcome)
    if (json) console.log(JSON.stringify(outcomes))
    else {
        console.log(memoryTables(outcomes))
        for (const line of wrongLines(outcomes)) console.log(line)
    }
    if (outcomes.some(({ outcome }) => outcome === "wrong")) process.exitCode = 1
}

async function* memoryFaults(): AsyncGenerator<MemoryOutcome> {
    const [part, parts] = options.part.split("/").map(Number)
    for (const subject of await memorySubjects(options.device)) {
        const named = casesOf(subject, options.profile).filter(chosen => nameOf(chosen).includes(options.only))
        const cases = named
            .filter((_, i) => i % Number(options.every ?? 1) === 0)
            .filter((_, i) => i % parts === part - 1)
        for (const [i, chosen] of cases.entries()) {
            progress(`memory, ${subject.device}: ${i + 1} of ${cases.length} `)
            yield await playCase(subject, chosen, Number(options.seed ?? 1))
        }
    }
    progress("")
}

async function updates(): Promise<void> {
    const outcomes: UpdateOutcome[] = []
    for (const file of options.outcomes) outcomes.push(...JSON.parse(readFileSync(file, "utf8")))
    if (options.outcomes.length === 0) for await (const outcome of updateCuts()) outcomes.push(outcome)
    console.log(json ? JSON.stringify(outcomes) : updateCutsSection(outcomes))
    if (outcomes.some(isFailure)) process.exitCode = 1
}

async function* updateCuts(): AsyncGenerator<UpdateOutcome> {
    const [part, parts] = options.part.split("/").map(Number)
    for (const device of DEVICES.filter(device => device === (options.device ?? device))) {
        for (const way of WAYS.filter(way => way === (options.way ?? way))) {
            const subjects = await updateSubjects(device, Number(options.seed ?? 1), way)
            for (const profile of BOARD_PROFILES.filter(profile => profile === (options.profile ?? profile))) {
                const all = await cutsOf(subjects[profile])
                const some = all.filter((_, i) => i % Number(options.every ?? 1) === 0)
                const cuts = some.filter((_, i) => i % parts === part - 1)
                for (const [i, cut] of cuts.entries()) {
                    progress(`update, ${device}, ${profile}, ${way}: ${i + 1} of ${cuts.length} `)
                    yield await cutUpdate(subjects[profile], cut)
                }
            }
        }
    }
    progress("")
}

/** Ends the process with 2 if they make no sense. */
function parameters() {
    const text = { type: "string" } as const
    try {
        const parsed = parseArgs({
            allowPositionals: true,
            options: {
                json: { type: "boolean", default: false },
                device: text,
                profile: text,
                way: text,
                every: text,
                seed: text,
                seeds: text,
                part: { ...text, default: "1/1" },
                only: { ...text, default: "" },
                work: text,
                outcomes: { ...text, multiple: true, default: [] },
            },
        })
        const { device, profile, way, every = "1", seed = "1", seeds = "1", part } = parsed.values
        const unknown = parsed.positionals.filter(name => !campaigns.has(name))
        if (unknown.length > 0)
            throw new Error(`no campaign ${unknown.join(", ")}; campaigns are ${[...campaigns.keys()].join(", ")}`)
        if (device !== undefined && !DEVICES.some(name => name === device))
            throw new Error(`no device ${device}; devices are ${DEVICES.join(", ")}`)
        if (profile !== undefined && !BOARD_PROFILES.some(name => name === profile))
            throw new Error(`no profile ${profile}; profiles are ${BOARD_PROFILES.join(", ")}`)
        if (way !== undefined && !WAYS.some(name => name === way))
            throw new Error(`no way ${way}; ways are ${WAYS.join(", ")}`)
        if (![every, seeds].every(number => /^[1-9]\d*$/.test(number)) || !/^\d+$/.test(seed))
            throw new Error("--every, --seeds and --seed are whole numbers, as in: --every 20 --seed 2")
        const [, i, n] = /^(\d+)\/(\d+)$/.exec(part) ?? []
        if (!(Number(i) >= 1 && Number(i) <= Number(n))) throw new Error("--part is a part of all, as in: --part 1/2")
        return parsed
    } catch (error) {
        console.error((error as Error).message)
        process.exit(2)
    }
}

function progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text}`)
}
