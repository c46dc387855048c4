import { join } from "node:path"
import { boardIds } from "../../../simulators/board/definition"
import { type Proof, prove } from "../../../simulators/circuit/proof"
import { sdkRoot } from "../sdk-root"
import { referenceBoard } from "../unit/reference-board"
import { boardOf } from "./board-of"

export interface BoardProof extends Proof {
    board: string
    /** Path of its circuit file. */
    file: string
}

/**
 * Proves or breaks what circuit files promise.
 * @param target see `boardOf`; every reference board if left out
 * @throws InputError if there is not one board file beside the circuit file
 * @throws DocumentError if there is no such board, or one of its files cannot be used
 */
export function proveBoards(target: string | undefined): BoardProof[] {
    const boards = target === undefined ? boardIds(join(sdkRoot, "boards")).map(referenceBoard) : [boardOf(target)]
    return boards.map(({ id, circuit }) => ({ board: id, file: circuit.file, ...prove(circuit) }))
}
