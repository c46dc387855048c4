/** What an instruction works on: registers, flags and memory of the processor. */
export interface Machine {
    /** R0 to R15. While an instruction is carried out, R15 is its address + 2. */
    readonly r: Int32Array
    /** N and Z are those of this number. */
    result: number
    /** C and V, 0 or 1. */
    carry: number
    overflow: number
    load32(address: number): number
    load16(address: number): number
    load8(address: number): number
    store32(address: number, value: number): void
    store16(address: number, value: number): void
    store8(address: number, value: number): void
    /** The address that BX, BLX and POP jump to; in a handler it may be the end of an exception. */
    branchTo(address: number): void
}

/** Carries out an instruction. @returns its cycles */
export type Execute = (machine: Machine, opcode: number) => number

/** An encoding of the ARMv6-M Architecture Reference Manual, A5.2: 16 characters, 0 and 1 fixed, letters and dots its operands. */
export type Encoding = readonly [pattern: string, execute: Execute]

export const SP = 13
export const LR = 14
export const PC = 15

/** Bits 2 to 0, 5 to 3, 8 to 6 and 10 to 8: where encodings have their registers. */
export const low = (opcode: number) => opcode & 7
export const middle = (opcode: number) => (opcode >> 3) & 7
export const high = (opcode: number) => (opcode >> 6) & 7
export const top = (opcode: number) => (opcode >> 8) & 7
export const immediate5 = (opcode: number) => (opcode >> 6) & 31

/** Peripherals behind the AHB-Lite to APB bridge answer later (RP2040 datasheet §2.1.4); single-cycle I/O answers at once. */
export function accessCycles(address: number, apb: number): number {
    const block = address >>> 28
    if (block === 0xd) return 1
    return block === 0x4 ? 1 + apb : 2
}
export const APB_READ_CYCLES = 3
export const APB_WRITE_CYCLES = 4
