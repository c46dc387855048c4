/** Which locals may hold an object of the heap before each statement: writing to one of those may let go of it. */
import type { Expression, ImageFunction } from "../format/code"
import { Op } from "../format/operations"
import { isCalculation, isConstant } from "./effects"
import type { Flow } from "./flow"

const WORD_BITS = 32

/** @param gone statements that are taken for not there */
export function heldBefore(
    { statements, slots, parameters }: ImageFunction,
    { next, thrown }: Flow,
    captured: ReadonlySet<number>,
    gone: ReadonlySet<number> = new Set(),
): (slot: number, at: number) => boolean {
    const words = Math.ceil(Math.max(slots, 1) / WORD_BITS)
    const before = new Uint32Array(statements.length * words)
    const reached = new Uint8Array(statements.length)
    const held = new Uint32Array(words)
    const waiting: number[] = []
    const has = (slot: number) => (held[slot >> 5] & (1 << (slot & 31))) !== 0
    const flowsTo = (to: number) => {
        let isKnown = reached[to] === 1
        for (let w = 0; w < words; w++) {
            const known = before[to * words + w]
            const all = (known | held[w]) >>> 0
            if (all === known) continue
            before[to * words + w] = all
            isKnown = false
        }
        reached[to] = 1
        if (!isKnown) waiting.push(to)
    }
    for (let slot = 0; slot < parameters; slot++) held[slot >> 5] |= 1 << (slot & 31)
    flowsTo(0)
    while (waiting.length > 0) {
        const at = waiting.pop()!
        held.set(before.subarray(at * words, (at + 1) * words))
        const { op, number, args } = statements[at]
        for (const handler of thrown) flowsTo(handler)
        if (op === Op.storeLocal && !gone.has(at)) {
            if (mayBeObject(args[0], has, captured)) held[number >> 5] |= 1 << (number & 31)
            else held[number >> 5] &= ~(1 << (number & 31))
        }
        for (const to of next[at]) flowsTo(to)
    }
    return (slot, at) => (before[at * words + (slot >> 5)] & (1 << (slot & 31))) !== 0
}

function mayBeObject(value: Expression, has: (slot: number) => boolean, captured: ReadonlySet<number>): boolean {
    if (value.op === Op.loadLocal) return has(value.number) || captured.has(value.number)
    return value.op === Op.makeClosure || !(isConstant(value) || isCalculation(value))
}
