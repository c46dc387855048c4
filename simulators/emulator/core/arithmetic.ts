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

function add(machine: Machine, register: number, a: number, b: number): number {
    machine.r[register] = addWithCarry(machine, a, b, 0)
    return 1
}

function subtract(machine: Machine, register: number, a: number, b: number): number {
    machine.r[register] = addWithCarry(machine, a, ~b, 1)
    return 1
}

function set(machine: Machine, register: number, value: number): number {
    machine.r[register] = value
    return 1
}

/** Sets N and Z, too. */
function setResult(machine: Machine, register: number, value: number): number {
    machine.r[register] = value
    machine.result = value | 0
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

/** By an immediate amount, of which 0 means 32. */
function shiftBy(machine: Machine, opcode: number, shift: Shift): number {
    return setResult(machine, low(opcode), shift(machine, machine.r[middle(opcode)], immediate5(opcode) || 32))
}

/** By the amount in a register, of which 0 leaves C as it is. */
function shiftByRegister(machine: Machine, opcode: number, shift: Shift): number {
    const amount = machine.r[middle(opcode)] & 0xff
    const value = machine.r[low(opcode)]
    return setResult(machine, low(opcode), amount ? shift(machine, value, amount) : value)
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

// Each encoding has a function of its own, without another between it and the arithmetic: the engine turns those into straight code.
export const ARITHMETIC: readonly Encoding[] = [
    // MOVS of a register, which is LSLS by 0 and leaves C as it is.
    ["0000000000mmmddd", (m, op) => setResult(m, low(op), m.r[middle(op)])],
    ...shiftsLeft(),
    ["00001.....mmmddd", (m, op) => shiftBy(m, op, shiftRight)], // LSRS
    ["00010.....mmmddd", (m, op) => shiftBy(m, op, shiftSigned)], // ASRS
    ["0001100mmmnnnddd", (m, op) => add(m, low(op), m.r[middle(op)], m.r[high(op)])],
    ["0001101mmmnnnddd", (m, op) => subtract(m, low(op), m.r[middle(op)], m.r[high(op)])],
    ["0001110...nnnddd", (m, op) => add(m, low(op), m.r[middle(op)], high(op))],
    ["0001111...nnnddd", (m, op) => subtract(m, low(op), m.r[middle(op)], high(op))],
    ["00100ddd........", (m, op) => setResult(m, top(op), op & 0xff)], // MOVS
    ["00101nnn........", (m, op) => compare(m, m.r[top(op)], op & 0xff)],
    ["00110ddd........", (m, op) => add(m, top(op), m.r[top(op)], op & 0xff)],
    ["00111ddd........", (m, op) => subtract(m, top(op), m.r[top(op)], op & 0xff)],
    ["0100000000mmmddd", (m, op) => setResult(m, low(op), m.r[low(op)] & m.r[middle(op)])], // ANDS
    ["0100000001mmmddd", (m, op) => setResult(m, low(op), m.r[low(op)] ^ m.r[middle(op)])], // EORS
    ["0100000010mmmddd", (m, op) => shiftByRegister(m, op, shiftLeft)],
    ["0100000011mmmddd", (m, op) => shiftByRegister(m, op, shiftRight)],
    ["0100000100mmmddd", (m, op) => shiftByRegister(m, op, shiftSigned)],
    // ADCS and SBCS
    ["0100000101mmmddd", (m, op) => set(m, low(op), addWithCarry(m, m.r[low(op)], m.r[middle(op)], m.carry))],
    ["0100000110mmmddd", (m, op) => set(m, low(op), addWithCarry(m, m.r[low(op)], ~m.r[middle(op)], m.carry))],
    ["0100000111mmmddd", (m, op) => shiftByRegister(m, op, rotate)],
    // TST
    [
        "0100001000mmmnnn",
        (m, op) => {
            m.result = m.r[low(op)] & m.r[middle(op)]
            return 1
        },
    ],
    ["0100001001nnnddd", (m, op) => subtract(m, low(op), 0, m.r[middle(op)])], // RSBS
    ["0100001010mmmnnn", (m, op) => compare(m, m.r[low(op)], m.r[middle(op)])],
    // CMN
    [
        "0100001011mmmnnn",
        (m, op) => {
            addWithCarry(m, m.r[low(op)], m.r[middle(op)], 0)
            return 1
        },
    ],
    ["0100001100mmmddd", (m, op) => setResult(m, low(op), m.r[low(op)] | m.r[middle(op)])], // ORRS
    // MULS: the RP2040 has the multiplier of one cycle.
    ["0100001101nnnddd", (m, op) => setResult(m, low(op), Math.imul(m.r[low(op)], m.r[middle(op)]))],
    ["0100001110mmmddd", (m, op) => setResult(m, low(op), m.r[low(op)] & ~m.r[middle(op)])], // BICS
    ["0100001111mmmddd", (m, op) => setResult(m, low(op), ~m.r[middle(op)])], // MVNS
    ["01000100dmmmmddd", (m, op) => write(m, anyTarget(op), (read(m, anyTarget(op)) + read(m, anySource(op))) | 0)],
    ["01000101nmmmmnnn", (m, op) => compare(m, m.r[anyTarget(op)], m.r[anySource(op)])],
    ["01000110dmmmmddd", (m, op) => write(m, anyTarget(op), read(m, anySource(op)))],
    ["10100ddd........", (m, op) => set(m, top(op), ((m.r[PC] + 2) & ~3) + ((op & 0xff) << 2))], // ADR
    ["10101ddd........", (m, op) => set(m, top(op), m.r[SP] + ((op & 0xff) << 2))],
    ["101100000.......", (m, op) => set(m, SP, m.r[SP] + ((op & 0x7f) << 2))],
    ["101100001.......", (m, op) => set(m, SP, m.r[SP] - ((op & 0x7f) << 2))],
    ["1011001000mmmddd", (m, op) => set(m, low(op), (m.r[middle(op)] << 16) >> 16)], // SXTH
    ["1011001001mmmddd", (m, op) => set(m, low(op), (m.r[middle(op)] << 24) >> 24)], // SXTB
    ["1011001010mmmddd", (m, op) => set(m, low(op), m.r[middle(op)] & 0xffff)], // UXTH
    ["1011001011mmmddd", (m, op) => set(m, low(op), m.r[middle(op)] & 0xff)], // UXTB
    ["1011101000mmmddd", (m, op) => set(m, low(op), reverse(m.r[middle(op)]))],
    ["1011101001mmmddd", (m, op) => set(m, low(op), reverseHalfwords(m.r[middle(op)]))],
    ["1011101011mmmddd", (m, op) => set(m, low(op), reverse(m.r[middle(op)]) >> 16)], // REVSH
    ["1011111100000000", () => 1], // NOP
]

/** LSLS by 1 to 31, the amounts whose encodings are not those of MOVS. */
function shiftsLeft(): Encoding[] {
    const execute: Execute = (m, op) => shiftBy(m, op, shiftLeft)
    return Array.from({ length: 31 }, (_, i) => [`00000${(i + 1).toString(2).padStart(5, "0")}mmmddd`, execute])
}
