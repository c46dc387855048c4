import { randomBytes } from "node:crypto"
import { Command } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { checkLog, type LogCheck } from "../host/eventlog/check-log"
import { entryText, kindText } from "../host/eventlog/entry-text"
import { decodeLogFile, encodeLogFile } from "../host/eventlog/log-file"
import { type PulledLog, pullLog } from "../host/eventlog/pull-log"
import { type KeptWitness, readWitness, writeWitness } from "../host/eventlog/witness-file"
import { InputError } from "../host/input-error"
import { readInputFile } from "../host/input-file"
import { writeOutputFile } from "../host/output-file"
import { ExitStatus } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type OwnSessionOption, withOwnSession, withUnitInSession } from "./session-options"
import {
    parseSerial,
    readPolicy,
    type TrustOptions,
    type UnitOptions,
    withTrustOptions,
    withUnitOptions,
} from "./unit-options"

interface VerifyOptions extends TrustOptions {
    serial?: string
    target?: UnitOptions["target"]
    witness?: string
    json?: boolean
}

interface PullOptions extends VerifyOptions, UnitOptions, OwnSessionOption {
    target: UnitOptions["target"]
    output: string
}

/** @param finish takes the exit status if the command runs through */
export function logCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    return new Command("log").addCommand(pullCommand(finish, clock)).addCommand(verifyCommand(finish, clock))
}

function pullCommand(finish: (status: ExitStatus) => void, clock: HostClock): Command {
    const command = new Command("pull")
        .summary("read a unit's log into a file, and check it")
        .description(
            "Reads the log and the unit's signed statement about it, keeps both in a file, and checks them.\n" +
                "Exit status: 0 the log is whole, 1 it is not, or the unit does not answer, 2 bad input.",
        )
        .requiredOption("-o, --output <file>", "where the log goes")
    return withTrustOptions(withOwnSession(withUnitOptions(command)))
        .option("--witness <file>", "what was seen of this log earlier; written anew if nothing speaks against the log")
        .option("--json", "print one JSON object")
        .addHelpText("after", PULL_EXAMPLES)
        .action(async (options: PullOptions) => {
            const { output, witness } = options
            const check = checker(options, clock())
            const progress = new Progress(process.stderr)
            const pulled = await withUnitInSession<PulledLog | { detail: string }>(
                options,
                "open",
                link => pullLog(link, randomBytes, entries => progress.show(`${entries} entries read`)),
                detail => ({ detail }),
                progress.waiting,
            ).finally(() => progress.clear())
            if ("detail" in pulled) {
                show(output, { refusal: "noAnswer", detail: pulled.detail }, options.json)
                finish(ExitStatus.Failed)
                return
            }
            writeOutputFile(output, encodeLogFile(pulled))
            const verdict = check(pulled, pulled.challenge)
            show(output, verdict, options.json)
            if (witness !== undefined && isWhole(verdict)) keep(witness, verdict)
            finish(isWhole(verdict) ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function verifyCommand(finish: (status: ExitStatus) => void, clock: HostClock): Command {
    const command = new Command("verify")
        .summary("check a log that was read earlier")
        .description(
            "Checks certificate, signature, chain and numbers. Whether the file is the newest log of its unit, only the one who pulled it knows,\n" +
                "or a witness of a later one. Exit status: 0 the log is whole, 1 it is not, 2 bad input.",
        )
        .argument("<file>", "what domovoi log pull wrote")
        .option("--serial <number>", "the serial number that the unit has to have", parseSerial)
    return withTrustOptions(command)
        .option("--witness <file>", "what was seen of this log earlier, as domovoi log pull wrote it")
        .option("--json", "print one JSON object")
        .addHelpText("after", VERIFY_EXAMPLES)
        .action(async (file: string, options: VerifyOptions) => {
            const log = decodeLogFile(file, readInputFile(file))
            if (options.witness !== undefined && !readWitness(options.witness))
                throw new InputError(`${options.witness}: no such file; "domovoi log pull --witness" writes it`)
            const verdict = checker(options, clock())(log, undefined)
            show(file, verdict, options.json)
            finish(isWhole(verdict) ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

type Verdict = LogCheck | { refusal: "noAnswer"; detail: string }
type Whole = Extract<LogCheck, { report: unknown }>

/** Reads all that logs are measured by, before anything is done. */
function checker(options: VerifyOptions, now: Date) {
    const seen = options.witness === undefined ? undefined : readWitness(options.witness)
    // A witness is of one unit.
    const policy = readPolicy({ ...options, serial: options.serial ?? seen?.serial }, now)
    return (log: Parameters<typeof checkLog>[0], challenge: Uint8Array | undefined): LogCheck =>
        checkLog(log, policy, challenge, seen)
}

function isWhole(verdict: Verdict): verdict is Whole {
    return "report" in verdict && verdict.report.findings.length === 0
}

function keep(path: string, { unit, report }: Whole): void {
    const kept: KeptWitness | undefined = report.witness && { serial: unit.serial, ...report.witness }
    if (kept) writeWitness(path, kept)
}

function show(file: string, verdict: Verdict, json: boolean | undefined): void {
    if (json) printJson({ file, ...jsonOf(verdict) })
    else printLines(...textOf(file, verdict).split("\n"))
}

function jsonOf(verdict: Verdict): object {
    if ("refusal" in verdict) return { whole: false, ...verdict }
    const { serial, manufacturer, isTestUnit } = verdict.unit
    return { whole: isWhole(verdict), serial, manufacturer, isTestUnit, ...verdict.report }
}

function textOf(file: string, verdict: Verdict): string {
    if ("refusal" in verdict) {
        const detail = verdict.detail === undefined ? "" : ` (${verdict.detail})`
        return `${file}: refused: ${verdict.refusal}${detail}`
    }
    const { serial, isTestUnit } = verdict.unit
    const { entries, kinds, findings } = verdict.report
    const judgement = findings.length === 0 ? "whole" : `not whole: ${findings.join(", ")}`
    return [
        `${file}: log of ${isTestUnit ? "test unit " : ""}${serial}, ${entries.length} entries, ${judgement}`,
        ...entries.map(entry => `${entry.sequence}  start ${entry.boot}, ${entry.uptimeS} s  ${entryText(entry)}`),
        ...(kinds ? ["Of each kind:", ...kinds.map(kindText)] : ["Made by a program that kept no ledger."]),
    ].join("\n")
}

const PULL_EXAMPLES = `
Examples:
  domovoi log pull -o gv-0001.log --serial GV-0001
  domovoi log pull -o gv-0001.log --serial GV-0001 --witness gv-0001.witness
  domovoi log pull -o valve.log --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl --json`

const VERIFY_EXAMPLES = `
Examples:
  domovoi log verify gv-0001.log --allow-test-units
  domovoi log verify valve.log --ca ca.pem --crl devices.crl --witness valve.witness --json`
