import type { BoardDefinition } from "../../simulators/board/definition"
import { brokenBoard, type CircuitEdit } from "../campaigns/broken-board"

/** As a mutant's `board` has it. */
export const brokenBy =
    (...edits: readonly CircuitEdit[]) =>
    ({ id }: BoardDefinition): BoardDefinition =>
        brokenBoard(id, ...edits)
