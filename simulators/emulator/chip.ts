/** An RP2040 as on a Raspberry Pi Pico: `rp2040js` with the peripherals that the runtime needs and it lacks, at the speed of its own clock. */
import { RP2040 } from "rp2040js"
import type { I2cTarget } from "../parts/part"
import type { Random } from "../random"
import { ChipClock } from "./chip-clock"
import { FastCore } from "./core/fast-core"
import { interruptOnAbort } from "./peripherals/dma-abort"
import { I2cBus } from "./peripherals/i2c-bus"
import { PlainRegisters } from "./peripherals/plain-registers"
import { QspiPins } from "./peripherals/qspi-pins"
import { onResetRequest } from "./peripherals/reset"
import { RingOscillator } from "./peripherals/ring-oscillator"
import { SpiFlash } from "./peripherals/spi-flash"
import { Ssi } from "./peripherals/ssi"
import { TimedPio } from "./peripherals/timed-pio"
import { UsbHost } from "./usb-host"

/** The second stage of the boot loader lies at the start of the flash; the ROM's own start takes some milliseconds and is left out. */
const BOOT2_AT = 0x10000000
/** Indices of the package's table of peripherals. */
const XIP_CTRL = 0x14000
const SSI = 0x18000
const IO_QSPI = 0x40018
const ROSC = 0x40060
const VREG = 0x40064
const PIO = [0x50200, 0x50300]
/** How far the processor may be ahead of the programmable I/O while that has something to do: a bit of the Jacdac line. */
const PIO_STEP_NANOS = 1_000

export interface EmulatedChipOptions {
    bootRom: Uint8Array
    /** Contents of the flash, 2 MiB. The chip changes them. */
    flash: Uint8Array
    /** Of the flash: 8 bytes. The runtime takes it for its device identifier. */
    uniqueId: Uint8Array
    random: Random
    /** Which controller they are at, and what they are. */
    i2c: { controller: 0 | 1; targets: readonly I2cTarget[] }
    /** The world's time, which parts go by. */
    nowUs: () => number
    /** The chip does something else with a pin. */
    onPin: (gpio: number) => void
}

export class EmulatedChip {
    readonly rp2040: RP2040
    readonly clock = new ChipClock()
    readonly core: FastCore
    readonly flash: SpiFlash
    readonly usb: UsbHost
    /** Instructions that were carried out. */
    instructions = 0
    readonly #pios: readonly TimedPio[]
    /** Levels at the pins. */
    readonly #inputs: boolean[] = []
    #resetRequested = false
    #leave = false
    /** Of the processor's cycles, those that are in the clock. */
    #countedCycles = 0

    constructor(options: EmulatedChipOptions) {
        const chip = new RP2040(this.clock)
        this.rp2040 = chip
        chip.logger = SILENT
        this.core = new FastCore(chip)
        Object.assign(chip, { core: this.core })
        const rom = options.bootRom
        chip.loadBootrom(new Uint32Array(rom.buffer.slice(rom.byteOffset, rom.byteOffset + rom.byteLength)))
        chip.flash.set(options.flash)
        this.flash = new SpiFlash(chip.flash, options.uniqueId, this.clock)
        const ssi = new Ssi(chip, this.flash)
        this.#pios = chip.pio.map(pio => new TimedPio(chip, pio, this.clock))
        Object.assign(chip.pio, this.#pios)
        const { peripherals } = chip
        peripherals[XIP_CTRL] = new PlainRegisters(chip, "XIP_CTRL")
        peripherals[VREG] = new PlainRegisters(chip, "VREG_AND_CHIP_RESET")
        peripherals[SSI] = ssi
        peripherals[IO_QSPI] = new QspiPins(chip, ssi)
        peripherals[ROSC] = new RingOscillator(chip, options.random)
        for (const [i, pio] of this.#pios.entries()) peripherals[PIO[i]] = pio
        interruptOnAbort(chip)
        onResetRequest(chip, () => {
            this.#resetRequested = true
            this.#leave = true
        })
        const { controller, targets } = options.i2c
        new I2cBus(chip, chip.i2c[controller], this.clock, targets, options.nowUs)
        this.usb = new UsbHost(chip.usbCtrl)
        for (const pin of chip.gpio) pin.addListener(() => options.onPin(pin.index))
        this.core.onPeripheral = () => this.#catchUpClock()
        this.core.PC = BOOT2_AT
        this.core.LR = 0
    }

    /** Whether the program asked to start anew. */
    get resetRequested(): boolean {
        return this.#resetRequested
    }

    /** What the flash holds now. */
    get flashBytes(): Uint8Array {
        return this.rp2040.flash
    }

    /** When what happens at the pins now happens. */
    get pinNanos(): number {
        return this.#pios[0].stepNanos ?? this.#pios[1].stepNanos ?? this.clock.nanos
    }

    /** What the chip reads at a pin from now on. */
    setInput(gpio: number, high: boolean): void {
        const pin = this.rp2040.gpio[gpio]
        if (this.#inputs[gpio] === high) return
        this.#inputs[gpio] = high
        for (const pio of this.#pios) pio.catchUp()
        pin.setInputValue(high)
    }

    /** Ends `run` after the instruction that is under way. */
    leave(): void {
        this.#leave = true
    }

    /** Lets the chip's time go on until then, or until a reset is asked for or `leave` called. */
    run(untilNanos: number): void {
        const { clock, core } = this
        this.#leave = false
        while (!this.#leave && clock.nanos < untilNanos) {
            const limit = Math.min(clock.nextNanos, untilNanos, this.#pioLimit())
            if (core.waiting) clock.nanos = Math.max(clock.nanos, limit)
            else if (limit > clock.nanos) this.#compute(limit)
            for (const pio of this.#pios) if (pio.isBusy) pio.catchUp()
            clock.fire()
        }
    }

    #pioLimit(): number {
        const busy = this.#pios[0].isBusy || this.#pios[1].isBusy
        return busy ? this.clock.nanos + PIO_STEP_NANOS : Number.POSITIVE_INFINITY
    }

    /** Carries out instructions until that time, or until one of them touched a peripheral. */
    #compute(limitNanos: number): void {
        const { core, clock } = this
        const budget = Math.ceil(((limitNanos - clock.nanos) * this.rp2040.clkSys) / 1e9)
        core.peripheralMet = false
        this.instructions += core.executeUntil(core.cycles + budget)
        this.#catchUpClock()
    }

    /** A peripheral's time is the processor's. Its speed may change next, so what was counted is counted. */
    #catchUpClock(): void {
        const { cycles } = this.core
        this.clock.nanos += ((cycles - this.#countedCycles) * 1e9) / this.rp2040.clkSys
        this.#countedCycles = cycles
    }
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
