/** Exact counts of what a VM did, from the counters of the metered runtime. */
import type { SharedWords } from "./shared-words"

export interface MeterReading {
    /** Time that was spent, by the cost table of the chip, and waiting for hardware with it. */
    cycles: number
    opcodes: number
    /** Opcodes by handler (`expr2_add`, `stmtx_jmp` …); `direct_const` are the small constants that have no handler. */
    byKind: Record<string, number>
    /** Calls of the runtime's own functions, by the C function that answers (`fun3_Buffer_digest` …). */
    builtIn: Record<string, number>
    /** Calls of functions of the program. */
    calls: number
    /** Calls of any function. */
    entered: number
    /** Additions, subtractions and multiplications with a double among their operands, by handler. */
    doubles: Record<string, number>
    /** The same of two integers whose result is none. */
    overflows: Record<string, number>
    sha256Blocks: number
    aesBlocks: number
    randomBytes: number
    /** Bytes of images whose form was verified. */
    verifiedBytes: number
    gcRuns: number
    /** Blocks of the heap that collections left. */
    gcBlocks: number
    /** Times that a fiber was looked for that is due, and that one was run. */
    fiberLooks: number
    fiberRuns: number
    /** Passes of the runtime's main loop. */
    passes: number
    /** Jacdac packets that the main loop handled. */
    packets: number
    /** Jacdac packets that were sent. */
    sentPackets: number
    allocations: number
    /** Free memory that allocations and collections overwrote, in bytes. */
    clearedBytes: number
    /** Most heap ever allocated at once, garbage included, in bytes. */
    heapPeakBytes: number
    /** Heap allocated now, garbage included, in bytes. */
    heapBytes: number
    /** Heap still reachable after the last collection, in bytes. */
    heapLiveBytes: number
    /** Most heap found reachable by any collection, in bytes. */
    heapLivePeakBytes: number
    /** Longest run of a fiber between two yields, the one at hand included, in opcodes. */
    longestRunOpcodes: number
    /** The longest of them in cycles, waiting for hardware included. */
    longestStretchCycles: number
}

export const WORD_BYTES = 4
/** Tag of a block of the heap that is free. */
export const FREE_BLOCK = 0x1

export function readMeter(
    exports: WebAssembly.Exports,
    { cycles, randomBytes }: SharedWords,
    kinds: readonly string[],
): MeterReading {
    const count = (name: string) => Number((exports[name] as WebAssembly.Global).value)
    const unsigned = (name: string) => count(name) >>> 0
    const bytes = (name: string) => unsigned(name) * WORD_BYTES
    const nonZero = (prefix: string, names: readonly string[]) =>
        Object.fromEntries(names.map(name => [name, count(prefix + name)] as const).filter(([, n]) => n > 0))
    const handlers = kinds.filter(kind => /^(expr|stmt)/.test(kind))
    const arithmetic = handlers.filter(kind => `double.${kind}` in exports)
    const byKind = nonZero("kind.", handlers)
    const builtIn = nonZero(
        "kind.",
        kinds.filter(kind => !handlers.includes(kind)),
    )
    const opcodes = unsigned("opcodes")
    byKind.direct_const = opcodes - sum(byKind)
    return {
        cycles,
        opcodes,
        byKind,
        builtIn,
        calls: count("entered") - sum(builtIn),
        entered: count("entered"),
        doubles: nonZero("double.", arithmetic),
        overflows: nonZero("overflow.", arithmetic),
        sha256Blocks: count("sha256Blocks"),
        aesBlocks: count("aesBlocks"),
        randomBytes,
        verifiedBytes: count("verifiedBytes"),
        gcRuns: count("gcRuns"),
        gcBlocks: count("gcBlocks"),
        fiberLooks: count("fiberLooks"),
        fiberRuns: count("fiberRuns"),
        passes: count("passes"),
        packets: count("packets"),
        sentPackets: count("sentPackets"),
        allocations: count("allocations"),
        clearedBytes: count("clearedWords") * WORD_BYTES,
        heapPeakBytes: bytes("heapPeakWords"),
        heapBytes: bytes("heapWords"),
        heapLiveBytes: bytes("heapLiveWords"),
        heapLivePeakBytes: bytes("heapLivePeakWords"),
        longestRunOpcodes: Math.max(unsigned("longestRun"), (count("opcodes") - count("runStart")) >>> 0),
        longestStretchCycles: Math.max(count("longestStretch"), cycles - count("stretchStart")),
    }
}

/** Lets the peaks of heap and runs begin anew from what is so now, so that those of a section can be told from those before it. */
export function restartPeaks(exports: WebAssembly.Exports, { cycles }: SharedWords): void {
    const set = (name: string, value: number) => {
        ;(exports[name] as WebAssembly.Global).value = value
    }
    const get = (name: string) => (exports[name] as WebAssembly.Global).value
    set("longestRun", 0)
    set("runStart", get("opcodes"))
    set("longestStretch", 0)
    set("stretchStart", cycles)
    set("heapPeakWords", get("heapWords"))
    set("heapLivePeakWords", get("heapLiveWords"))
}

/** Lets the counters of a metered runtime know what a collection has left. */
export function noteCollection(exports: WebAssembly.Exports, { blocks, inUseWords }: HeapState): void {
    const get = (name: string) => (exports[name] as WebAssembly.Global).value
    const set = (name: string, value: number | bigint) => {
        ;(exports[name] as WebAssembly.Global).value = value
    }
    set("gcBlocks", get("gcBlocks") + blocks)
    set("heapWords", inUseWords)
    set("heapLiveWords", inUseWords)
    set("heapLivePeakWords", Math.max(get("heapLivePeakWords"), inUseWords))
}

export interface HeapState {
    inUseWords: number
    freeWords: number
    blocks: number
}

/** What is in a program's heap, by walking its blocks (`devs_gc_t`: first chunk at +4; chunk: next, end, blocks). */
export function heapState(memory: DataView, gc: number): HeapState {
    const FINAL = 0x4f
    const state = { inUseWords: 0, freeWords: 0, blocks: 0 }
    for (let chunk = memory.getUint32(gc + 4, true); chunk !== 0; chunk = memory.getUint32(chunk, true)) {
        for (let block = chunk + 8; ; ) {
            const header = memory.getUint32(block, true)
            const tag = header >>> 24
            if (tag === FINAL) break
            const size = header & 0xffffff
            state[(tag & 0x0f) === FREE_BLOCK ? "freeWords" : "inUseWords"] += size
            state.blocks++
            block += size * WORD_BYTES
        }
    }
    return state
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0)
