import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"

/** A board of `boards/` with places of its circuit's file changed. @throws Error if the file has no such place, or several */
export function brokenBy(...edits: readonly (readonly [from: string, to: string])[]) {
    return ({ id }: BoardDefinition): BoardDefinition => {
        const folder = mkdtempSync(join(tmpdir(), "domovoi-mutant-"))
        try {
            cpSync(join("boards", id), join(folder, id), { recursive: true })
            const file = join(folder, id, "circuit.yaml")
            let text = readFileSync(file, "utf8")
            for (const [from, to] of edits) {
                const parts = text.split(from)
                if (parts.length !== 2)
                    throw new Error(`${id}: its circuit has ${parts.length - 1} places with "${from}"`)
                text = parts.join(to)
            }
            writeFileSync(file, text)
            return loadBoard(id, folder)
        } finally {
            rmSync(folder, { recursive: true })
        }
    }
}
