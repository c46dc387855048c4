/** Cycles of a verdict on a Cortex-M0+, counted by the emulated RP2040's core, with code and data in its memory: no flash, no bus. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { RP2040 } from "rp2040js"
import { FastCore } from "../../simulators/emulator/core/fast-core"
import { PC, SP } from "../../simulators/emulator/core/instruction"
import { VERDICTS, type VerdictCase } from "./cases"
import { LOADER_FOLDER, loaderSources, STRICT, scratchFolder } from "./compile"
import { ARM } from "./cortex-m0"

const SRAM = 0x2000_0000
const STACK_TOP = SRAM + 256 * 1024
const FLAGS = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-ffreestanding", "-fno-tree-loop-distribute-patterns"]
const LINKED = ["-nostartfiles", "-nostdlib", `-Wl,-Ttext=0x${SRAM.toString(16)},-e,begin`]
/** A verdict that takes longer does not end. */
const MOST_CYCLES = 1e8

export class CortexM0Verdict {
    readonly #program: Buffer
    readonly #symbols: ReadonlyMap<string, number>

    constructor() {
        const elf = join(scratchFolder(), "cortex.elf")
        const sources = [...loaderSources().keys()].map(file => join(LOADER_FOLDER, file))
        const flags = [...STRICT, ...FLAGS, ...LINKED]
        execFileSync(`${ARM}-gcc`, [...flags, "test/loader/c/cortex.c", ...sources, "-o", elf, "-lgcc"])
        execFileSync(`${ARM}-objcopy`, ["-O", "binary", elf, `${elf}.bin`])
        this.#program = readFileSync(`${elf}.bin`)
        const lines = execFileSync(`${ARM}-nm`, [elf], { encoding: "utf8" }).split("\n")
        this.#symbols = new Map(lines.map(line => [line.slice(11), Number.parseInt(line, 16)]))
    }

    /** @param asked on a sound bus, of a board without an element */
    run({ chip, image, memory }: VerdictCase): { verdict: string; cycles: number } {
        const rp2040 = new RP2040()
        const core = new FastCore(rp2040)
        Object.assign(rp2040, { core })
        rp2040.sram.set(this.#program)
        rp2040.sram.set(memory, this.#offset("given_fram"))
        rp2040.sram.set(chip, this.#offset("given_chip"))
        rp2040.sram.set(image, this.#offset("given_image"))
        rp2040.sramView.setUint32(this.#offset("given_size"), image.length, true)
        core.r[PC] = SRAM + this.#offset("begin")
        core.r[SP] = STACK_TOP
        const end = SRAM + this.#offset("end")
        while ((core.r[PC] & ~1) !== end) {
            core.executeInstruction()
            if (core.cycles > MOST_CYCLES) throw new Error("the verdict does not end")
        }
        return { verdict: VERDICTS[rp2040.sramView.getUint32(this.#offset("told_verdict"), true)], cycles: core.cycles }
    }

    #offset(symbol: string): number {
        const address = this.#symbols.get(symbol)
        if (address === undefined) throw new Error(`no ${symbol} in the program`)
        return address - SRAM
    }
}
