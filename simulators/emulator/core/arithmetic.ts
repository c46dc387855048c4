/** Instructions that compute: ARMv6-M Architecture Reference Manual, A5.2.1 and A5.2.2. Each takes one cycle. */
import { type Encoding, type Execute, high, immediate5, low, type Machine, middle, PC, SP, top } from "./instruction"

/** AddWithCarry() of the manual, A2.2.1. Subtracting is adding what is inverted, and 1. */
function addWithCarry(machine: Machine, a: number, b: number, carry: number): number {
    const sum = (a >>> 0) + (b >>> 0) + carry
    const result = sum | 0
    machine.result = result
    machine.carry = sum > 0xffffffff ? 1 : 0
    machine.overflow = ((a ^ result) & (b ^ result)) >>> 31
    return result
}

/** Rd, Rn and a third operand. */
const add =
    (operand: (machine: Machine, opcode: number) => number): Execute =>
    (machine, opcode) => {
        machine.r[low(opcode)] = addWithCarry(machine, machine.r[middle(opcode)], operand(machine, opcode), 0)
        return 1
    }
const subtract =
    (operand: (machine: Machine, opcode: number) => number): Execute =>
    (machine, opcode) => {
        machine.r[low(opcode)] = addWithCarry(machine, machine.r[middle(opcode)], ~operand(machine, opcode), 1)
        return 1
    }
const thirdRegister = (machine: Machine, opcode: number) => machine.r[high(opcode)]
const immediate3 = (_: Machine, opcode: number) => high(opcode)

/** Rdn and Rm. What is undefined leaves Rdn as it is: then only the flags count. */
const logic =
    (operate: (a: number, b: number) => number, keeps = true): Execute =>
    (machine, opcode) => {
        const result = operate(machine.r[low(opcode)], machine.r[middle(opcode)])
        machine.result = result
        if (keeps) machine.r[low(opcode)] = result
        return 1
    }

/** Shift_C() of the manual, A2.2.1, for amounts from 1 to 255: the result, and the last bit that was shifted out into C. */
type Shift = (machine: Machine, value: number, amount: number) => number

const shiftLeft: Shift = (machine, value, amount) => {
    machine.carry = amount <= 32 ? (value >>> (32 - amount)) & 1 : 0
    return amount < 32 ? value << amount : 0
}
const shiftRight: Shift = (machine, value, amount) => {
    machine.carry = amount <= 32 ? (value >>> (amount - 1)) & 1 : 0
    return amount < 32 ? value >>> amount : 0
}
const shiftSigned: Shift = (machine, value, amount) => {
    machine.carry = (value >> Math.min(amount - 1, 31)) & 1
    return value >> Math.min(amount, 31)
}
const rotate: Shift = (machine, value, amount) => {
    const result = (value >>> (amount & 31)) | (value << (-amount & 31))
    machine.carry = result >>> 31
    return result
}

/** @param zero what an immediate amount of 0 means; 0 leaves C as it is */
const shiftImmediate =
    (shift: Shift, zero: number): Execute =>
    (machine, opcode) => {
        const amount = immediate5(opcode) || zero
        const value = machine.r[middle(opcode)]
        machine.result = machine.r[low(opcode)] = amount ? shift(machine, value, amount) : value
        return 1
    }
const shiftRegister =
    (shift: Shift): Execute =>
    (machine, opcode) => {
        const amount = machine.r[middle(opcode)] & 0xff
        const value = machine.r[low(opcode)]
        machine.result = machine.r[low(opcode)] = amount ? shift(machine, value, amount) : value
        return 1
    }

/** Rd from Rm, flags as they are. */
const extend =
    (convert: (value: number) => number): Execute =>
    (machine, opcode) => {
        machine.r[low(opcode)] = convert(machine.r[middle(opcode)])
        return 1
    }
const reverse = (value: number) => (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
const reverseHalfwords = (value: number) => ((value & 0xff00ff) << 8) | ((value >>> 8) & 0xff00ff)

/** Any of the 16 registers: Rd has its highest bit apart. The PC reads as the instruction's address + 4. */
const anyTarget = (opcode: number) => ((opcode >> 4) & 8) | (opcode & 7)
const anySource = (opcode: number) => (opcode >> 3) & 15
const read = (machine: Machine, register: number) => (register === PC ? machine.r[PC] + 2 : machine.r[register])

function write(machine: Machine, register: number, value: number): number {
    machine.r[register] = register === PC ? value & ~1 : register === SP ? value & ~3 : value
    return register === PC ? 2 : 1
}

const compare = (machine: Machine, a: number, b: number) => {
    addWithCarry(machine, a, ~b, 1)
    return 1
}

export const ARITHMETIC: readonly Encoding[] = [
    ["00000.....mmmddd", shiftImmediate(shiftLeft, 0)], // LSLS, and MOVS of a register
    ["00001.....mmmddd", shiftImmediate(shiftRight, 32)], // LSRS
    ["00010.....mmmddd", shiftImmediate(shiftSigned, 32)], // ASRS
    ["0001100mmmnnnddd", add(thirdRegister)],
    ["0001101mmmnnnddd", subtract(thirdRegister)],
    ["0001110...nnnddd", add(immediate3)],
    ["0001111...nnnddd", subtract(immediate3)],
    [
        "00100ddd........", // MOVS
        (machine, opcode) => {
            machine.result = machine.r[top(opcode)] = opcode & 0xff
            return 1
        },
    ],
    ["00101nnn........", (machine, opcode) => compare(machine, machine.r[top(opcode)], opcode & 0xff)],
    [
        "00110ddd........", // ADDS
        (machine, opcode) => {
            machine.r[top(opcode)] = addWithCarry(machine, machine.r[top(opcode)], opcode & 0xff, 0)
            return 1
        },
    ],
    [
        "00111ddd........", // SUBS
        (machine, opcode) => {
            machine.r[top(opcode)] = addWithCarry(machine, machine.r[top(opcode)], ~(opcode & 0xff), 1)
            return 1
        },
    ],
    ["0100000000mmmddd", logic((a, b) => a & b)], // ANDS
    ["0100000001mmmddd", logic((a, b) => a ^ b)], // EORS
    ["0100000010mmmddd", shiftRegister(shiftLeft)],
    ["0100000011mmmddd", shiftRegister(shiftRight)],
    ["0100000100mmmddd", shiftRegister(shiftSigned)],
    [
        "0100000101mmmddd", // ADCS
        (machine, opcode) => {
            const { r } = machine
            r[low(opcode)] = addWithCarry(machine, r[low(opcode)], r[middle(opcode)], machine.carry)
            return 1
        },
    ],
    [
        "0100000110mmmddd", // SBCS
        (machine, opcode) => {
            const { r } = machine
            r[low(opcode)] = addWithCarry(machine, r[low(opcode)], ~r[middle(opcode)], machine.carry)
            return 1
        },
    ],
    ["0100000111mmmddd", shiftRegister(rotate)],
    ["0100001000mmmnnn", logic((a, b) => a & b, false)], // TST
    [
        "0100001001nnnddd", // RSBS
        (machine, opcode) => {
            machine.r[low(opcode)] = addWithCarry(machine, ~machine.r[middle(opcode)], 0, 1)
            return 1
        },
    ],
    ["0100001010mmmnnn", (machine, opcode) => compare(machine, machine.r[low(opcode)], machine.r[middle(opcode)])],
    [
        "0100001011mmmnnn", // CMN
        (machine, opcode) => {
            addWithCarry(machine, machine.r[low(opcode)], machine.r[middle(opcode)], 0)
            return 1
        },
    ],
    ["0100001100mmmddd", logic((a, b) => a | b)], // ORRS
    ["0100001101nnnddd", logic(Math.imul)], // MULS: the RP2040 has the multiplier of one cycle
    ["0100001110mmmddd", logic((a, b) => a & ~b)], // BICS
    ["0100001111mmmddd", logic((_, b) => ~b)], // MVNS
    [
        "01000100dmmmmddd", // ADD
        (machine, opcode) => {
            const target = anyTarget(opcode)
            return write(machine, target, (read(machine, target) + read(machine, anySource(opcode))) | 0)
        },
    ],
    [
        "01000101nmmmmnnn", // CMP
        (machine, opcode) => compare(machine, machine.r[anyTarget(opcode)], machine.r[anySource(opcode)]),
    ],
    ["01000110dmmmmddd", (machine, opcode) => write(machine, anyTarget(opcode), read(machine, anySource(opcode)))],
    [
        "10100ddd........", // ADR
        (machine, opcode) => {
            machine.r[top(opcode)] = ((machine.r[PC] + 2) & ~3) + ((opcode & 0xff) << 2)
            return 1
        },
    ],
    [
        "10101ddd........", // ADD Rd, SP
        (machine, opcode) => {
            machine.r[top(opcode)] = machine.r[SP] + ((opcode & 0xff) << 2)
            return 1
        },
    ],
    [
        "101100000.......", // ADD SP
        (machine, opcode) => {
            machine.r[SP] += (opcode & 0x7f) << 2
            return 1
        },
    ],
    [
        "101100001.......", // SUB SP
        (machine, opcode) => {
            machine.r[SP] -= (opcode & 0x7f) << 2
            return 1
        },
    ],
    ["1011001000mmmddd", extend(value => (value << 16) >> 16)], // SXTH
    ["1011001001mmmddd", extend(value => (value << 24) >> 24)], // SXTB
    ["1011001010mmmddd", extend(value => value & 0xffff)], // UXTH
    ["1011001011mmmddd", extend(value => value & 0xff)], // UXTB
    ["1011101000mmmddd", extend(reverse)],
    ["1011101001mmmddd", extend(reverseHalfwords)],
    ["1011101011mmmddd", extend(value => reverse(value) >> 16)], // REVSH
    ["1011111100000000", () => 1], // NOP
]
