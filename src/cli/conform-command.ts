import { join } from "node:path"
import { Command, InvalidArgumentError, Option } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { type Declaration, PROFILES, type Profile, readDeclaration } from "../host/conformance/declaration"
import { declarationText, draftOf } from "../host/conformance/draft"
import type { Selection } from "../host/conformance/plan"
import type { Report } from "../host/conformance/report"
import { REPORT_FILE } from "../host/conformance/report/files"
import { simulatedBench } from "../host/conformance/simulated-device"
import { parseTarget, type Target } from "../host/conformance/target"
import { TESTS } from "../host/conformance/tests/all"
import { isSerial, SERIAL_RULE } from "../host/identity/unit"
import { InputError } from "../host/input-error"
import { writeOutputFile } from "../host/output-file"
import { referenceBoard } from "../host/unit/reference-board"
import { complaintOf } from "./complaint"
import { type Ending, type Job, tryAll } from "./conform-jobs"
import { resultLine, summaryOf } from "./conform-lines"
import { type Run, tryDevice } from "./conform-run"
import { deskUnit } from "./desk-bench"
import { ExitStatus } from "./exit-status"
import { complain, printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type TrustOptions, withTrustOptions } from "./unit-options"

interface ConformOptions extends TrustOptions {
    /** As many as targets: each device has both. */
    ics?: string[]
    target?: string[]
    out?: string
    class?: 1 | 2
    only?: string
    shard?: Selection["shard"]
    seed?: string
    jobs?: number
    resume?: boolean
    bench?: string
    breakLease?: string
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function conformCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("conform").description(
        "Tries a device against the controls that it answers for, through what anybody can reach of it, and says of each how far it is met.\n" +
            "What was not shown is not met, or not assessed; a class is claimed when each of its controls is enforced or measured.\n" +
            "Exit status: 0 the class is met, 1 it is not, 2 bad input.",
    )
    return withTrustOptions(command)
        .enablePositionalOptions()
        .option("--ics <file>", "what the maker declares of the device: see domovoi conform init", collect)
        .option(
            "--target <where>",
            "sim:BOARD/DEVICE, serial:PORT or ws:URL; several devices each have --ics and --target",
            collect,
        )
        .option(
            "--out <folder>",
            "where the report goes (of several devices, in a folder each), and meanwhile what was found so far",
        )
        .option("--class <number>", "the class that decides the exit status (default: the declared one)", parseClass)
        .option("--only <id>", "one test, or the tests of one control")
        .option("--shard <i/n>", "the i-th of n parts of the tests; domovoi report merge joins them", parseShard)
        .option(
            "--jobs <n>",
            "so many runs at a time: of several devices, or of the parts of one that is simulated",
            parseJobs,
        )
        .option("--seed <text>", "seed of everything random around a simulated device (default: 1)")
        .option("--resume", "go on with an interrupted run")
        .option(
            "--bench <file>",
            "what is around a device on a desk, such as what cuts its supply: docs/for-laboratories.md",
        )
        .option("--break-lease <why>", "take the bench from whoever has it, for this reason: see domovoi lease")
        .option("--json", "print a JSON object a line: each result, and the report at the end")
        .addHelpText("after", EXAMPLES)
        .addCommand(initCommand())
        .addCommand(listCommand())
        .action(async (options: ConformOptions) => {
            const jobs = jobsOf(options)
            const progress = new Progress(process.stderr)
            const tried = jobs.length > 1 || (options.jobs ?? 1) > 1 ? triedApart : triedHere
            const endings = await tried(jobs, options, clock, progress).finally(() => progress.clear())
            const isWhole = options.only === undefined && options.shard === undefined
            const failures: unknown[] = []
            for (const [at, ending] of endings.entries())
                if (ending.status === "rejected") failures.push(ending.reason)
                else if (options.json) printJson({ report: ending.value })
                else printLines(...summaryOf(ending.value, isWhole), `report: ${jobs[at].out}/${REPORT_FILE}`)
            for (const failure of failures.slice(1)) complain(complaintOf(failure).line)
            if (failures.length > 0) throw failures[0]
            const areMet = endings.every(ending => ending.status === "fulfilled" && isMet(ending.value, options.class))
            finish(areMet ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

const isMet = ({ classes, declared }: Report, of = declared.device.class) =>
    classes.some(result => result.class === of && result.isMet)

/** @throws InputError naming what is missing, or not one each; DocumentError */
function jobsOf({ ics = [], target = [], out }: ConformOptions): Job[] {
    for (const [name, given] of Object.entries({ ics: ics[0], target: target[0], out }))
        if (given === undefined) throw new InputError(`--${name} is missing; see domovoi conform --help for examples`)
    if (ics.length !== target.length)
        throw new InputError("give each device an --ics and a --target, in the same order")
    const jobs = ics.map((file, at) => ({
        ics: file,
        target: target[at],
        declared: readDeclaration(file),
        out: String(out),
    }))
    if (jobs.length === 1) return jobs
    const placed = jobs.map(job => ({ ...job, out: join(job.out, placeOf(job.declared)) }))
    const twice = [target, placed.map(job => job.out)].flatMap(
        names => names.find((it, at) => names.indexOf(it) !== at) ?? [],
    )
    if (twice.length > 0) throw new InputError(`${twice[0]}: is there twice; name each device once`)
    return placed
}

/** A name that does not lead out of a folder, whatever a maker has called a unit. */
function placeOf({ device: { board, serial } }: Declaration): string {
    if (!isSerial(serial)) throw new InputError(`device.serial ${serial}: a serial number has ${SERIAL_RULE}`)
    return `${referenceBoard(board).id}-${serial}`
}

async function triedHere(
    [{ declared, target, out }]: readonly Job[],
    options: ConformOptions,
    clock: HostClock,
    progress: Progress,
): Promise<Ending[]> {
    const onResult: Run["onResult"] = (result, at, of) =>
        options.json ? printJson({ at, of, result }) : progress.print(resultLine(result))
    return Promise.allSettled([
        tryDevice({ options: { ...options, target, out }, declared, clock, progress, onResult }),
    ])
}

/** In processes of their own. */
async function triedApart(
    jobs: readonly Job[],
    options: ConformOptions,
    clock: HostClock,
    progress: Progress,
): Promise<Ending[]> {
    const { json, only, shard, seed, ca, crl, allowTestUnits, bench, breakLease, resume = false } = options
    const atOnce = options.jobs ?? 1
    if (shard) throw new InputError("--shard is a part already: leave out --jobs, and name one device")
    if (jobs.length === 1 && parseTarget(jobs[0].target).kind !== "sim")
        throw new InputError(
            "--jobs: a device on a desk takes one run at a time; name several devices, or leave it out",
        )
    if (jobs.length > 1 && bench !== undefined)
        throw new InputError("--bench is of one device; try the devices by commands of their own")
    let count = 0
    return tryAll({
        jobs,
        atOnce,
        resume,
        now: clock(),
        only,
        parameters: Object.entries({ seed, ca, crl, "break-lease": breakLease })
            .flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
            .concat(allowTestUnits ? ["--allow-test-units"] : []),
        onResult({ declared }, result) {
            const { serial } = declared.device
            if (json) printJson({ device: serial, result })
            else progress.print(resultLine(result, jobs.length > 1 ? serial : undefined))
            progress.show(`${++count} of ${jobs.length * (only === undefined ? TESTS.length : 1)} tests`)
        },
    })
}

function initCommand(): Command {
    return new Command("init")
        .summary("draft the declaration of a device from what it says of itself")
        .description(
            "Drafts what a maker declares of a device. Whoever signs for the device reads every line, and puts it right.",
        )
        .requiredOption("--target <where>", "sim:BOARD/DEVICE, serial:PORT or ws:URL")
        .option("--board <id>", "the device's board; the target names that of a simulated one")
        .addOption(new Option("--profile <name>", "what starts programs on it").choices(PROFILES).default("stock"))
        .requiredOption("-o, --output <file>", "where the draft goes")
        .addHelpText("after", INIT_EXAMPLES)
        .action(async (options: { target: string; board?: string; profile: Profile; output: string }) => {
            const target = parseTarget(options.target)
            const progress = new Progress(process.stderr)
            progress.show("asking the device what it is")
            const text = await drafted(target, options, progress).finally(() => progress.clear())
            writeOutputFile(options.output, text)
            printLines(`${options.output}: read every line, and put right what is wrong`)
        })
}

async function drafted(
    target: Target,
    { board, profile }: { board?: string; profile: Profile },
    progress: Progress,
): Promise<string> {
    if (target.kind === "sim") {
        const bench = await simulatedBench({ ...target, profile, seed: "1" })
        await bench.begin()
        return declarationText(await draftOf(bench.link, target.definition, profile).finally(() => bench.close()))
    }
    if (board === undefined) throw new InputError("--board is missing: the device does not say on which board it is")
    const link = await deskUnit(target, "open", progress)
    return declarationText(await draftOf(link, referenceBoard(board), profile).finally(() => link.close()))
}

function listCommand(): Command {
    return new Command("list")
        .summary("list the tests, what each needs, and what it shows")
        .option("--json", "print one JSON object")
        .action(({ json }: { json?: boolean }) => {
            const tests = TESTS.map(({ id, title, needs }) => ({ id, title, needs }))
            if (json) printJson({ tests })
            else
                printLines(
                    ...tests.map(({ id, title, needs }) => `${id}  ${title}${needs.length ? ` [${needs}]` : ""}`),
                )
        })
}

function parseClass(text: string): 1 | 2 {
    if (text !== "1" && text !== "2") throw new InvalidArgumentError("the classes are 1 and 2.")
    return text === "1" ? 1 : 2
}

const collect = (value: string, before: string[] = []) => [...before, value]

function parseJobs(text: string): number {
    const jobs = Number(text)
    if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError("give how many runs at a time, from 1 to 99.")
    return jobs
}

function parseShard(text: string): { part: number; of: number } {
    const [, part, of] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? []
    if (!part || !of || part > of) throw new InvalidArgumentError("give a part and how many there are, such as 1/4.")
    return { part, of }
}

const EXAMPLES = `
Examples:
  domovoi conform init --target sim:valve_pico/gas-valve -o valve.yaml
  domovoi conform --ics valve.yaml --target sim:valve_pico/gas-valve --out results
  domovoi conform --ics valve.yaml --target sim:valve_pico/gas-valve --out results --only C1.4
  domovoi conform --ics valve.yaml --target sim:valve_pico/gas-valve --out results --jobs 2
  domovoi conform --ics bell.yaml --target serial:/dev/ttyACM0 --ca ca.pem --class 2 --out results --json
  domovoi conform --ics a.yaml --target serial:/dev/ttyACM0 --ics b.yaml --target serial:/dev/ttyACM1 --jobs 2 --out results`

const INIT_EXAMPLES = `
Examples:
  domovoi conform init --target sim:doorbell_c3/doorbell --profile verified -o bell.yaml
  domovoi conform init --target serial:/dev/ttyACM0 --board valve_pico -o valve.yaml`
