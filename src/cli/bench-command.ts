import { Command } from "commander"
import { bench, type ProgramResult, predictable } from "../host/bench/bench"
import { boardAtPort, simulatedBoard } from "../host/bench/benched-board"
import { buildBenchmark, PROGRAMS } from "../host/bench/programs"
import { InputError } from "../host/input-error"
import { referenceBoard } from "../host/unit/reference-board"
import { ExitStatus } from "./exit-status"
import { green, type Line, printLines, red, yellow } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"

interface BenchOptions {
    target: string
    board?: string
    only: string
    replaceProgram?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function benchCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("bench")
        .description(
            "Hands the benchmark programs to a board, one after the other, and holds what its own clock says against what the board's cost table\n" +
                "predicts. A program that takes more than 10 % more or less is not predicted well. The board's program is replaced, and has to be\n" +
                "installed again. Exit status: 0 all are predicted well, 1 not, 2 bad input.",
        )
        .requiredOption("--target <where>", "serial:PORT or sim:BOARD")
        .option("--board <id>", "the board at the port; left out, nothing is predicted")
        .option("--only <prefix>", "the programs whose names begin so", "")
        .option("--replace-program", "the program of the device at the port may be replaced")
        .option("--json", "print a JSON object a line: each program's result, and what came of all")
        .addHelpText("after", EXAMPLES)
        .action(async ({ json, ...options }: BenchOptions) => {
            const progress = new Progress(process.stderr)
            const results = await benched(options, json, progress).finally(() => progress.clear())
            const bad = results.filter(({ verdict }) => verdict !== "good").map(({ program }) => program)
            const isReal = options.target.startsWith("serial:")
            if (json) printJson({ ok: bad.length === 0, bad, programReplaced: isReal })
            else printLines(...summaryOf(bad, isReal))
            finish(bad.length === 0 ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

async function benched(
    { target, board: boardId, only, replaceProgram }: Omit<BenchOptions, "json">,
    json: boolean | undefined,
    progress: Progress,
): Promise<ProgramResult[]> {
    const [, kind, rest] = /^(sim|serial):(.+)$/.exec(target) ?? []
    if (kind === undefined)
        throw new InputError(`--target ${target}: give serial:PORT, or sim:BOARD such as sim:valve_pico`)
    if (kind === "sim" && boardId !== undefined) throw new InputError("--board is for boards at a port: leave it out")
    const names = PROGRAMS.filter(name => name.startsWith(only))
    if (names.length === 0) throw new InputError(`--only ${only}: no such program; there are ${PROGRAMS.join(", ")}`)
    if (kind === "serial" && !replaceProgram)
        throw new InputError(
            "the program of the device is replaced, and has to be installed again afterwards: say --replace-program if it may be",
        )
    const id = kind === "sim" ? rest : boardId
    const definition = id === undefined ? undefined : referenceBoard(id)
    progress.show("compiling")
    const programs = await Promise.all(names.map(buildBenchmark))
    if (kind === "serial" && !json) progress.print(`${rest}: its program is replaced now`)
    const board = kind === "sim" ? await simulatedBoard(definition!) : await boardAtPort(rest, progress.waiting)
    try {
        return await bench({
            board,
            programs,
            predictedFor: definition && predictable(definition),
            progress: step => progress.show(step),
            onResult: result => (json ? printJson(result) : progress.print(lineOf(result))),
        })
    } finally {
        await board.link.close()
    }
}

const MARKS: Readonly<Record<ProgramResult["verdict"], Line & object>> = {
    good: green("good         "),
    differs: red("differs      "),
    noPrediction: yellow("no prediction"),
    failed: red("failed       "),
}

function lineOf({ program, verdict, measuredMs, predictedMs, withMissesMs, ratio, why }: ProgramResult): Line {
    const figures = [
        predictedMs === undefined ? undefined : `predicted ${predictedMs.toFixed(1)} ms`,
        measuredMs === undefined ? undefined : `measured ${measuredMs} ms`,
        ratio === undefined ? undefined : `ratio ${ratio.toFixed(3)}`,
        verdict === "differs" ? `predicted with misses of the flash cache ${withMissesMs?.toFixed(1)} ms` : undefined,
        why,
    ]
    return [[MARKS[verdict]].flat()[0], `  ${program.padEnd(10)}  ${figures.filter(Boolean).join(", ")}`]
}

function summaryOf(bad: readonly string[], isReal: boolean): Line[] {
    return [
        bad.length === 0
            ? "All are within 10 % of what was predicted."
            : `Not within 10 % of a prediction: ${bad.join(", ")}.`,
        ...(isReal
            ? ["The board runs a benchmark now. Install its own program again, as it was installed first."]
            : []),
    ]
}

const EXAMPLES = `
Examples:
  domovoi bench --target sim:valve_pico
  domovoi bench --target serial:/dev/ttyACM0 --board valve_pico --replace-program
  domovoi bench --target serial:/dev/ttyACM0 --board valve_pico --only hashes --replace-program --json`
