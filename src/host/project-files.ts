import files, { existsSync, readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { boardIds } from "../../simulators/board/definition"
import { createFolder } from "./identity/durable-file"
import { InputError } from "./input-error"
import { MAX_FILE_BYTES, readInputFile } from "./input-file"
import { writeOutputFile } from "./output-file"
import { sdkRoot } from "./sdk-root"

export interface ProjectFilesOptions {
    /** Root of the maker's project, where `devsconfig.json` is. */
    project: string
    /** A board of the SDK whose board file is wanted too. */
    board?: string
    /** Overwrite files that differ. */
    force?: boolean
}

/** What became of a file. The path is relative to the project. */
export interface CopiedFile {
    path: string
    outcome: "copied" | "unchanged"
}

/**
 * Copies the SDK's service specifications, and a board file, into a maker's project: the DeviceScript compiler looks for them in the
 * project's own `services/` and `boards/` and nowhere else. Either all files are copied or none.
 * @throws InputError if this is no DeviceScript project, there is no such board, or a file there differs and `force` is not set
 */
export function copyProjectFiles({ project, board, force = false }: ProjectFilesOptions): CopiedFile[] {
    if (!existsSync(join(project, "devsconfig.json")))
        throw new InputError(
            `${project}: no devsconfig.json, so this is no DeviceScript project; run "devs init" there first`,
        )

    const wanted = [...serviceFiles(), ...(board === undefined ? [] : [boardFile(board)])].map(({ from, path }) => {
        const to = join(project, path)
        const content = readInputFile(from)
        const state = !existsSync(to)
            ? "missing"
            : readInputFile(to, MAX_FILE_BYTES.source).equals(content)
              ? "unchanged"
              : "different"
        return { content, to, path, state }
    })
    const changed = wanted.find(({ state }) => state === "different")
    if (changed && !force)
        throw new InputError(`${changed.path}: differs from the SDK's; move it away, or overwrite it with --force`)

    for (const { content, to } of wanted.filter(({ state }) => state !== "unchanged")) {
        createFolder(files, dirname(to))
        writeOutputFile(to, content)
    }
    return wanted.map(({ path, state }) => ({ path, outcome: state === "unchanged" ? "unchanged" : "copied" }))
}

interface SourceFile {
    from: string
    /** In the project, relative to it. */
    path: string
}

function serviceFiles(): SourceFile[] {
    const folder = join(sdkRoot, "services")
    const names = readdirSync(folder).filter(name => name.endsWith(".md"))
    return names.sort().map(name => ({ from: join(folder, name), path: join("services", name) }))
}

function boardFile(board: string): SourceFile {
    const boards = boardIds(join(sdkRoot, "boards"))
    if (!boards.includes(board)) throw new InputError(`unknown board "${board}"; known: ${boards.join(", ")}`)
    return { from: join(sdkRoot, "boards", board, `${board}.board.json`), path: join("boards", `${board}.board.json`) }
}
