import { Command } from "commander"
import { type BoardProof, proveBoards } from "../host/board/prove-boards"
import { ExitStatus } from "./exit-status"
import { bold, green, type Line, printLines, red } from "./lines"
import { printJson } from "./print-json"

/** @param finish takes the exit status if the command runs through */
export function proveCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("prove")
        .description(
            "Looks at everything that the chip, people on both sides of the wall, and wear can do to a board's circuit, and says of each promise\n" +
                "whether it holds in all of it. Exit status: 0 all promises hold, 1 one is broken, 2 bad input.",
        )
        .argument(
            "[board]",
            "a reference board, or a circuit file with its board file beside it; all reference boards if left out",
        )
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action((target: string | undefined, { json }: { json?: boolean }) => {
            const boards = proveBoards(target)
            const kept = boards.every(({ broken }) => broken.length === 0)
            if (json) printJson({ kept, boards })
            else printLines(...boards.flatMap((board, i) => (i === 0 ? linesOf(board) : ["", ...linesOf(board)])))
            finish(kept ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

/** For a person. */
function linesOf({ board, file, proved, broken }: BoardProof): Line[] {
    const verdict = `${proved.length} of ${proved.length + broken.length} promises hold`
    return [
        [bold(`${board} (${file}): `), broken.length === 0 ? green(verdict) : red(verdict)],
        ...proved.map(({ part, promise, says, witness, combinations, withinMs }) => {
            const looked = combinations > 0 ? `${combinations} combinations` : "by declaration"
            const time = withinMs === undefined ? "" : `, ${withinMs} ms`
            return [green("kept"), `    ${part}.${promise}: ${says} [${witness}, ${looked}${time}]`]
        }),
        ...broken.flatMap(({ part, promise, says, fault }) => [
            [red("broken"), `  ${part}.${promise}: ${says}`],
            `        ${fault}`,
        ]),
    ]
}

const EXAMPLES = `
Examples:
  domovoi prove
  domovoi prove doorbell_c3
  domovoi prove boards/my_board/circuit.yaml --json | jq .boards[].broken`
