import { Command } from "commander"
import { boardOf } from "../host/board/board-of"
import { circuitDigest } from "../host/board/circuit-digest"
import { drawingOf } from "../host/board/drawing"
import { writeOutputFile } from "../host/output-file"
import { printLines } from "./lines"
import { printJson } from "./print-json"

export function boardCommand(): Command {
    return new Command("board").addCommand(drawCommand())
}

function drawCommand(): Command {
    return new Command("draw")
        .summary("draw a board's circuit")
        .description(
            "Draws the circuit file of a board as SVG: rails, switches, lines, gates, lamps and parts, what shorts what, and what is promised of them.\n" +
                "Equal files give equal drawings. Whether the board is wired like that, a drawing does not show.",
        )
        .argument("<board>", "a reference board, or a circuit file with its board file beside it")
        .requiredOption("-o, --output <file>", "where to put the drawing")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action((target: string, { output, json }: { output: string; json?: boolean }) => {
            const board = boardOf(target)
            const { svg, words } = drawingOf(board)
            writeOutputFile(output, svg)
            if (json)
                printJson({
                    board: board.id,
                    circuit: board.circuit.file,
                    sha256: circuitDigest(board.circuit),
                    file: output,
                    words,
                })
            else printLines(`${output}: circuit of ${board.id}`)
        })
}

const EXAMPLES = `
Examples:
  domovoi board draw doorbell_c3 -o doorbell.svg
  domovoi board draw boards/my_board/circuit.yaml -o my_board.svg --json | jq -r '.words[]'`
