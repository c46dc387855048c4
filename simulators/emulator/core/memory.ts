/** Instructions that load and store: ARMv6-M Architecture Reference Manual, A5.2.4; cycles of the Cortex-M0+ TRM, table 3-1. */
import {
    APB_READ_CYCLES,
    APB_WRITE_CYCLES,
    accessCycles,
    type Encoding,
    high,
    immediate5,
    LR,
    low,
    type Machine,
    middle,
    PC,
    SP,
    top,
} from "./instruction"

const offsetByRegister = ({ r }: Machine, opcode: number) => (r[middle(opcode)] + r[high(opcode)]) | 0
const offsetBy = ({ r }: Machine, opcode: number, scale: number) =>
    (r[middle(opcode)] + (immediate5(opcode) << scale)) | 0
const onStack = ({ r }: Machine, opcode: number) => (r[SP] + ((opcode & 0xff) << 2)) | 0
const literal = ({ r }: Machine, opcode: number) => ((r[PC] + 2) & ~3) + ((opcode & 0xff) << 2)

function loadWord(machine: Machine, register: number, address: number): number {
    machine.r[register] = machine.load32(address)
    return accessCycles(address, APB_READ_CYCLES)
}
function loadHalfword(machine: Machine, register: number, address: number): number {
    machine.r[register] = machine.load16(address)
    return accessCycles(address, APB_READ_CYCLES)
}
function loadByte(machine: Machine, register: number, address: number): number {
    machine.r[register] = machine.load8(address)
    return accessCycles(address, APB_READ_CYCLES)
}
function loadSignedHalfword(machine: Machine, register: number, address: number): number {
    machine.r[register] = (machine.load16(address) << 16) >> 16
    return accessCycles(address, APB_READ_CYCLES)
}
function loadSignedByte(machine: Machine, register: number, address: number): number {
    machine.r[register] = (machine.load8(address) << 24) >> 24
    return accessCycles(address, APB_READ_CYCLES)
}
function storeWord(machine: Machine, register: number, address: number): number {
    machine.store32(address, machine.r[register])
    return accessCycles(address, APB_WRITE_CYCLES)
}
function storeHalfword(machine: Machine, register: number, address: number): number {
    machine.store16(address, machine.r[register])
    return accessCycles(address, APB_WRITE_CYCLES)
}
function storeByte(machine: Machine, register: number, address: number): number {
    machine.store8(address, machine.r[register])
    return accessCycles(address, APB_WRITE_CYCLES)
}

/** STM. @returns the address behind the last register */
function storeLow(machine: Machine, list: number, from: number): number {
    let address = from
    for (let register = 0; register < 8; register++)
        if (list & (1 << register)) {
            machine.store32(address, machine.r[register])
            address = (address + 4) | 0
        }
    return address
}

function loadLow(machine: Machine, list: number, from: number): number {
    let address = from
    for (let register = 0; register < 8; register++)
        if (list & (1 << register)) {
            machine.r[register] = machine.load32(address)
            address = (address + 4) | 0
        }
    return address
}

/** One cycle, and one for each register. */
const listCycles = (from: number, to: number) => 1 + (((to - from) | 0) >> 2)

/** Bits set in 0 to 255. */
const COUNT = Uint8Array.from({ length: 256 }, (_, list) => [...list.toString(2)].filter(bit => bit === "1").length)

export const MEMORY: readonly Encoding[] = [
    ["01001ttt........", (m, op) => loadWord(m, top(op), literal(m, op))],
    ["0101000mmmnnnttt", (m, op) => storeWord(m, low(op), offsetByRegister(m, op))],
    ["0101001mmmnnnttt", (m, op) => storeHalfword(m, low(op), offsetByRegister(m, op))],
    ["0101010mmmnnnttt", (m, op) => storeByte(m, low(op), offsetByRegister(m, op))],
    ["0101011mmmnnnttt", (m, op) => loadSignedByte(m, low(op), offsetByRegister(m, op))],
    ["0101100mmmnnnttt", (m, op) => loadWord(m, low(op), offsetByRegister(m, op))],
    ["0101101mmmnnnttt", (m, op) => loadHalfword(m, low(op), offsetByRegister(m, op))],
    ["0101110mmmnnnttt", (m, op) => loadByte(m, low(op), offsetByRegister(m, op))],
    ["0101111mmmnnnttt", (m, op) => loadSignedHalfword(m, low(op), offsetByRegister(m, op))],
    ["01100.....nnnttt", (m, op) => storeWord(m, low(op), offsetBy(m, op, 2))],
    ["01101.....nnnttt", (m, op) => loadWord(m, low(op), offsetBy(m, op, 2))],
    ["01110.....nnnttt", (m, op) => storeByte(m, low(op), offsetBy(m, op, 0))],
    ["01111.....nnnttt", (m, op) => loadByte(m, low(op), offsetBy(m, op, 0))],
    ["10000.....nnnttt", (m, op) => storeHalfword(m, low(op), offsetBy(m, op, 1))],
    ["10001.....nnnttt", (m, op) => loadHalfword(m, low(op), offsetBy(m, op, 1))],
    ["10010ttt........", (m, op) => storeWord(m, top(op), onStack(m, op))],
    ["10011ttt........", (m, op) => loadWord(m, top(op), onStack(m, op))],
    [
        "1011010.........", // PUSH
        (machine, opcode) => {
            const withLink = (opcode >> 8) & 1
            const from = machine.r[SP] - 4 * (COUNT[opcode & 0xff] + withLink)
            const end = storeLow(machine, opcode & 0xff, from)
            if (withLink) machine.store32(end, machine.r[LR])
            machine.r[SP] = from
            return listCycles(from, end) + withLink
        },
    ],
    [
        "1011110.........", // POP
        (machine, opcode) => {
            const from = machine.r[SP]
            const end = loadLow(machine, opcode & 0xff, from)
            machine.r[SP] = end
            if (!(opcode & 0x100)) return listCycles(from, end)
            const target = machine.load32(end)
            machine.r[SP] = end + 4
            machine.branchTo(target)
            return listCycles(from, end) + 3
        },
    ],
    [
        "11000nnn........", // STM
        (machine, opcode) => {
            const from = machine.r[top(opcode)]
            const end = storeLow(machine, opcode & 0xff, from)
            machine.r[top(opcode)] = end
            return listCycles(from, end)
        },
    ],
    [
        "11001nnn........", // LDM
        (machine, opcode) => {
            const from = machine.r[top(opcode)]
            const end = loadLow(machine, opcode & 0xff, from)
            if (!(opcode & (1 << top(opcode)))) machine.r[top(opcode)] = end
            return listCycles(from, end)
        },
    ],
]
