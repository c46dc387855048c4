import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline/promises"
import { Command, InvalidArgumentError, Option } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { conform, packagesIn, planFor, type Subject, simulatedSubject } from "../host/conformance/conform"
import { type Declaration, PROFILES, type Profile, readDeclaration } from "../host/conformance/declaration"
import { declarationText, draftOf } from "../host/conformance/draft"
import type { ClassResult, Report } from "../host/conformance/report"
import { ResultsFolder } from "../host/conformance/results-folder"
import { simulatedBench } from "../host/conformance/simulated-device"
import { parseTarget, type Target } from "../host/conformance/target"
import { TESTS } from "../host/conformance/tests/all"
import { type Person, UnitBench } from "../host/conformance/unit-bench"
import { COUNTS_AS_MET, type Verdict } from "../host/conformance/verdict"
import { InputError } from "../host/input-error"
import { writeOutputFile } from "../host/output-file"
import { sdkVersion } from "../host/sdk-root"
import { referenceBoard } from "../host/unit/reference-board"
import type { WholeLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { bold, green, type Line, printLines, red, yellow } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type Reach, reachedUnit, readPolicy, type TrustOptions, withTrustOptions } from "./unit-options"

interface ConformOptions extends TrustOptions {
    ics: string
    target: string
    out: string
    class?: 1 | 2
    only?: string
    shard?: { part: number; of: number }
    seed?: string
    resume?: boolean
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
        .option("--ics <file>", "what the maker declares of the device: see domovoi conform init")
        .option("--target <where>", "sim:BOARD/DEVICE, serial:PORT or ws:URL")
        .option("--out <folder>", "where the report goes, and meanwhile what was found so far")
        .option("--class <number>", "the class that decides the exit status (default: the declared one)", parseClass)
        .option("--only <id>", "one test, or the tests of one control")
        .option("--shard <i/n>", "the i-th of n parts of the tests; domovoi report merge joins them", parseShard)
        .option("--seed <text>", "seed of everything random around a simulated device (default: 1)")
        .option("--resume", "go on with an interrupted run")
        .option("--json", "print a JSON object a line: each result, and the report at the end")
        .addHelpText("after", EXAMPLES)
        .addCommand(initCommand())
        .addCommand(listCommand())
        .action(async ({ json, ...options }: Partial<ConformOptions>) => {
            const required = requireAll(options)
            const declared = readDeclaration(required.ics)
            const progress = new Progress(process.stderr)
            const report = await tried(required, declared, clock(), json, progress).finally(() => progress.clear())
            const of = required.class ?? declared.device.class
            const isWhole = required.only === undefined && required.shard === undefined
            if (json) printJson({ report })
            else printLines(...summaryOf(report, isWhole), `report: ${required.out}/report.json`)
            finish(report.classes.find(result => result.class === of)?.isMet ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

/** @throws InputError naming the first one that is missing */
function requireAll(options: Partial<ConformOptions>): ConformOptions {
    for (const name of ["ics", "target", "out"] as const)
        if (options[name] === undefined)
            throw new InputError(`--${name} is missing; see domovoi conform --help for examples`)
    return options as ConformOptions
}

/** One run at a time in a folder. */
async function tried(
    options: ConformOptions,
    declared: Declaration,
    now: Date,
    json: boolean | undefined,
    progress: Progress,
): Promise<Report> {
    const target = parseTarget(options.target)
    requireDeclared(target, declared)
    const folder = new ResultsFolder(options.out)
    try {
        const subject = await subjectAt(target, options, declared, now, progress)
        return await triedOn(subject, folder, options, declared, now, json, progress).finally(() =>
            subject.bench.close(),
        )
    } finally {
        folder.release()
    }
}

async function triedOn(
    subject: Subject,
    folder: ResultsFolder,
    { target, only, shard, resume = false }: ConformOptions,
    declared: Declaration,
    now: Date,
    json: boolean | undefined,
    progress: Progress,
): Promise<Report> {
    const plan = planFor({ declared, subject, only, shard })
    if (plan.length === 0)
        throw new InputError(
            only === undefined
                ? `--shard ${shard?.part}/${shard?.of}: there are only ${TESTS.length} tests; name fewer parts`
                : `--only ${only}: no such test or control in this part; see domovoi conform list`,
        )
    const about = { declared, target, seed: subject.seed, suite: sdkVersion(), plan: plan.map(({ test }) => test.id) }
    const journal = folder.journal(about, resume)
    const report = await conform({
        declared,
        subject,
        now,
        only,
        shard,
        known: journal.known,
        onProof: before => journal.begin(before),
        progress: step => progress.show(step),
        onResult(result, at) {
            journal.add(result)
            const { id, verdict, seen } = result
            if (json) printJson({ at: at + 1, of: plan.length, result })
            else progress.print([mark(verdict), `  ${id}${COUNTS_AS_MET.includes(verdict) ? "" : `: ${seen}`}`])
        },
    })
    folder.keep(report)
    journal.remove()
    return report
}

/** What is declared of a simulated device has to be what is simulated. */
function requireDeclared(target: Target, { device }: Declaration): void {
    if (target.kind === "sim" && target.definition.id !== device.board)
        throw new InputError(`--target: the declaration is of a device on ${device.board}, not ${target.definition.id}`)
}

async function subjectAt(
    target: Target,
    { target: text, seed, ca, crl, allowTestUnits }: Pick<ConformOptions, "target" | "seed" | keyof TrustOptions>,
    declared: Declaration,
    now: Date,
    progress: Progress,
): Promise<Subject> {
    if (target.kind === "sim") {
        const { device, definition } = target
        const { profile, class: securityClass } = declared.device
        return simulatedSubject({ device, definition, profile, seed: seed ?? "1" }, securityClass)
    }
    // Who knew the challenges could have the answers ready.
    if (seed !== undefined) throw new InputError("--seed is for simulated devices: leave it out")
    const { serial } = declared.device
    const policy = readPolicy({ ca, crl, allowTestUnits, serial, target: target.kind }, now)
    // What does not run is a finding.
    const link = await remoteLink(target, "connect", progress)
    const person = process.stdin.isTTY && process.stderr.isTTY ? atTerminal(progress) : undefined
    const bench = new UnitBench(text, link, person)
    return { bench, packages: packagesIn(declared), trust: policy, seed: "", random: () => randomBytes }
}

function remoteLink(target: Exclude<Target, { kind: "sim" }>, reach: Reach, progress: Progress): Promise<WholeLink> {
    const where = target.kind === "serial" ? { port: target.port, url: "" } : { url: target.url, port: undefined }
    return reachedUnit({ target: target.kind, ...where }, reach, progress.waiting)
}

function atTerminal(progress: Progress): Person {
    return {
        async does(what) {
            progress.clear()
            const lines = createInterface({ input: process.stdin, output: process.stderr })
            await lines.question(`Please ${what}, and press Enter: `).finally(() => lines.close())
        },
    }
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
    const link = await remoteLink(target, "open", progress)
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

const MARKS: Readonly<Record<Verdict, Line>> = {
    enforced: green("enforced      "),
    measured: green("measured      "),
    documented: yellow("documented    "),
    notMet: red("not met       "),
    inconclusive: yellow("inconclusive  "),
    notAssessed: yellow("not assessed  "),
    notApplicable: "not applicable",
}

const mark = (verdict: Verdict) => [MARKS[verdict]].flat()[0]

function summaryOf({ before, isSame, controls, classes }: Report, isWhole: boolean): Line[] {
    const said = "refusal" in before ? `the device did not prove who it is: ${before.refusal}` : deviceLine(before)
    return [
        "",
        said,
        ...(isSame ? [] : [red("It is not proved that the same device with the same program was there all the time.")]),
        ...controls
            .filter(({ tests }) => isWhole || tests.length > 0)
            .map(({ id, title, verdict, why }): Line => [mark(verdict), `  ${id} ${title}${why ? `: ${why}` : ""}`]),
        ...classes.map(classLine),
    ]
}

const deviceLine = ({ model, serial, version, program }: Exclude<Report["before"], { refusal: string }>) =>
    `${model}, ${serial}, firmware ${version}, program ${program}`

function classLine({ class: of, isMet, missing }: ClassResult): Line {
    const name = bold(`Class ${of}`)
    return isMet
        ? [name, ": ", green("met")]
        : [name, ": ", red("not met"), `, for ${missing.map(({ id }) => id).join(", ")}`]
}

function parseClass(text: string): 1 | 2 {
    if (text !== "1" && text !== "2") throw new InvalidArgumentError("the classes are 1 and 2.")
    return text === "1" ? 1 : 2
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
  domovoi conform --ics bell.yaml --target serial:/dev/ttyACM0 --ca ca.pem --class 2 --out results --json`

const INIT_EXAMPLES = `
Examples:
  domovoi conform init --target sim:doorbell_c3/doorbell --profile verified -o bell.yaml
  domovoi conform init --target serial:/dev/ttyACM0 --board valve_pico -o valve.yaml`
