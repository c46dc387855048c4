/** Instructions that branch: ARMv6-M Architecture Reference Manual, A5.2.5 to A5.3; cycles of the Cortex-M0+ TRM, table 3-1. */
import { type Encoding, LR, type Machine, PC } from "./instruction"

function branchIf(machine: Machine, opcode: number, holds: boolean): number {
    if (!holds) return 1
    machine.r[PC] += 2 + ((opcode << 24) >> 23)
    return 2
}

/** N equals V. */
const isAtLeast = ({ result, overflow }: Machine) => result < 0 === (overflow !== 0)

/** Target of BX and BLX. */
const register = ({ r }: Machine, opcode: number) => r[(opcode >> 3) & 15]

/** BL, the one instruction of 32 bits that programs are full of (A6.7.13, encoding T1). */
export function branchWithLink(machine: Machine, first: number, second: number): number {
    const { r } = machine
    const sign = (first >> 10) & 1
    const i1 = ~((second >> 13) ^ sign) & 1
    const i2 = ~((second >> 11) ^ sign) & 1
    const upper = (-sign << 24) | (i1 << 23) | (i2 << 22)
    r[LR] = (r[PC] + 2) | 1
    r[PC] += 2 + (upper | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1))
    return 3
}

export const isBranchWithLink = (first: number, second: number) =>
    first >> 11 === 0b11110 && (second & 0xd000) === 0xd000

export const BRANCH: readonly Encoding[] = [
    [
        "010001110mmmm000", // BX
        (machine, opcode) => {
            machine.branchTo(register(machine, opcode))
            return 2
        },
    ],
    [
        "010001111mmmm000", // BLX
        (machine, opcode) => {
            const target = register(machine, opcode)
            machine.r[LR] = machine.r[PC] | 1
            machine.r[PC] = target & ~1
            return 2
        },
    ],
    // Conditions 0 to 13, A6.3.
    ["11010000........", (m, op) => branchIf(m, op, m.result === 0)], // EQ
    ["11010001........", (m, op) => branchIf(m, op, m.result !== 0)], // NE
    ["11010010........", (m, op) => branchIf(m, op, m.carry !== 0)], // CS
    ["11010011........", (m, op) => branchIf(m, op, m.carry === 0)], // CC
    ["11010100........", (m, op) => branchIf(m, op, m.result < 0)], // MI
    ["11010101........", (m, op) => branchIf(m, op, m.result >= 0)], // PL
    ["11010110........", (m, op) => branchIf(m, op, m.overflow !== 0)], // VS
    ["11010111........", (m, op) => branchIf(m, op, m.overflow === 0)], // VC
    ["11011000........", (m, op) => branchIf(m, op, m.carry !== 0 && m.result !== 0)], // HI
    ["11011001........", (m, op) => branchIf(m, op, m.carry === 0 || m.result === 0)], // LS
    ["11011010........", (m, op) => branchIf(m, op, isAtLeast(m))], // GE
    ["11011011........", (m, op) => branchIf(m, op, !isAtLeast(m))], // LT
    ["11011100........", (m, op) => branchIf(m, op, m.result !== 0 && isAtLeast(m))], // GT
    ["11011101........", (m, op) => branchIf(m, op, m.result === 0 || !isAtLeast(m))], // LE
    [
        "11100...........", // B
        (machine, opcode) => {
            machine.r[PC] += 2 + ((opcode << 21) >> 20)
            return 2
        },
    ],
]
