/**
 * The runtime with the simulator's hooks and prices in it. Making it takes a library of 100 MB and a second of work: the built command is shipped with
 * it made for every chip, and what runs from the sources makes it once and keeps it.
 */
import { spawnSync } from "node:child_process"
import { createHash, randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { readBoundedFile } from "../bounded-file"
import { CHECK_BYTES, checkedContent, withCheck } from "../checked-bytes"
import type { CycleCosts } from "../costs/cost-table"
import { digestOfFiles } from "../digest-of-files"
import { packageRoot } from "../package-root"

export interface InstrumentedRuntime {
    /** Of what it was made of and by: SHA-256, in lowercase hex. */
    name: string
    module: WebAssembly.Module
    /** Opcode handlers and built-in functions counted, each exported as a 64-bit global `kind.<name>`; empty unless metered. */
    kinds: string[]
}

/** Where the built command has it. */
export const SHIPPED = join(packageRoot, "built/runtime")
/** Where it is kept between processes. */
const KEPT = join(packageRoot, ".devicescript/domovoi/runtime")

const SELF = fileURLToPath(import.meta.url)
const RUNS_FROM_SOURCES = SELF.endsWith(".ts")
/** The program that makes it, beside this file as beside the built command. */
const INSTRUMENTER = join(dirname(SELF), RUNS_FROM_SOURCES ? "instrumenter.ts" : "instrumenter.js")
/** All that what it makes depends on, but for what it is given: its code, and the versions of its libraries. */
const INSTRUMENTER_CODE = [
    join(packageRoot, "package.json"),
    ...(RUNS_FROM_SOURCES ? [dirname(SELF), join(packageRoot, "simulators/costs")] : [INSTRUMENTER]),
]

const MAX_BYTES = 16_777_216

/**
 * Takes the instrumented runtime as it was shipped or is kept; makes it if it is not there, is damaged, or was made of or by something else. Where it
 * cannot be kept, each process makes it.
 * @param binary the runtime, as shipped
 * @param folder where it is kept
 */
export function instrumentedRuntime(
    binary: Uint8Array,
    costs: CycleCosts,
    metered: boolean,
    folder = KEPT,
): InstrumentedRuntime {
    const order = JSON.stringify({ costs, metered })
    const name = createHash("sha256").update(`${codeDigest()}\n${order}\n`).update(binary).digest("hex")
    let bytes = kept(SHIPPED, name) ?? kept(folder, name)
    if (!bytes) {
        bytes = made(binary, order)
        tryToKeep(pathOf(folder, name), withCheck(name, bytes))
    }
    const module = new WebAssembly.Module(bytes)
    return { name, module, kinds: kindsOf(module) }
}

/** Makes what the command is shipped with, for each of these chips, and removes what it was shipped with before. */
export function shipRuntimes(binary: Uint8Array, chips: readonly CycleCosts[]): void {
    const shipped = chips.flatMap(costs =>
        [false, true].map(metered => pathOf(SHIPPED, instrumentedRuntime(binary, costs, metered, SHIPPED).name)),
    )
    // To keep one is an attempt, and an installation cannot make what is missing.
    for (const path of shipped)
        if (!statSync(path, { throwIfNoEntry: false }))
            throw new Error(`${path}: could not be written; make room for it`)
    for (const file of readdirSync(SHIPPED)) {
        const path = join(SHIPPED, file)
        if (!shipped.includes(path)) rmSync(path)
    }
}

const pathOf = (folder: string, name: string): string => join(folder, `${name}.checked`)

let digest: string | undefined

/** Taken once for the life of the process, as the code is. */
function codeDigest(): string {
    digest ??= digestOfFiles(INSTRUMENTER_CODE)
    return digest
}

function kept(folder: string, name: string): Uint8Array<ArrayBuffer> | undefined {
    const path = pathOf(folder, name)
    try {
        // What is no file could be waited for in vain.
        if (!statSync(path).isFile()) return undefined
        return checkedContent(name, readBoundedFile(path, CHECK_BYTES + MAX_BYTES))
    } catch {
        // What cannot be read is not there.
        return undefined
    }
}

/** A process of its own, because a library that is loaded asynchronously is at nobody's disposal in a call. */
function made(binary: Uint8Array, order: string): Uint8Array<ArrayBuffer> {
    const { status, signal, error, stdout } = spawnSync(process.execPath, [...instrumenter(), order], {
        // Where a program that is no file finds its libraries from.
        cwd: packageRoot,
        input: binary,
        maxBuffer: MAX_BYTES,
        stdio: ["pipe", "pipe", "inherit"],
    })
    if (error) throw error
    if (status !== 0)
        throw new Error(
            `the runtime could not be instrumented: the process ended with ${status ?? signal}; what the command is shipped with is missing or ` +
                "damaged: install devicescript-domovoi again",
        )
    return new Uint8Array(stdout)
}

/** What Node is to run. Sources are bundled for it: a loader of sources would look through all of the library, too, which takes 10 s. */
function instrumenter(): string[] {
    if (!RUNS_FROM_SOURCES) return [INSTRUMENTER]
    const { buildSync } = createRequire(SELF)("esbuild") as typeof import("esbuild")
    const options = { bundle: true, packages: "external", platform: "node", format: "esm", write: false } as const
    const [{ text }] = buildSync({ ...options, entryPoints: [INSTRUMENTER] }).outputFiles
    return ["--input-type=module", "--eval", text]
}

/** Leaves a whole file or none, whoever else does the same at this time. */
function tryToKeep(path: string, content: Uint8Array): void {
    const partial = `${path}.${randomUUID()}.partial`
    try {
        mkdirSync(dirname(path), { recursive: true })
        try {
            writeFileSync(partial, content, { flag: "wx" })
            renameSync(partial, path)
        } finally {
            rmSync(partial, { force: true })
        }
    } catch {
        // An installation may belong to somebody else, and a disk may be full: what was made is good all the same.
    }
}

function kindsOf(module: WebAssembly.Module): string[] {
    return WebAssembly.Module.exports(module).flatMap(({ name }) => /^kind\.(.+)/.exec(name)?.[1] ?? [])
}
