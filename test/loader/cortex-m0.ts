/** What the stage takes on a Cortex-M0+, by Debian's Arm compiler. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { LOADER_FOLDER, loaderSources, STRICT, scratchFolder } from "./compile"

export const ARM = "arm-none-eabi"
const FLAGS = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-ffreestanding", "-fcallgraph-info=su"]

/** What a call through a pointer is in GCC's graph; and the functions that call the hash so. Others call the port. */
const POINTER = "__indirect_call"
const HASHES = ["loader_judge", "loader_hmac_sha256"]

export interface Footprint {
    /** Of code and constants, by source file, in bytes. */
    bytes: ReadonlyMap<string, number>
    /** Deepest stack of an entry point in bytes, without what the port's own functions take. */
    stack: ReadonlyMap<string, number>
}

export const ENTRY_POINTS = ["loader_judge", "loader_repair_store"] as const

export function footprint(): Footprint {
    const folder = scratchFolder()
    const bytes = new Map<string, number>()
    let graph = ""
    for (const file of loaderSources().keys()) {
        const object = join(folder, file.replace(/c$/, "o"))
        execFileSync(`${ARM}-gcc`, [...STRICT, ...FLAGS, "-c", join(LOADER_FOLDER, file), "-o", object])
        const [, sizes] = execFileSync(`${ARM}-size`, [object], { encoding: "utf8" }).split("\n")
        const [text, data, bss] = sizes.trim().split(/\s+/).map(Number)
        if (data + bss > 0) throw new Error(`${file} has ${data + bss} bytes of memory of its own`)
        bytes.set(file, text)
        graph += readFileSync(object.replace(/o$/, "ci"), "utf8")
    }
    return { bytes, stack: new Map(ENTRY_POINTS.map(entry => [entry, deepest(graph, entry)])) }
}

/** @throws Error if a function calls itself, or takes a stack that only its run knows */
export function deepest(graph: string, entry: string): number {
    const own = new Map<string, number>()
    for (const [, name, size, kind] of graph.matchAll(
        /node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \((\w+)\)/g,
    )) {
        if (kind !== "static") throw new Error(`${name} takes a stack that is ${kind}`)
        own.set(name, Number(size))
    }
    const calls = new Map<string, Set<string>>()
    for (const [, from, to] of graph.matchAll(/edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/g))
        calls.set(from, (calls.get(from) ?? new Set()).add(to))
    const called = (name: string) =>
        [...(calls.get(name) ?? [])].map(to => (to === POINTER && HASHES.includes(name) ? "loader_sha256" : to))
    const below = (name: string, above: readonly string[]): number => {
        if (above.includes(name)) throw new Error(`${name} calls itself`)
        return (own.get(name) ?? 0) + Math.max(0, ...called(name).map(to => below(to, [...above, name])))
    }
    return below(entry, [])
}
