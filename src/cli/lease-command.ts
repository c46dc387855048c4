import { Command } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { LEASES_VARIABLE, type Lease, Leases } from "../host/conformance/lease"
import { parseTarget } from "../host/conformance/target"
import { InputError } from "../host/input-error"
import { me } from "./desk-bench"
import { ExitStatus } from "./exit-status"
import { type Line, printLines } from "./lines"
import { printJson } from "./print-json"
import { parseSpan } from "./span-option"

interface TakeOptions {
    target: string
    as: string
    for: number
    break?: string
    json?: boolean
}

const US_PER_MS = 1000

/** @param finish takes the exit status if the command runs through */
export function leaseCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    return new Command("lease")
        .description(
            "Keeps a bench for one person while they are at it: domovoi conform runs there for nobody else meanwhile, and takes it by itself for as long as\n" +
                `it runs. Leases are files in a folder of this machine; ${LEASES_VARIABLE} names another, such as one that several machines share.`,
        )
        .addHelpText("after", EXAMPLES)
        .addCommand(takeCommand(clock))
        .addCommand(endCommand(finish, clock))
        .addCommand(listCommand(clock))
}

function takeCommand(clock: HostClock): Command {
    return new Command("take")
        .summary("keep a bench, or keep it for longer")
        .requiredOption("--target <where>", "serial:PORT or ws:URL")
        .requiredOption("--for <span>", "from now on, such as 2h or 30m", parseSpan)
        .option("--as <name>", "who takes it", me())
        .option("--break <why>", "take it from whoever has it, and leave them this word")
        .option("--json", "print one JSON object")
        .action(({ target, as: who, for: spanUs, break: breaks, json }: TakeOptions) => {
            const now = clock()
            const until = new Date(now.getTime() + spanUs / US_PER_MS)
            const lease = new Leases().take({ target: onDesk(target), who, until, breaks }, now)
            if (json) printJson(shown(lease))
            else printLines(leaseLine(lease))
        })
}

function endCommand(finish: (status: ExitStatus) => void, clock: HostClock): Command {
    return new Command("end")
        .summary("give a bench back")
        .requiredOption("--target <where>", "serial:PORT or ws:URL")
        .option("--as <name>", "who has it", me())
        .action(({ target, as: who }: Pick<TakeOptions, "target" | "as">) => {
            const leases = new Leases()
            const lease = leases.of(onDesk(target), clock())
            if (lease && lease.who !== who)
                throw new InputError(
                    `${target}: ${lease.who} has the bench, not ${who}; take it with --break and a word that says why`,
                )
            if (lease) leases.end(lease)
            printLines(lease ? `${target}: nobody has it now` : `${target}: nobody had it`)
            finish(lease ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function listCommand(clock: HostClock): Command {
    return new Command("list")
        .summary("say who has which bench, and until when")
        .option("--json", "print one JSON object")
        .action(({ json }: { json?: boolean }) => {
            const leases = new Leases().list(clock())
            if (json) printJson({ leases: leases.map(shown) })
            else printLines(...(leases.length > 0 ? leases.map(leaseLine) : ["nobody has a bench"]))
        })
}

/** @throws InputError if it is no target, or one that is simulated: everybody has their own */
function onDesk(target: string): string {
    if (parseTarget(target).kind === "sim")
        throw new InputError(`${target}: whoever simulates a device has it alone; name a port or an address`)
    return target
}

/** The token is for whoever took it. */
const shown = ({ token: _, ...lease }: Lease) => lease

function leaseLine({ target, who, until, broke }: Lease): Line {
    return `${target}: ${who}, until ${until}${broke ? `, taken from ${broke.who}: ${broke.why}` : ""}`
}

const EXAMPLES = `
Examples:
  domovoi lease take --target serial:/dev/ttyACM0 --for 2h
  domovoi lease take --target serial:/dev/ttyACM0 --for 30m --break "the night run hangs"
  domovoi lease end --target serial:/dev/ttyACM0
  domovoi lease list --json`
