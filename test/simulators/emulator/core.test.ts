import { RP2040 } from "rp2040js"
import { describe, expect, test } from "vitest"
import { INSTRUCTIONS, tableOf } from "../../../simulators/emulator/core/decoder"
import { FastCore } from "../../../simulators/emulator/core/fast-core"
import { Random } from "../../../simulators/random"

const RAM = 0x20000000
const CODE_AT = 0x1000
/** Registers point there, into a RAM that both cores see alike; what they do around it is compared. */
const DATA_AT = 0x8000
const WINDOW = { from: DATA_AT - 0x80, bytes: 0x600 }

type Core = RP2040["core"]

interface State {
    registers: number[]
    flags: number
    ram: Uint8Array
}

interface Outcome {
    registers: number[]
    flags: string
    ram: Uint8Array
    cycles: number
}

const theirs = new RP2040()
theirs.logger = { debug() {}, info() {}, warn() {}, error() {} }
const oursIn = new RP2040()
oursIn.logger = theirs.logger
const ours = new FastCore(oursIn)

function outcome(core: Core, chip: RP2040, opcodes: readonly number[], state: State): Outcome {
    chip.sram.set(state.ram, WINDOW.from)
    new Uint16Array(chip.sram.buffer, CODE_AT).set(opcodes)
    core.registers.set(state.registers)
    core.PC = RAM + CODE_AT
    core.APSR = state.flags
    core.waiting = false
    const cycles = core.executeInstruction()
    const flags = [core.N, core.Z, core.C, core.V].map(Number).join("")
    return {
        registers: [...core.registers],
        flags,
        ram: chip.sram.subarray(WINDOW.from, WINDOW.from + WINDOW.bytes),
        cycles,
    }
}

/** Small numbers and the edges of arithmetic as well as any. */
function stateOf(random: Random, opcode: number): State {
    const isMemory = opcode >> 12 >= 0x5 && opcode >> 12 <= 0xc
    const edges = [0, 1, 2, 31, 32, 33, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff]
    const value = () => {
        if (isMemory) return RAM + DATA_AT + 8 * random.below(16)
        return random.below(2) ? edges[random.below(edges.length)] : random.uint32()
    }
    const registers = Array.from({ length: 16 }, value)
    // Offsets are small and even, so that what they give is aligned and in the RAM.
    if (isMemory && opcode >> 12 === 0x5) registers[(opcode >> 6) & 7] = 8 * random.below(16)
    registers[13] = RAM + DATA_AT + 4 * random.below(16)
    const ram = new Uint8Array(WINDOW.bytes)
    random.draw(ram)
    // No result has both N and Z.
    const flags = [0, 0x40000000, 0x80000000][random.below(3)] | (random.below(4) << 28)
    return { registers, flags: flags >>> 0, ram }
}

/** Where the package differs from the manual, by what it has wrong. The manual's answers are tested below. */
function isKnownToDiffer(opcode: number, { registers }: State): boolean {
    const amount = registers[(opcode >> 3) & 7] & 0xff
    const group = opcode >> 6
    const isShift = [0b0100000010, 0b0100000011, 0b0100000100, 0b0100000111].includes(group)
    // Shifts by a register: C where the amount is 0 or over 32.
    if (isShift && (amount === 0 || amount > 31)) return true
    // With a carry that wraps the second operand around, V.
    if (group === 0b0100000101 || group === 0b0100000110) return true
    // LSRS by 32.
    if (opcode >> 11 === 0b00001 && ((opcode >> 6) & 31) === 0) return true
    // BLX LR, which overwrites where it is to jump before it does.
    return opcode === 0x47f0
}

/** The two cycle counts that are put right: PUSH with LR and POP with PC (Cortex-M0+ TRM, table 3-1). */
const correction = (opcode: number) => (opcode >> 8 === 0xb5 || opcode >> 8 === 0xbd ? 1 : 0)

/** The first opcode that the two cores do not agree about, and in what. */
function difference(core: Core, samples: number): string | undefined {
    const random = new Random("core")
    for (let opcode = 0; opcode < 0x10000; opcode++) {
        if (!INSTRUCTIONS[opcode]) continue
        for (let sample = 0; sample < samples; sample++) {
            const state = stateOf(random, opcode)
            if (isKnownToDiffer(opcode, state)) continue
            // BX and POP to where no code is are not what this is about; STM with its own base is undefined unless that comes first.
            const listed = opcode >> 12 === 0xc && (opcode >> 11) & 1 ? 0 : opcode & (1 << ((opcode >> 8) & 7))
            if (opcode >> 12 === 0xc && listed) continue
            const expected = outcome(theirs.core, theirs, [opcode, 0], state)
            expected.cycles += correction(opcode)
            const actual = outcome(core, oursIn, [opcode, 0], state)
            const wrong = (Object.keys(expected) as (keyof Outcome)[]).filter(key => !equal(expected[key], actual[key]))
            if (wrong.length > 0) return `${opcode.toString(16)}: ${wrong}`
        }
    }
    return undefined
}

function equal(a: string | number | number[] | Uint8Array, b: typeof a): boolean {
    return a instanceof Uint8Array ? Buffer.compare(a, b as Uint8Array) === 0 : String(a) === String(b)
}

describe("the core with a table", () => {
    test("does what the package's core does, opcode by opcode, but for what is listed", () => {
        expect(difference(ours, 3)).toBeUndefined()
    })

    test("a core with one instruction wrong is caught", () => {
        class Wrong extends FastCore {
            override executeInstruction(): number {
                const cycles = super.executeInstruction()
                // SXTB that forgets the sign.
                if (this.readUint16(RAM + CODE_AT) >> 6 === 0b1011001001) this.registers[0] &= 0xff
                return cycles
            }
        }
        expect(difference(new Wrong(oursIn), 2)).toMatch(/^b2/)
    })

    /** R0 and R1, C before; what R0, N, Z, C and V are afterwards (ARMv6-M Architecture Reference Manual, A2.2.1). */
    test.each([
        ["ADCS that wraps", 0x4148, [0x80000000, 0x7fffffff], 1, [0, "0110"]],
        ["ADCS over the greatest number", 0x4148, [0, 0x7fffffff], 1, [0x80000000, "1001"]],
        ["SBCS of all ones", 0x4188, [0, 0xffffffff], 0, [0, "0100"]],
        ["SBCS below the least number", 0x4188, [0x80000000, 0], 0, [0x7fffffff, "0011"]],
        ["LSLS by 0 keeps C", 0x4088, [5, 0], 1, [5, "0010"]],
        ["LSLS by 33", 0x4088, [0xffffffff, 33], 1, [0, "0100"]],
        ["LSRS by 0 keeps C", 0x40c8, [0x80000000, 0], 0, [0x80000000, "1000"]],
        ["LSRS by 32", 0x40c8, [0x80000000, 32], 0, [0, "0110"]],
        ["ASRS by 255", 0x4108, [0x80000000, 255], 0, [0xffffffff, "1010"]],
        ["RORS by 0 keeps C", 0x41c8, [0x80000000, 0], 0, [0x80000000, "1000"]],
        ["RORS by 32", 0x41c8, [0x80000001, 32], 0, [0x80000001, "1010"]],
        ["LSRS by an immediate of 0, which is 32", 0x0808, [0, 0x80000000], 0, [0, "0110"]],
    ] as const)("%s", (_, opcode, [r0, r1], carry, [result, flags]) => {
        const registers = [r0, r1, ...new Array(14).fill(0)]
        const state = { registers, flags: carry ? 0x20000000 : 0, ram: new Uint8Array(0) }
        const { registers: after, flags: afterwards } = outcome(ours, oursIn, [opcode, 0], state)
        expect([after[0], afterwards]).toEqual([result, flags])
    })

    test("BLX LR jumps to where LR said, and notes the return there", () => {
        const registers = [...new Array(14).fill(0), RAM + 0x2001, 0]
        const after = outcome(ours, oursIn, [0x47f0, 0], { registers, flags: 0, ram: new Uint8Array(0) }).registers
        expect([after[15], after[14]]).toEqual([RAM + 0x2000, RAM + CODE_AT + 3])
    })

    test.each([
        ["PUSH {R4, LR}", 0xb510, 3],
        ["PUSH {R4, R5}", 0xb430, 3],
        ["POP {R4, PC}", 0xbd10, 5],
        ["POP {R4, R5}", 0xbc30, 3],
        ["LDR from SRAM", 0x6808, 2],
        ["MULS", 0x4348, 1],
    ] as const)("%s takes its cycles", (_, opcode, cycles) => {
        const registers = new Array(16).fill(RAM + DATA_AT)
        const state = { registers, flags: 0, ram: new Uint8Array(WINDOW.bytes) }
        expect(outcome(ours, oursIn, [opcode, 0], state).cycles).toBe(cycles)
    })

    test("calls and returns", () => {
        const state = { registers: new Array(16).fill(0), flags: 0, ram: new Uint8Array(0) }
        // BL to 0x100 bytes before it.
        const call = outcome(ours, oursIn, [0xf7ff, 0xff7e], state)
        expect([call.registers[15], call.registers[14], call.cycles]).toEqual([
            RAM + CODE_AT - 0x100,
            RAM + CODE_AT + 5,
            3,
        ])
        const theirCall = outcome(theirs.core, theirs, [0xf7ff, 0xff7e], state)
        expect(theirCall.registers[15]).toBe(call.registers[15])
    })

    test("no two encodings claim one opcode", () => {
        const nothing = () => 1
        expect(() =>
            tableOf([
                ["0100000001mmmddd", nothing],
                ["010000000.......", nothing],
            ]),
        ).toThrow("another encoding")
        expect(() => tableOf([["0100000001mmmdd", nothing]])).toThrow("no encoding")
    })
})
