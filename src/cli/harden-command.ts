import { Command } from "commander"
import { type LockPlan, lockPlanOf, openWays, SURFACES, type Way } from "../host/board/lock-plan"
import { referenceBoard } from "../host/unit/reference-board"
import { ExitStatus } from "./exit-status"
import { green, type Line, printLines, red } from "./lines"
import { printJson } from "./print-json"

interface HardenOptions {
    board: string
    port: string
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function hardenCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("harden")
        .summary("say how a board is locked for good, and what stays open")
        .description(
            "Prints the board's lock plan: every way into its chip, the commands of the chip maker's own tools that close it, and what each makes\n" +
                "impossible for ever. Runs none of them. Exit status: 0 every way can be closed, 1 some stay open, 2 bad input.",
        )
        .requiredOption("--board <id>", "reference board, such as doorbell_c3")
        .option("--port <path>", "serial port to put into the commands", "PORT")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(({ board, port, json }: HardenOptions) => {
            const { id } = referenceBoard(board)
            const plan = lockPlanOf(id)
            const ways = plan.ways.map(way => withPort(way, port))
            const open = openWays(plan)
            if (json) printJson({ board: id, chip: plan.chip, ways, open: open.length })
            else printLines(...headOf(id, plan, open.length), ...ways.flatMap(linesOf))
            finish(open.length === 0 ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function withPort(way: Way, port: string): Way {
    const put = (command: string) => command.replaceAll(/\bPORT\b/g, () => port)
    if ("open" in way) return way
    return { ...way, close: way.close.map(put), check: { ...way.check, command: put(way.check.command) } }
}

const headOf = (board: string, { chip, ways }: LockPlan, open: number): Line[] => [
    `${board} (${chip}): ${ways.length - open} of ${ways.length} ways in can be closed`,
    "Nothing of this is run here. What is closed stays closed: try it on a board that you can do without.",
]

function linesOf(way: Way): Line[] {
    const { surface, what } = way
    const head: Line = `${surface}, ${SURFACES[surface]}: ${what}`
    if ("open" in way)
        return [
            "",
            [red("stays open  "), head],
            `            why: ${way.open}`,
            `            meanwhile: ${way.meanwhile}`,
        ]
    return [
        "",
        [green("close       "), head],
        ...way.close.map(command => `            ${command}`),
        `            for ever: ${way.irreversible}`,
        `            check: ${way.check.command}, which has to show ${way.check.shows}`,
    ]
}

const EXAMPLES = `
Examples:
  domovoi harden --board doorbell_c3
  domovoi harden --board doorbell_c3 --port /dev/ttyACM0 --json`
