/** Instructions that branch: ARMv6-M Architecture Reference Manual, A5.2.5 to A5.3; cycles of the Cortex-M0+ TRM, table 3-1. */
import { type Encoding, type Execute, LR, type Machine, PC } from "./instruction"

/** Conditions 0 to 13, A6.3. */
const CONDITIONS: readonly ((machine: Machine) => boolean)[] = [
    ({ result }) => result === 0, // EQ
    ({ result }) => result !== 0, // NE
    ({ carry }) => carry !== 0, // CS
    ({ carry }) => carry === 0, // CC
    ({ result }) => result < 0, // MI
    ({ result }) => result >= 0, // PL
    ({ overflow }) => overflow !== 0, // VS
    ({ overflow }) => overflow === 0, // VC
    ({ carry, result }) => carry !== 0 && result !== 0, // HI
    ({ carry, result }) => carry === 0 || result === 0, // LS
    ({ result, overflow }) => result < 0 === (overflow !== 0), // GE
    ({ result, overflow }) => result < 0 !== (overflow !== 0), // LT
    ({ result, overflow }) => result !== 0 && result < 0 === (overflow !== 0), // GT
    ({ result, overflow }) => result === 0 || result < 0 !== (overflow !== 0), // LE
]

const branchIf =
    (condition: (machine: Machine) => boolean): Execute =>
    (machine, opcode) => {
        if (!condition(machine)) return 1
        machine.r[PC] += 2 + ((opcode << 24) >> 23)
        return 2
    }

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
    ...CONDITIONS.map((condition, number): Encoding => {
        return [`1101${number.toString(2).padStart(4, "0")}........`, branchIf(condition)]
    }),
    [
        "11100...........", // B
        (machine, opcode) => {
            machine.r[PC] += 2 + ((opcode << 21) >> 20)
            return 2
        },
    ],
]
