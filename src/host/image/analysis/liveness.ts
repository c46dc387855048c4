/** Which locals may still be read, before and after each statement. */
import { type ImageFunction, walk } from "../format/code"
import { Op } from "../format/operations"
import type { Flow } from "./flow"

const WORD_BITS = 32

export interface Liveness {
    /** Whether anything after statement `at` may read what `slot` holds then. */
    after(at: number, slot: number): boolean
    /** Whether it or anything after it may. */
    before(at: number, slot: number): boolean
    /** Whether a handler of this function may read it. */
    thrown(slot: number): boolean
}

/** A local that closures reach counts for nothing here: see `capturedSlots`. */
export function livenessOf({ statements, slots }: ImageFunction, { next, thrown }: Flow): Liveness {
    const words = Math.ceil(Math.max(slots, 1) / WORD_BITS)
    const before = new Uint32Array(statements.length * words)
    const after = new Uint32Array(statements.length * words)
    const atHandlers = new Uint32Array(words)
    statements.forEach((statement, i) => {
        walk(statement, ({ op, number }) => {
            if (op === Op.loadLocal) before[i * words + (number >> 5)] |= 1 << (number & 31)
        })
    })
    for (let changed = true; changed; ) {
        changed = false
        for (const handler of thrown) for (let w = 0; w < words; w++) atHandlers[w] |= before[handler * words + w]
        for (let i = statements.length - 1; i >= 0; i--) {
            const { op, number } = statements[i]
            for (let w = 0; w < words; w++) {
                let out = 0
                for (const to of next[i]) out |= before[to * words + w]
                const at = i * words + w
                after[at] = out | atHandlers[w]
                const written = op === Op.storeLocal && number >> 5 === w ? 1 << (number & 31) : 0
                const live = before[at] | (out & ~written) | atHandlers[w]
                if (live >>> 0 === before[at]) continue
                before[at] = live
                changed = true
            }
        }
    }
    const has = (set: Uint32Array, row: number, slot: number) =>
        (set[row * words + (slot >> 5)] & (1 << (slot & 31))) !== 0
    return {
        after: (at, slot) => has(after, at, slot),
        before: (at, slot) => has(before, at, slot),
        thrown: slot => has(atHandlers, 0, slot),
    }
}
