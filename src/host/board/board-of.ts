/** A board that a command is given: one of the SDK's, or a maker's by its circuit file. */
import { readdirSync } from "node:fs"
import { basename, dirname, extname, join } from "node:path"
import { type BoardDefinition, loadBoardFiles } from "../../../simulators/board/definition"
import { InputError } from "../input-error"
import { referenceBoard } from "../unit/reference-board"

const BOARD_FILE = ".board.json"

/**
 * @param target a reference board, or a circuit file with its board file beside it
 * @throws InputError if there is not one board file beside the circuit file
 * @throws DocumentError if there is no such board, or one of its files cannot be used
 */
export function boardOf(target: string): BoardDefinition {
    return [".yaml", ".yml"].includes(extname(target)) ? boardOfCircuit(target) : referenceBoard(target)
}

function boardOfCircuit(file: string): BoardDefinition {
    const folder = dirname(file)
    const beside = filesIn(folder).filter(name => name.endsWith(BOARD_FILE))
    if (beside.length !== 1)
        throw new InputError(
            `${file}: needs its board file beside it, whose pins it names; ${folder} has ${beside.join(" and ") || `no *${BOARD_FILE}`}`,
        )
    return loadBoardFiles(basename(beside[0], BOARD_FILE), join(folder, beside[0]), file)
}

function filesIn(folder: string): string[] {
    try {
        return readdirSync(folder).sort()
    } catch (error) {
        throw new InputError(`${folder}: cannot be read: ${(error as Error).message}`)
    }
}
