import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"

/** A board of `boards/` with one line of its circuit replaced. */
export function brokenBoard(board: string, from: string, to: string): BoardDefinition {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-broken-board-"))
    try {
        cpSync(join("boards", board), join(folder, board), { recursive: true })
        const file = join(folder, board, "circuit.yaml")
        const sound = readFileSync(file, "utf8")
        if (!sound.includes(from)) throw new Error(`${board}: its circuit has no "${from}"; name a line that it has`)
        writeFileSync(file, sound.replace(from, to))
        return loadBoard(board, folder)
    } finally {
        rmSync(folder, { recursive: true })
    }
}
