/** Exact counts of what a VM did, from the counters of the metered runtime. */
export interface MeterReading {
    opcodes: number
    /** Opcodes by handler (`expr2_add`, `stmtx_jmp` …); `direct_const` are the small constants that have no handler. */
    byKind: Record<string, number>
    sha256Blocks: number
    aesBlocks: number
    gcRuns: number
    /** Most heap ever allocated at once, garbage included, in bytes. */
    heapPeakBytes: number
    /** Heap allocated now, garbage included, in bytes. */
    heapBytes: number
    /** Heap still reachable after the last collection, in bytes. */
    heapLiveBytes: number
    /** Most heap found reachable by any collection, in bytes. */
    heapLivePeakBytes: number
    /** Longest run of a fiber between two yields, in opcodes. */
    longestRunOpcodes: number
}

const WORD_BYTES = 4

export function readMeter(exports: WebAssembly.Exports, kinds: readonly string[]): MeterReading {
    const count = (name: string) => Number((exports[name] as WebAssembly.Global).value)
    const bytes = (name: string) => (count(name) >>> 0) * WORD_BYTES
    const byKind: Record<string, number> = {}
    let handled = 0
    for (const kind of kinds) {
        const n = count(`kind.${kind}`)
        if (n > 0) byKind[kind] = n
        handled += n
    }
    const opcodes = count("opcodes") >>> 0
    byKind.direct_const = opcodes - handled
    return {
        opcodes,
        byKind,
        sha256Blocks: count("sha256Blocks"),
        aesBlocks: count("aesBlocks"),
        gcRuns: count("gcRuns"),
        heapPeakBytes: bytes("heapPeakWords"),
        heapBytes: bytes("heapWords"),
        heapLiveBytes: bytes("heapLiveWords"),
        heapLivePeakBytes: bytes("heapLivePeakWords"),
        longestRunOpcodes: count("longestRun") >>> 0,
    }
}

/** Words in use in a program's heap, by walking its blocks (`devs_gc_t`: first chunk at +4; chunk: next, end, blocks). */
export function heapWordsInUse(memory: DataView, gc: number): number {
    const FREE = 0x1
    const FINAL = 0x4f
    let words = 0
    for (let chunk = memory.getUint32(gc + 4, true); chunk !== 0; chunk = memory.getUint32(chunk, true)) {
        for (let block = chunk + 8; ; ) {
            const header = memory.getUint32(block, true)
            const tag = header >>> 24
            if (tag === FINAL) break
            const size = header & 0xffffff
            if ((tag & 0x0f) !== FREE) words += size
            block += size * WORD_BYTES
        }
    }
    return words
}
