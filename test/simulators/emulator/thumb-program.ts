import { EmulatedChip, type EmulatedChipOptions } from "../../../simulators/emulator/chip"
import { BOOT_ROM_BYTES } from "../../../simulators/emulator/firmware"
import { SPI_FLASH_BYTES } from "../../../simulators/emulator/peripherals/spi-flash"
import { Random } from "../../../simulators/random"

/** What a program does, one after the other. What it reads goes into a list. */
export type Step =
    | { write: number; value: number }
    | { read: number }
    | { wait: number; mask: number }
    | { code: number[] }

/** The registers of a peripheral that sets bits, and one that clears them (RP2040 datasheet §2.1.2). */
export const set = (address: number) => address + 0x2000
export const clear = (address: number) => address + 0x3000

const RAM = 0x20000000
const RESULTS = 0x20010000
const RESULTS_AT = RESULTS - RAM
const LITERALS_AT = 0x200
const BRANCH_TO_ITSELF = 0xe7fe

/** Hand-assembled: R0 is an address, R1 a value, R2 a mask, R7 where results go. Literals lie behind the code. */
export function assembled(steps: readonly Step[]): Uint8Array {
    const code: number[] = []
    const literals: number[] = []
    /** LDR Rt, [PC, #offset] */
    const load = (register: number, value: number) => {
        const from = (code.length * 2 + 4) & ~3
        code.push(0x4800 | (register << 8) | ((LITERALS_AT + literals.push(value) * 4 - 4 - from) >> 2))
    }
    load(7, RESULTS)
    for (const step of steps) {
        if ("write" in step) {
            load(0, step.write)
            load(1, step.value)
            code.push(0x6001) // STR R1, [R0]
        } else if ("read" in step) {
            load(0, step.read)
            code.push(0x6801) // LDR R1, [R0]
            code.push(0xc702) // STM R7!, {R1}
        } else if ("wait" in step) {
            load(0, step.wait)
            load(2, step.mask)
            code.push(0x6801) // LDR R1, [R0]
            code.push(0x4211) // TST R1, R2
            code.push(0xd0fc) // BEQ back to LDR
        } else code.push(...step.code)
    }
    code.push(BRANCH_TO_ITSELF)
    if (code.length * 2 > LITERALS_AT || literals.length > 200) throw new Error("the program is too long")
    const flash = new Uint8Array(SPI_FLASH_BYTES).fill(0xff)
    new Uint16Array(flash.buffer).set(code)
    new Uint32Array(flash.buffer, LITERALS_AT).set(literals)
    return flash
}

export const UNIQUE_ID = Uint8Array.of(0xe6, 0x61, 0x4c, 0x31, 0x1b, 0x7e, 0x6f, 0x2a)

export function chipWith(flash: Uint8Array, options: Partial<EmulatedChipOptions> = {}): EmulatedChip {
    const chip: EmulatedChip = new EmulatedChip({
        bootRom: new Uint8Array(BOOT_ROM_BYTES),
        flash,
        uniqueId: UNIQUE_ID,
        random: new Random("emulator"),
        i2c: { controller: 0, targets: [] },
        nowUs: () => chip.clock.nanos / 1000,
        onPin() {},
        ...options,
    })
    return chip
}

/** What the program has read so far. */
export function resultsOf({ rp2040 }: EmulatedChip, count: number): number[] {
    return [...new Uint32Array(rp2040.sram.buffer, RESULTS_AT, count)]
}

export function run(chip: EmulatedChip, ms: number): void {
    chip.run(chip.clock.nanos + ms * 1e6)
}
