import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { Command, InvalidArgumentError, Option } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { diagnose } from "../host/doctor/diagnose"
import { type Examination, examine } from "../host/doctor/examine"
import type { Finding, Verdict } from "../host/doctor/finding"
import { type Place, placeOf, UNKNOWN_PLACE } from "../host/doctor/place"
import type { ChainPolicy } from "../host/identity/chain"
import { InputError } from "../host/input-error"
import { referenceBoard } from "../host/unit/reference-board"
import { UnitFile } from "../host/unit/unit-file"
import { LinkError, type WholeLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { green, type Line, printLines, red, yellow } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import {
    reachedUnit,
    readPolicy,
    requiredUnitFile,
    type TrustOptions,
    type UnitOptions,
    withTrustOptions,
    withUnitOptions,
} from "./unit-options"

interface DoctorOptions extends UnitOptions, TrustOptions {
    board?: string
    fault: PartAction[]
    json?: boolean
}

/** What is done to a part of a simulated board. */
interface PartAction {
    part: string
    action: string
    argument?: number | string
}

/** @param finish takes the exit status if the command runs through */
export function doctorCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("doctor").description(
        "Asks a unit for all that it can say of itself, tries what can be tried, and says in plain words what it found and what to do next.\n" +
            "Changes nothing but what asking changes. It cannot find what no unit senses of itself: a valve or a button that sticks, a burnt lamp.\n" +
            "Exit status: 0 nothing of what it looks at is wrong, 1 something is, or may be, 2 bad input.",
    )
    return withTrustOptions(withUnitOptions(command))
        .option(
            "--board <id>",
            "the unit's board, such as valve_pico, for its pins (default: the unit's certificate says it)",
        )
        .addOption(
            new Option(
                "--fault <part=action[=value]>",
                "break a part of the simulated unit first, to see what would be said; the unit's file stays as it is (sim)",
            )
                .argParser((text, earlier: PartAction[]) => [...earlier, parseFault(text)])
                .default([], "none"),
        )
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async ({ json, board, fault, ...options }: DoctorOptions) => {
            const now = clock()
            const isCaGiven = command.getOptionValueSource("ca") !== "default"
            // Who only wants to know which part is broken need not have an authority.
            const policy = isCaGiven || existsSync(options.ca) ? readPolicy(options, now) : undefined
            const progress = new Progress(process.stderr)
            const examination = await examined(options, fault, policy, progress).finally(() => progress.clear())
            const findings = diagnose(examination, placeFor(options, board, examination))
            const isWell = findings.every(({ verdict }) => verdict === "healthy")
            if (json) printJson({ healthy: isWell, chip: examination.chip, findings })
            else printLines(...findings.flatMap(linesOf))
            finish(isWell ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

async function examined(
    unit: UnitOptions,
    faults: readonly PartAction[],
    policy: ChainPolicy | undefined,
    progress: Progress,
): Promise<Examination> {
    try {
        const link = await (faults.length > 0 ? broken(unit, faults) : reachedUnit(unit, "connect", progress.waiting))
        const show = (step: string) => progress.show(step)
        return await examine({ link, policy, random: randomBytes, progress: show }).finally(() => link.close())
    } catch (error) {
        // A way on which nobody answers is a finding like any other.
        if (error instanceof LinkError) return { reach: "silent", detail: error.message }
        throw error
    }
}

/** A simulated unit with faults, which ends with the command. */
async function broken({ target, ...named }: UnitOptions, faults: readonly PartAction[]): Promise<WholeLink> {
    if (target !== "sim") throw new InputError("--fault is for simulated units: leave it out, or give --target sim")
    const rehearsal = UnitFile.rehearsal(requiredUnitFile(named))
    for (const { part, action, argument } of faults) {
        const found = rehearsal.board.parts.get(part)
        if (!found) {
            const known = [...rehearsal.board.parts.keys()].join(", ")
            throw new InputError(`--fault: the board has no part "${part}"; it has ${known}`)
        }
        try {
            found.checkAct(action, argument)
        } catch (error) {
            throw new InputError(`--fault: ${(error as Error).message}`)
        }
        found.act(action, argument)
    }
    await rehearsal.connect()
    return rehearsal
}

function placeFor({ target, ...named }: UnitOptions, board: string | undefined, { proof }: Examination): Place {
    const id =
        board ??
        (target === "sim" || target === "emulator" ? UnitFile.boardOf(requiredUnitFile(named)) : undefined) ??
        (proof && "unit" in proof ? proof.unit.board : undefined)
    return id === undefined ? UNKNOWN_PLACE : placeOf(referenceBoard(id))
}

const MARKS: Readonly<Record<Verdict, Line>> = {
    healthy: green("ok     "),
    fault: red("fault  "),
    doubtful: yellow("doubt  "),
    unknown: yellow("unknown"),
}

function linesOf({ part, verdict, saw, next }: Finding): Line[] {
    const mark = MARKS[verdict]
    const first = [...[mark].flat(), ` ${part}: ${saw}`]
    return next ? [first, `        next: ${next}`] : [first]
}

function parseFault(text: string): PartAction {
    const [, part, action, argument] = /^(\w+)=([\w-]+)(?:=([\w.-]+))?$/.exec(text) ?? []
    if (!part)
        throw new InvalidArgumentError(
            "give part=action or part=action=value, such as element=unplug or gas=fail=silence.",
        )
    return { part, action, ...(argument !== undefined && { argument: argumentOf(argument) }) }
}

/** Of what an action is told: a number, or a word. */
function argumentOf(text: string): number | string {
    return Number.isNaN(Number(text)) ? text : Number(text)
}

const EXAMPLES = `
Examples:
  domovoi doctor --serial GV-0001
  domovoi doctor --target serial --port /dev/ttyACM0 --ca ca.pem --board doorbell_c3
  domovoi doctor --serial DB-0001 --fault element=unplug
  domovoi doctor --serial DB-0001 --fault fram=protect --json`
