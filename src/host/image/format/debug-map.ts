/** The compiler's debug map (`DebugInfo` of its format.ts), as far as it speaks of code. Everything else in it goes along untouched. */
import { z } from "zod"
import type { SourceRange } from "./code"

const functionEntry = z.looseObject({
    name: z.string(),
    /** Offset of its code in the image. */
    startpc: z.number(),
    /** Bytes of its header and its code. */
    size: z.number(),
})

const debugMap = z.looseObject({
    functions: z.array(functionEntry),
    /** In threes: position and length in the sources, offset in the image; position and offset as the difference to the last ones. */
    srcmap: z.array(z.number()),
    /** Of the whole image, in lowercase hex. */
    binary: z.looseObject({ hex: z.string() }),
    binarySHA256: z.string(),
})

export type DebugMap = z.infer<typeof debugMap>

/** @returns what is written there, its entries in their order */
export function parseDebugMap(json: string): DebugMap {
    const map = JSON.parse(json)
    debugMap.parse(map)
    return map
}

/** @returns what each offset that is named was compiled from. Where one is named twice, the last counts. */
export function sourcesByOffset({ srcmap }: DebugMap): Map<number, SourceRange> {
    const sources = new Map<number, SourceRange>()
    let position = 0
    let offset = 0
    for (let i = 0; i < srcmap.length; i += 3) {
        position += srcmap[i]
        offset += srcmap[i + 2]
        sources.set(offset, [position, srcmap[i + 1]])
    }
    return sources
}

/** @param entries by rising offset */
export function sourceMapOf(entries: readonly (readonly [offset: number, source: SourceRange])[]): number[] {
    const map: number[] = []
    let lastPosition = 0
    let lastOffset = 0
    for (const [offset, [position, length]] of entries) {
        map.push(position - lastPosition, length, offset - lastOffset)
        lastPosition = position
        lastOffset = offset
    }
    return map
}
