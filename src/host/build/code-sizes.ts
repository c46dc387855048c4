/** What the code of an image goes to: the bytes that have to end below `CODE_LIMIT`, by the source that they were compiled from. */
import { z } from "zod"

/** Of the compiler's debug map (`DebugInfo` of its format.ts): positions count the characters of all sources, one behind the other. */
const debugMap = z.object({
    functions: z.array(
        z.object({
            name: z.string(),
            /** Where it is written, and how many characters long. */
            location: z.tuple([z.number(), z.number()]),
            /** Bytes of its header and its statements. */
            size: z.number(),
        }),
    ),
    sources: z.array(z.object({ path: z.string(), length: z.number() })),
})

export interface FunctionSize {
    name: string
    bytes: number
}

export interface SourceSize {
    /** As the project has it: `src/main.ts`, `devs/device.ts` of the SDK, `@devicescript/core/src/array.ts` of a library. */
    path: string
    bytes: number
    /** The largest first. */
    functions: FunctionSize[]
}

/** @param map as `compileWithMap` gives it @returns the largest first; sources of which nothing is linked are not in it */
export function codeSizes(map: string): SourceSize[] {
    const { functions, sources } = debugMap.parse(JSON.parse(map))
    const sizes = new Map<string, SourceSize>()
    for (const { name, location, size } of functions) {
        const path = shortPath(sourceAt(sources, location[0]))
        const source = sizes.get(path) ?? { path, bytes: 0, functions: [] }
        source.bytes += size
        source.functions.push({ name, bytes: size })
        sizes.set(path, source)
    }
    for (const source of sizes.values()) source.functions.sort(largestFirst)
    return [...sizes.values()].sort(largestFirst)
}

function sourceAt(sources: { path: string; length: number }[], position: number): string {
    let end = 0
    for (const { path, length } of sources) {
        end += length
        if (position < end) return path
    }
    throw new Error(`the debug map has a function at ${position}, behind the last of its sources at ${end}`)
}

function shortPath(path: string): string {
    return path.replace(/^.*node_modules\/(?:devicescript-domovoi\/)?/, "")
}

function largestFirst(a: { bytes: number }, b: { bytes: number }): number {
    return b.bytes - a.bytes
}
