import { ARITHMETIC } from "./arithmetic"
import { BRANCH } from "./branch"
import type { Encoding, Execute } from "./instruction"
import { MEMORY } from "./memory"

/** By opcode: what carries it out; undefined for system instructions, those of 32 bits and what there is not. */
export const INSTRUCTIONS: readonly (Execute | undefined)[] = tableOf([...ARITHMETIC, ...MEMORY, ...BRANCH])

/** @throws Error if two encodings claim one opcode */
export function tableOf(encodings: readonly Encoding[]): (Execute | undefined)[] {
    const table = new Array<Execute | undefined>(0x10000).fill(undefined)
    for (const [pattern, execute] of encodings) {
        const fixed = bitsOf(pattern, bit => bit === "0" || bit === "1")
        const value = bitsOf(pattern, bit => bit === "1")
        for (let opcode = 0; opcode < table.length; opcode++) {
            if ((opcode & fixed) !== value) continue
            if (table[opcode]) throw new Error(`${pattern}: opcode ${opcode.toString(16)} is another encoding's too`)
            table[opcode] = execute
        }
    }
    return table
}

function bitsOf(pattern: string, isSet: (bit: string) => boolean): number {
    if (!/^[01.a-z]{16}$/.test(pattern)) throw new Error(`${pattern} is no encoding of 16 bits`)
    return Number.parseInt([...pattern].map(bit => (isSet(bit) ? "1" : "0")).join(""), 2)
}
