/** A device and all that its compilation reads, gathered from where the maker and the SDK keep it. */
import { existsSync, statSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path"
import { readBoundedFile } from "../../../simulators/bounded-file"
import { MAX_FILE_BYTES } from "../input-file"
import { sdkRoot } from "../sdk-root"
import { BuildError } from "./build-error"
import { manifestOf } from "./manifest-of"

export const SDK_NAME = "devicescript-domovoi"

/** Folder of the reference devices. */
const devices = join(sdkRoot, "devs/devices")

/** A file of the project. */
export interface ProjectFile {
    /** Where the compiler sees it: relative to the project, with forward slashes. */
    path: string
    /** Where it came from, for diagnostics. */
    origin: string
    text: string
}

export interface Project {
    /** File name of the entry without its extension. */
    device: string
    name: string
    version: string
    board: string | undefined
    /** The entry's `path`. */
    entry: string
    /** Everything the compiler reads, ordered by path. */
    files: ProjectFile[]
    cacheDir: string
}

/**
 * Gathers the project of a device, laid out as the compiler wants it: the entry's folder as `src/` (or the `src` folder above the entry),
 * the SDK and the project's other libraries in `node_modules/`, and the board and service files of the SDK and the project side by side.
 * @param device the name of a reference device or the path of a TypeScript file
 * @throws BuildError if there is no such device
 */
export async function loadProject(device: string): Promise<Project> {
    const entry = await findEntry(device)
    const folder = dirname(entry)
    const root = folderAbove(folder, candidate => manifestOf(candidate) !== undefined) ?? sdkRoot
    const sources = folderAbove(folder, candidate => basename(candidate) === "src") ?? folder
    const { name = SDK_NAME, version = "0.0.0" } = manifestOf(root)!

    const found = [
        { path: "package.json", origin: join(root, "package.json"), text: JSON.stringify({ name, version }) },
        { path: "devsconfig.json", origin: root, text: "{}\n" },
        ...(await textFiles(sources, "src", ".ts")),
        ...(await sdkFiles()),
        ...(await libraryFiles(root)),
        // What the project says of a board or service goes before what the SDK says.
        ...(await boardAndServiceFiles(sdkRoot)),
        ...(await boardAndServiceFiles(root)),
    ]
    const files = new Map(found.map(file => [file.path, file]))
    const entryPath = `src/${forwardSlashes(relative(sources, entry))}`
    return {
        device: basename(entry, extname(entry)),
        name,
        version,
        board: boardOf(files.get(entryPath)!.text),
        entry: entryPath,
        files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
        cacheDir: join(root, ".devicescript/domovoi"),
    }
}

/** Name of the reference device that runs on a board, if there is one. */
export async function referenceDeviceFor(board: string): Promise<string | undefined> {
    const found = (await referenceDevices()).find(({ text }) => boardOf(text) === board)
    return found && basename(found.path, ".ts")
}

function referenceDevices(): Promise<ProjectFile[]> {
    return textFiles(devices, "", ".ts")
}

/** The board whose pins a source imports. */
function boardOf(source: string): string | undefined {
    return /["']@dsboard\/(\w+)["']/.exec(source)?.[1]
}

async function findEntry(device: string): Promise<string> {
    const isPath = /\.\w+$|[/\\]/.test(device)
    const entry = isPath ? resolve(device) : join(devices, `${device}.ts`)
    // No system has such a name, and Node throws at it.
    if (entry.includes("\0")) throw new BuildError(`no device is called ${JSON.stringify(device)}`)
    if (entry.endsWith(".ts") && statSync(entry, { throwIfNoEntry: false })?.isFile()) return entry
    if (isPath) throw new BuildError(`no device source at ${device}: give the path of a TypeScript file`)
    const known = (await referenceDevices()).map(file => basename(file.path, ".ts"))
    throw new BuildError(
        `unknown device "${device}": give one of ${known.join(", ")}, or the path of a TypeScript file that ends in .ts`,
    )
}

async function sdkFiles(): Promise<ProjectFile[]> {
    const path = `node_modules/${SDK_NAME}`
    return [
        manifestFile(sdkRoot, path),
        ...(await textFiles(join(sdkRoot, "devs"), `${path}/devs`, ".ts")),
        ...(await textFiles(join(sdkRoot, "src/core"), `${path}/src/core`, ".ts")),
    ]
}

/** The DeviceScript libraries that a project depends on, other than the SDK. */
async function libraryFiles(root: string): Promise<ProjectFile[]> {
    const files: ProjectFile[] = []
    for (const name of Object.keys(manifestOf(root)?.dependencies ?? {})) {
        const path = `node_modules/${name}`
        const folder = join(root, path)
        if (name === SDK_NAME || !manifestOf(folder)?.devicescript?.library) continue
        files.push(manifestFile(folder, path), ...(await textFiles(folder, path, ".ts")))
    }
    return files
}

/** The compiler looks for boards in one flat folder; the SDK gives each board a folder of its own. */
async function boardAndServiceFiles(home: string): Promise<ProjectFile[]> {
    const boards = await textFiles(join(home, "boards"), "boards", ".board.json")
    const services = await textFiles(join(home, "services"), "services", ".md")
    return [...boards.map(board => ({ ...board, path: `boards/${basename(board.path)}` })), ...services]
}

/** A library's package.json with only the fields that the compiler reads, so that a change elsewhere in it leaves the image as it is. */
function manifestFile(folder: string, path: string): ProjectFile {
    const { name, version, main, devicescript } = manifestOf(folder)!
    const text = JSON.stringify({ name, version, main, devicescript })
    return { path: `${path}/package.json`, origin: join(folder, "package.json"), text }
}

/** Most files and folders below a folder of sources: somebody's home is no project. */
const MAX_ENTRIES = 20_000

/**
 * The files below `folder` whose names end in `ending`, without dot folders and `node_modules`. Empty if there is no such folder.
 * @throws BuildError if one cannot be read or is longer than a source is, or there are more than `MAX_ENTRIES`
 */
async function textFiles(folder: string, path: string, ending: string, looked = { at: 0 }): Promise<ProjectFile[]> {
    if (!existsSync(folder)) return []
    const files: ProjectFile[] = []
    for (const item of await readdir(folder, { withFileTypes: true })) {
        if (looked.at++ === MAX_ENTRIES)
            throw new BuildError(`${folder}: more than ${MAX_ENTRIES} files; give the sources a folder of their own`)
        const origin = join(folder, item.name)
        const itemPath = `${path}/${item.name}`
        if (item.isDirectory() && !/^\.|^node_modules$/.test(item.name))
            files.push(...(await textFiles(origin, itemPath, ending, looked)))
        else if (item.isFile() && item.name.endsWith(ending))
            files.push({ path: itemPath, origin, text: sourceText(origin) })
    }
    return files
}

function sourceText(file: string): string {
    try {
        return readBoundedFile(file, MAX_FILE_BYTES.source).toString()
    } catch (error) {
        throw new BuildError(`${file}: cannot be read: ${(error as Error).message}`)
    }
}

/** `folder` or the nearest folder above it that passes `test`. */
function folderAbove(folder: string, test: (folder: string) => boolean): string | undefined {
    if (test(folder)) return folder
    const parent = dirname(folder)
    return parent === folder ? undefined : folderAbove(parent, test)
}

function forwardSlashes(path: string): string {
    return path.split(sep).join("/")
}
