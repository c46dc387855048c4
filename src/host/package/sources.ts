import { posix } from "node:path"
import { type Project, type ProjectFile, SDK_NAME } from "../build/project"

/** What the compiler put into an image: files of the project and the SDK, and libraries that the compiler brings along. */
export interface Sources {
    /** In the order of their paths. */
    files: ProjectFile[]
    /** Names as imported: `@devicescript/core`. */
    libraries: string[]
}

/** Whatever the entry imports, and what that imports in turn. */
export function sourcesOf(project: Project): Sources {
    const known = new Map(project.files.map(file => [file.path, file]))
    const files = new Map<string, ProjectFile>()
    const libraries = new Set<string>()
    const open = [project.entry]
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
        const file = known.get(path)
        if (!file || files.has(path)) continue
        files.set(path, file)
        for (const [, name] of file.text.matchAll(IMPORT)) {
            const imported = candidates(name, path).find(candidate => known.has(candidate))
            if (imported) open.push(imported)
            else libraries.add(name)
        }
    }
    return { files: [...files.values()].sort(byPath), libraries: [...libraries].sort() }
}

/** `import … from "name"`, `export … from "name"` and `import "name"`, but not what is imported for its types alone. */
const IMPORT = /^\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm

/** Where an imported module may lie in the project. */
function candidates(name: string, importer: string): string[] {
    if (name.startsWith(".")) return modulePaths(posix.join(posix.dirname(importer), name))
    const board = /^@dsboard\/(\w+)$/.exec(name)
    if (board) return [`boards/${board[1]}.board.json`]
    return modulePaths(name === SDK_NAME ? `node_modules/${SDK_NAME}/devs/index` : `node_modules/${name}`)
}

function modulePaths(path: string): string[] {
    return [`${path}.ts`, `${path}/index.ts`]
}

function byPath(a: ProjectFile, b: ProjectFile): number {
    return a.path < b.path ? -1 : 1
}
