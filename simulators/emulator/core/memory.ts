/** Instructions that load and store: ARMv6-M Architecture Reference Manual, A5.2.4; cycles of the Cortex-M0+ TRM, table 3-1. */
import {
    APB_READ_CYCLES,
    APB_WRITE_CYCLES,
    accessCycles,
    type Encoding,
    type Execute,
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

type Address = (machine: Machine, opcode: number) => number

const registerOffset: Address = ({ r }, opcode) => (r[middle(opcode)] + r[high(opcode)]) | 0
const immediateOffset =
    (scale: number): Address =>
    ({ r }, opcode) =>
        (r[middle(opcode)] + (immediate5(opcode) << scale)) | 0
const stackOffset: Address = ({ r }, opcode) => (r[SP] + ((opcode & 0xff) << 2)) | 0
const literal: Address = ({ r }, opcode) => ((r[PC] + 2) & ~3) + ((opcode & 0xff) << 2)

type Load = (machine: Machine, address: number) => number
const word: Load = (machine, address) => machine.load32(address)
const halfword: Load = (machine, address) => machine.load16(address)
const byte: Load = (machine, address) => machine.load8(address)
const signedHalfword: Load = (machine, address) => (machine.load16(address) << 16) >> 16
const signedByte: Load = (machine, address) => (machine.load8(address) << 24) >> 24

const load =
    (read: Load, addressOf: Address, target = low): Execute =>
    (machine, opcode) => {
        const address = addressOf(machine, opcode)
        machine.r[target(opcode)] = read(machine, address)
        return accessCycles(address, APB_READ_CYCLES)
    }

type Store = (machine: Machine, address: number, value: number) => void
const storeWord: Store = (machine, address, value) => machine.store32(address, value)
const storeHalfword: Store = (machine, address, value) => machine.store16(address, value)
const storeByte: Store = (machine, address, value) => machine.store8(address, value)

const store =
    (write: Store, addressOf: Address, source = low): Execute =>
    (machine, opcode) => {
        const address = addressOf(machine, opcode)
        write(machine, address, machine.r[source(opcode)])
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

const bytesOf = (from: number, to: number) => (to - from) | 0
/** One cycle, and one for each register. */
const listCycles = (from: number, to: number) => 1 + (bytesOf(from, to) >> 2)

/** Bits set in 0 to 255. */
const COUNT = Uint8Array.from({ length: 256 }, (_, list) => [...list.toString(2)].filter(bit => bit === "1").length)

export const MEMORY: readonly Encoding[] = [
    ["01001ttt........", load(word, literal, top)],
    ["0101000mmmnnnttt", store(storeWord, registerOffset)],
    ["0101001mmmnnnttt", store(storeHalfword, registerOffset)],
    ["0101010mmmnnnttt", store(storeByte, registerOffset)],
    ["0101011mmmnnnttt", load(signedByte, registerOffset)],
    ["0101100mmmnnnttt", load(word, registerOffset)],
    ["0101101mmmnnnttt", load(halfword, registerOffset)],
    ["0101110mmmnnnttt", load(byte, registerOffset)],
    ["0101111mmmnnnttt", load(signedHalfword, registerOffset)],
    ["01100.....nnnttt", store(storeWord, immediateOffset(2))],
    ["01101.....nnnttt", load(word, immediateOffset(2))],
    ["01110.....nnnttt", store(storeByte, immediateOffset(0))],
    ["01111.....nnnttt", load(byte, immediateOffset(0))],
    ["10000.....nnnttt", store(storeHalfword, immediateOffset(1))],
    ["10001.....nnnttt", load(halfword, immediateOffset(1))],
    ["10010ttt........", store(storeWord, stackOffset, top)],
    ["10011ttt........", load(word, stackOffset, top)],
    [
        "1011010........." /* PUSH */,
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
        "1011110........." /* POP */,
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
        "11000nnn........" /* STM */,
        (machine, opcode) => {
            const from = machine.r[top(opcode)]
            const end = storeLow(machine, opcode & 0xff, from)
            machine.r[top(opcode)] = end
            return listCycles(from, end)
        },
    ],
    [
        "11001nnn........" /* LDM */,
        (machine, opcode) => {
            const from = machine.r[top(opcode)]
            const end = loadLow(machine, opcode & 0xff, from)
            if (!(opcode & (1 << top(opcode)))) machine.r[top(opcode)] = end
            return listCycles(from, end)
        },
    ],
]
