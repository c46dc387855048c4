import type { Pause } from "../ports"
import { requireBytes } from "./require-bytes"
import { wipe } from "./wipe"

/** Port: a source of random bytes. */
export interface Random {
    /** Overwrites all of `target`. */
    draw(target: Buffer): void
}

/** Bytes that are tested in a stretch: about 6 ms. */
export const LONGEST_DRAW = 64

// The continuous health tests of SP 800-90B §4.4 catch a source that has failed outright. Their cutoffs are for 4 bits of
// entropy a byte, half of what a good source has, and a false alarm in 2^20 bytes from one that has just that.

/** §4.4.1, repetition count: as many equal bytes in a row; 1 + ceil(20 / 4). */
export const REPETITION_CUTOFF = 6
/** §4.4.2, adaptive proportion: as many bytes in a window equal to its first; 1 + critbinom(512, 2^-4, 1 - 2^-20). */
export const PROPORTION_CUTOFF = 62
export const PROPORTION_WINDOW = 512
/** §4.3: bytes tested and discarded before the first use. */
export const STARTUP_BYTES = 1024

export type RandomFault = "repetition" | "proportion"

/**
 * Random bytes from a source whose every byte is tested, `STARTUP_BYTES` of them before the first use. After a failed test there are none any more:
 * the source has to be repaired and started anew.
 */
export async function openRandom(source: Random, pause: Pause): Promise<Random> {
    const random = new TestedRandom(source)
    for (let tested = 0; tested < STARTUP_BYTES; tested += LONGEST_DRAW) {
        await pause()
        random.test(Buffer.alloc(LONGEST_DRAW))
    }
    await pause()
    return random
}

class TestedRandom implements Random {
    private readonly source: Random
    private previous = -1
    private repetitions = 0
    private windowFirst = -1
    private windowLeft = 0
    private windowMatches = 0
    private fault: RandomFault | undefined

    constructor(source: Random) {
        this.source = source
    }

    /**
     * @param target at most `LONGEST_DRAW` bytes
     * @throws Error naming the test that fails or has failed; `target` then holds zeros
     */
    draw(target: Buffer): void {
        requireBytes(target, "target")
        if (target.length > LONGEST_DRAW)
            throw new RangeError(`${target.length} random bytes are too many at once: draw ${LONGEST_DRAW}`)
        this.test(target)
        if (this.fault !== undefined) {
            wipe(target)
            throw new Error(
                `the random source failed its ${this.fault} test: use no keys of this board until it is repaired`,
            )
        }
    }

    /** Draws and tests, unless a test has failed. */
    test(target: Buffer): void {
        if (this.fault !== undefined) return
        this.source.draw(target)
        this.fault = this.examine(target)
    }

    /** @returns the first test that fails, if one does */
    private examine(bytes: Buffer): RandomFault | undefined {
        let previous = this.previous
        let repetitions = this.repetitions
        let windowFirst = this.windowFirst
        let windowMatches = this.windowMatches
        let windowLeft = this.windowLeft
        for (let i = 0; i < bytes.length; i++) {
            const byte = bytes[i]
            if (byte !== previous) repetitions = 0
            repetitions++
            if (repetitions === REPETITION_CUTOFF) return "repetition"
            previous = byte
            if (windowLeft === 0) {
                windowLeft = PROPORTION_WINDOW
                windowFirst = byte
                windowMatches = 0
            }
            windowLeft--
            if (byte === windowFirst) windowMatches++
            if (windowMatches === PROPORTION_CUTOFF) return "proportion"
        }
        this.previous = previous
        this.repetitions = repetitions
        this.windowFirst = windowFirst
        this.windowMatches = windowMatches
        this.windowLeft = windowLeft
        return undefined
    }
}
