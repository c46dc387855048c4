import type { RP2040 } from "rp2040js"
import { branchWithLink, isBranchWithLink } from "./branch"
import { CortexM0 } from "./cortex-m0"
import { INSTRUCTIONS } from "./decoder"
import { type Machine, PC } from "./instruction"

const FLASH = 0x10
const SRAM = 0x20
/** SEV (A6.7.58). */
const SEND_EVENT = 0xbf40

/**
 * The processor, with a table in place of the package's chain of comparisons, memory without detours, and the cycles of the Cortex-M0+ TRM
 * (table 3-1) for PUSH with LR and POP with PC, one more than the package counts. What is rare, system instructions, is left to the package.
 */
export class FastCore extends CortexM0 implements Machine {
    readonly r = new Int32Array(this.registers.buffer)
    result: number
    carry: number
    overflow: number
    /** Hears of every access to a peripheral before it happens: that may ask for the time, or change what is to happen. */
    onPeripheral: () => void = () => {}
    peripheralMet = false
    readonly #flash8: Uint8Array
    readonly #flash16: Uint16Array
    readonly #flash32: Int32Array
    readonly #rom8: Uint8Array
    readonly #rom16: Uint16Array
    readonly #rom32: Int32Array
    readonly #sram8: Uint8Array
    readonly #sram16: Uint16Array
    readonly #sram32: Int32Array

    constructor(chip: RP2040) {
        super(chip)
        this.result = 1
        this.carry = 0
        this.overflow = 0
        const { bootrom, flash, sram } = chip
        this.#rom8 = new Uint8Array(bootrom.buffer)
        this.#rom16 = new Uint16Array(bootrom.buffer)
        this.#rom32 = new Int32Array(bootrom.buffer)
        this.#flash8 = flash
        this.#flash16 = new Uint16Array(flash.buffer)
        this.#flash32 = new Int32Array(flash.buffer)
        this.#sram8 = sram
        this.#sram16 = new Uint16Array(sram.buffer)
        this.#sram32 = new Int32Array(sram.buffer)
    }

    /** @returns its cycles */
    override executeInstruction(): number {
        if (this.interruptsUpdated && this.checkForInterrupts()) this.waiting = false
        const { r } = this
        const at = r[PC] & ~1
        const opcode = this.load16(at)
        const execute = INSTRUCTIONS[opcode]
        if (execute === undefined) return this.#executeRare(at, opcode)
        r[PC] = at + 2
        const cycles = execute(this, opcode)
        this.cycles += cycles
        return cycles
    }

    /**
     * Carries out instructions until so many cycles are counted, the processor waits, or a peripheral was met.
     * @returns how many
     */
    executeUntil(cycles: number): number {
        let instructions = 0
        do {
            this.executeInstruction()
            instructions++
        } while (this.cycles < cycles && !this.waiting && !this.peripheralMet)
        return instructions
    }

    load32(address: number): number {
        if ((address & 3) === 0) {
            const block = address >>> 24
            if (block === FLASH) return this.#flash32[(address & 0xffffff) >> 2]
            const offset = address & 0xffffff
            if (block === SRAM && offset < this.#sram8.length) return this.#sram32[offset >> 2]
            if (address >>> 14 === 0) return this.#rom32[address >> 2]
        }
        this.#meetPeripheral()
        return this.readUint32(address) | 0
    }

    load16(address: number): number {
        if ((address & 1) === 0) {
            const block = address >>> 24
            if (block === FLASH) return this.#flash16[(address & 0xffffff) >> 1]
            const offset = address & 0xffffff
            if (block === SRAM && offset < this.#sram8.length) return this.#sram16[offset >> 1]
            if (address >>> 14 === 0) return this.#rom16[address >> 1]
        }
        this.#meetPeripheral()
        return this.readUint16(address >>> 0)
    }

    load8(address: number): number {
        const block = address >>> 24
        if (block === FLASH) return this.#flash8[address & 0xffffff]
        const offset = address & 0xffffff
        if (block === SRAM && offset < this.#sram8.length) return this.#sram8[offset]
        if (address >>> 14 === 0) return this.#rom8[address]
        this.#meetPeripheral()
        return this.readUint8(address >>> 0)
    }

    store32(address: number, value: number): void {
        const offset = address & 0xffffff
        if (address >>> 24 === SRAM && (address & 3) === 0 && offset < this.#sram8.length) {
            this.#sram32[offset >> 2] = value
            return
        }
        this.#meetPeripheral()
        this.writeUint32(address >>> 0, value >>> 0)
    }

    store16(address: number, value: number): void {
        const offset = address & 0xffffff
        if (address >>> 24 === SRAM && (address & 1) === 0 && offset < this.#sram8.length) {
            this.#sram16[offset >> 1] = value
            return
        }
        this.#meetPeripheral()
        this.writeUint16(address >>> 0, value & 0xffff)
    }

    store8(address: number, value: number): void {
        const offset = address & 0xffffff
        if (address >>> 24 === SRAM && offset < this.#sram8.length) {
            this.#sram8[offset] = value
            return
        }
        this.#meetPeripheral()
        this.writeUint8(address >>> 0, value & 0xff)
    }

    branchTo(address: number): void {
        this.BXWritePC(address >>> 0)
    }

    #meetPeripheral(): void {
        this.peripheralMet = true
        this.onPeripheral()
    }

    #executeRare(at: number, opcode: number): number {
        const second = this.load16(at + 2)
        if (!isBranchWithLink(opcode, second)) {
            this.#meetPeripheral()
            // The package only notes that it saw the instruction.
            if (opcode === SEND_EVENT) this.eventRegistered = true
            return super.executeInstruction()
        }
        this.r[PC] = at + 2
        const cycles = branchWithLink(this, opcode, second)
        this.cycles += cycles
        return cycles
    }

    /** The package's code asks for the four flags, and sets them, in this order. No result has both N and Z: of the two, Z stays. */
    // @ts-expect-error: they are fields there
    override get N(): boolean {
        return this.result < 0
    }
    override set N(set: boolean) {
        if (set) this.result = -1
        else if (this.result < 0) this.result = 1
    }
    // @ts-expect-error
    override get Z(): boolean {
        return this.result === 0
    }
    override set Z(set: boolean) {
        if (set) this.result = 0
        else if (this.result === 0) this.result = 1
    }
    // @ts-expect-error
    override get C(): boolean {
        return this.carry !== 0
    }
    override set C(set: boolean) {
        this.carry = set ? 1 : 0
    }
    // @ts-expect-error
    override get V(): boolean {
        return this.overflow !== 0
    }
    override set V(set: boolean) {
        this.overflow = set ? 1 : 0
    }
}
