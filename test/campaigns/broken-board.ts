import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"

/** A place in a circuit's file, which has to be there once, and what takes its place. */
export type CircuitEdit = readonly [from: string, to: string]

/** A board of `boards/` with places of its circuit replaced. @throws Error if its file has no such place, or several */
export function brokenBoard(board: string, ...edits: readonly CircuitEdit[]): BoardDefinition {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-broken-board-"))
    try {
        cpSync(join("boards", board), join(folder, board), { recursive: true })
        const file = join(folder, board, "circuit.yaml")
        let text = readFileSync(file, "utf8")
        for (const [from, to] of edits) {
            const parts = text.split(from)
            if (parts.length !== 2)
                throw new Error(
                    `${board}: its circuit has ${parts.length - 1} places with "${from}"; name one that it has`,
                )
            text = parts.join(to)
        }
        writeFileSync(file, text)
        return loadBoard(board, folder)
    } finally {
        rmSync(folder, { recursive: true })
    }
}
