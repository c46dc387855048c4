/** The DeviceScript compiler, run in a folder that lasts as long as the compilation. */
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { cliVersion, RuntimeVersionError } from "../../../simulators/vm/runtime"
import { CODE_LIMIT } from "../image-header"
import { unfinished } from "../unfinished"
import { BuildError, type Diagnostic } from "./build-error"
import { PROGRAM, runCompiler } from "./compiler-process"
import type { Project } from "./project"

/** Everything that decides about an image, for whoever keeps images: equal recipes make equal images. @throws RuntimeVersionError */
export function recipeOf(project: Project, cli: string): unknown {
    const files = project.files.map(({ path, text }) => [path, text])
    return [digestOfCompiler(cli), parametersFor(project), ENVIRONMENT, PROGRAM, gitVersion(project), files]
}

export interface CompileOptions {
    /** Whether an image that has more code than a runtime takes is an image all the same: one for the optimiser. Default: no. */
    anySize?: boolean
}

/**
 * Compiles a project's entry.
 * @param cli folder of the compiler's package
 * @returns the image
 * @throws BuildError with the compiler's diagnostics, in terms of the files the project was gathered from
 * @throws RuntimeVersionError if there is no compiler
 */
export async function compile(project: Project, cli: string, options: CompileOptions = {}): Promise<Uint8Array> {
    return await compiled(project, cli, options, imageIn)
}

/** As `compile`. @returns the compiler's debug map, too: what it says of each function of the image, in JSON */
export async function compileWithMap(
    project: Project,
    cli: string,
    options: CompileOptions = {},
): Promise<{ image: Uint8Array; map: string }> {
    return await compiled(project, cli, options, async folder => ({
        image: await imageIn(folder),
        map: await readFile(join(folder, "bytecode-dbg.json"), "utf8"),
    }))
}

async function imageIn(folder: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(join(folder, "bytecode.devs")))
}

/** @param collect takes what is wanted from the folder that the compiler writes to */
async function compiled<T>(
    project: Project,
    cli: string,
    { anySize = false }: CompileOptions,
    collect: (folder: string) => Promise<T>,
): Promise<T> {
    const staging = await mkdtemp(join(tmpdir(), "domovoi-"))
    unfinished.begin(staging)
    try {
        for (const file of project.files) {
            const path = join(staging, file.path)
            await mkdir(dirname(path), { recursive: true })
            await writeFile(path, file.text)
        }
        await mkdir(join(staging, ".git"))
        const run = await runCompiler({
            launcher: join(cli, LAUNCHER),
            digest: digestOfCompiler(cli),
            parameters: parametersFor(project),
            folder: staging,
            version: gitVersion(project),
            environment: ENVIRONMENT,
        })
        // The compiler has written its files before it looks at their size.
        const isOnlyLarge = run.status !== 0 && isOnly(complaints(run.output), TOO_LARGE)
        if (run.status !== 0 && !(anySize && isOnlyLarge)) throw errorFrom(project, run.output)
        return await collect(join(staging, ".devicescript/bin"))
    } finally {
        await rm(staging, { recursive: true, force: true })
        unfinished.end(staging)
    }
}

/** Of the compiler's package. The first starts the second, which is all of the compiler in one file. */
const LAUNCHER = "devicescript"
const BUNDLE = "built/devicescript-cli.cjs"

const digests = new Map<string, { stamp: string; digest: string }>()

/** @returns SHA-256 of what is in the files, in lowercase hex; taken again once they are other files. @throws RuntimeVersionError */
function digestOfCompiler(cli: string): string {
    const paths = [LAUNCHER, BUNDLE].map(file => join(cli, file))
    try {
        const stamp = JSON.stringify(
            paths.map(path => statSync(path)).map(({ ino, size, mtimeMs }) => [ino, size, mtimeMs]),
        )
        const known = digests.get(cli)
        if (known?.stamp === stamp) return known.digest
        const hash = createHash("sha256")
        for (const path of paths) hash.update(createHash("sha256").update(readFileSync(path)).digest())
        const digest = hash.digest("hex")
        digests.set(cli, { stamp, digest })
        return digest
    } catch (error) {
        throw new RuntimeVersionError(cliVersion(cli), `its compiler cannot be read: ${(error as Error).message}`)
    }
}

function parametersFor(project: Project): string[] {
    return ["build", project.entry, "--no-colors"]
}

const ENVIRONMENT = { CI: "1", NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1" }

/** The staging folder passes for a repository whose clean head is tagged with the version of package.json, which is what a release is built from. */
function gitVersion({ version }: Project): string {
    return `v${version}`
}

/** A line of the compiler's output: `src/main.ts(6,7): error TS2322: message`. Its own complaints have no column. */
const DIAGNOSTIC = /^(.+?)\((\d+)(?:,(\d+))?\): (?:error \w+: )?(.+)$/

/** How the compiler says what no line of the program is to blame for. */
const TOO_LARGE = "verification error: -1051"

const TOO_LARGE_MESSAGE = `the code of the whole program has to end below byte ${CODE_LIMIT}`

/** For a program that the optimiser could not make fit either. */
export function tooLarge({ device, entry, files }: Project): BuildError {
    const file = relative("", files.find(({ path }) => path === entry)!.origin)
    return new BuildError(`${device} does not compile`, [{ file, line: 1, column: 1, message: TOO_LARGE_MESSAGE }])
}

const isOnly = (said: Complaint[], text: string) => said.length > 0 && said.every(complaint => complaint.text === text)

interface Complaint {
    path: string
    line: number
    column: number
    text: string
}

function complaints(output: string): Complaint[] {
    return output.split("\n").flatMap(line => {
        const match = DIAGNOSTIC.exec(line)
        if (!match) return []
        const [, path, lineNumber, column, text] = match
        return [{ path, line: Number(lineNumber), column: Number(column ?? 1), text }]
    })
}

function errorFrom(project: Project, output: string): BuildError {
    const diagnostics = complaints(output).map(({ path, text, line, column }): Diagnostic => {
        const message = text === TOO_LARGE ? TOO_LARGE_MESSAGE : text
        return { file: originOf(project, path), line, column, message }
    })
    if (diagnostics.length > 0) return new BuildError(`${project.device} does not compile`, diagnostics)
    return new BuildError(`${project.device} does not compile: ${output.trim()}`)
}

/** @param path as the compiler prints it: relative to the staging folder, or below it */
function originOf(project: Project, path: string): string {
    const slashed = path.replaceAll("\\", "/")
    const file = project.files.find(({ path }) => slashed === path || slashed.endsWith(`/${path}`))
    return file ? relative("", file.origin) : path
}
