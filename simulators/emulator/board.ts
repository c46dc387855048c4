/** A whole device, as `simulators/board/board.ts`, whose chip carries out the runtime's own machine code. */
import type { BoardState } from "../board/board"
import { boardParts, isI2cTarget } from "../board/board-parts"
import type { BoardDefinition } from "../board/definition"
import { programFlash } from "../board/factory"
import type { Bus } from "../bus/bus"
import { Wiring } from "../circuit/wiring"
import { US_PER_MS, type VirtualClock } from "../clock"
import { NorFlash } from "../flash"
import { isMemory, type Part } from "../parts/part"
import { PowerLost } from "../power-cut"
import type { Random } from "../random"
import type { Json, Trace } from "../trace"
import { EmulatedChip } from "./chip"
import { JacdacPin } from "./jacdac-pin"

/** Where the upstream port has the board's configuration and its store of 128 KiB (`boards/rp2040/arch.json`). */
const CONFIG_AT = 0xdc000
const STORE_AT = 0xe0000
/** The board looks after the world so often while nothing else happens there. */
const LONGEST_SLICE_US = US_PER_MS
const NANOS_PER_US = 1000
const GPIOS = 30

/** What a board of this kind runs: both are the user's own downloads. */
export interface RuntimeFiles {
    /** Contents of the flash, 2 MiB. */
    flash: Uint8Array
    /** 16 KiB. */
    bootRom: Uint8Array
}

export interface EmulatedBoardOptions {
    /** Source of its trace lines, and first half of its parts' names. */
    name: string
    /** Of an RP2040 board. */
    definition: BoardDefinition
    /** 64-bit Jacdac device identifier, 16 hex digits: the flash's unique id. */
    deviceId: string
    runtime: RuntimeFiles
    clock: VirtualClock
    bus: Bus
    trace: Trace
    random: (stream: string) => Random
    /** Whether a computer is at the USB connector, with the serial port open. */
    usb: boolean
}

export class EmulatedBoard {
    readonly name: string
    readonly wiring: Wiring
    readonly parts: ReadonlyMap<string, Part>
    /** Bytes that the chip sends over USB. */
    onSerial: (bytes: Uint8Array) => void = () => {}
    /** Resets that the program asked for. */
    resets = 0
    readonly #options: EmulatedBoardOptions
    readonly #flash: Uint8Array
    readonly #jacdacGpio: number
    #chip: EmulatedChip | undefined
    #pin: JacdacPin | undefined
    #poweredAtUs = 0
    /** Counts the times that the chip was switched on, so that what one life has in mind does not happen in another. */
    #life = 0
    /** Instructions and cycles of earlier lives. */
    #before = { instructions: 0, cycles: 0 }

    /** Built without power and without a program: `install` or `restore` comes first. */
    constructor(options: EmulatedBoardOptions) {
        const { name, definition, clock, trace, runtime } = options
        this.#options = options
        this.name = name
        this.wiring = new Wiring({ name, circuit: definition.circuit, clock, trace })
        this.parts = boardParts(this.wiring, part => this.#context(part))
        this.#flash = runtime.flash.slice()
        this.#flash.set(definition.configBinary, CONFIG_AT)
        this.#jacdacGpio = numberIn(definition, "jacdac.pin")
        const { chip } = definition.circuit.description
        this.wiring.watch(chip, powered => (powered ? this.#switchOn() : this.#switchOff()))
    }

    powerOn(): void {
        this.#note("power", { on: true })
        this.wiring.setPower(true)
    }

    powerOff(): void {
        this.#note("power", { on: false })
        this.wiring.setPower(false)
    }

    /** Flashes the program as at the factory. */
    install(image: Uint8Array): void {
        const { definition, random } = this.#options
        const store = new NorFlash(definition.chip.flashBytes, random(`${this.name}.flash`))
        programFlash(store, definition, image)
        this.#flash.set(store.bytes, STORE_AT)
    }

    /** What the runtime's store and the parts hold: a simulated board of this kind takes it, and the other way round. */
    save(): BoardState {
        const parts: Record<string, Json> = {}
        for (const [name, part] of this.parts) if (isMemory(part)) parts[name] = part.save()
        const flash = this.#chip?.flashBytes ?? this.#flash
        const store = flash.subarray(STORE_AT, STORE_AT + this.#options.definition.chip.flashBytes)
        return { flash: Buffer.from(store).toString("base64"), parts }
    }

    /** The board is off. */
    restore({ flash, parts }: BoardState): void {
        this.#flash.set(Buffer.from(flash, "base64"), STORE_AT)
        for (const [name, part] of this.parts) if (isMemory(part)) part.load(parts[name])
    }

    /** The host sends bytes over USB. */
    writeSerial(bytes: Uint8Array): void {
        this.#chip?.usb.write(bytes)
    }

    /** What the processor did so far. */
    get work(): { instructions: number; cycles: number } {
        const { instructions, cycles } = this.#before
        return {
            instructions: instructions + (this.#chip?.instructions ?? 0),
            cycles: cycles + (this.#chip?.core.cycles ?? 0),
        }
    }

    #switchOn(): void {
        const { definition, deviceId, runtime, random, bus, clock, usb } = this.#options
        this.#poweredAtUs = clock.nowUs
        const life = ++this.#life
        const chip = new EmulatedChip({
            bootRom: runtime.bootRom,
            flash: this.#flash,
            uniqueId: Buffer.from(deviceId, "hex"),
            random: random(`${this.name}.chip.${life}`),
            i2c: {
                controller: ((numberIn(definition, "i2c.pinSDA") >> 1) & 1) as 0 | 1,
                targets: [...this.parts.values()].filter(isI2cTarget),
            },
            nowUs: () => this.#chipUs(),
            onPin: gpio => this.#pinChanged(gpio),
        })
        this.#chip = chip
        const gpio = chip.rp2040.gpio[this.#jacdacGpio]
        this.#pin = new JacdacPin({
            name: this.name,
            bus,
            clock: chip.clock,
            pin: {
                get pullsLow() {
                    return gpio.outputEnable && !gpio.outputValue
                },
                get sinceNanos() {
                    return chip.pinNanos
                },
                setLevel: high => chip.setInput(gpio.index, high),
            },
        })
        chip.usb.plugged = usb
        chip.usb.onData = bytes => this.#outward(() => this.onSerial(bytes))
        for (let pin = 0; pin < GPIOS; pin++) this.#pinChanged(pin)
        for (const pin of this.wiring.circuit.pins.values()) {
            const unwatch = this.wiring.watchPin(pin, high => this.#chip === chip && chip.setInput(pin, high))
            this.#unwatch.push(unwatch)
        }
        this.#turnAt(clock.nowUs)
    }

    readonly #unwatch: (() => void)[] = []

    #switchOff(): void {
        const chip = this.#chip
        if (!chip) return
        this.#flash.set(chip.flashBytes.subarray(0, this.#flash.length))
        this.#before = this.work
        this.#chip = undefined
        this.#life++
        for (const unwatch of this.#unwatch.splice(0)) unwatch()
        this.#pin!.detach()
        chip.leave()
        this.wiring.reset()
    }

    #turnAt(atUs: number): void {
        const life = this.#life
        this.#options.clock.at(atUs, () => {
            if (this.#life === life) this.#turn()
        })
    }

    /** Lets the chip run until something else is to happen in the world. */
    #turn(): void {
        const chip = this.#chip!
        const { clock } = this.#options
        const next = Math.min(clock.nextUs ?? Number.POSITIVE_INFINITY, clock.nowUs + LONGEST_SLICE_US)
        try {
            chip.run((next - this.#poweredAtUs) * NANOS_PER_US)
        } catch (error) {
            if (!(error instanceof PowerLost)) throw error
            this.#note("power-lost", {})
            this.powerOff()
        }
        if (this.#chip !== chip) return
        if (chip.resetRequested) this.#reset()
        else this.#turnAt(Math.max(this.#chipUs(), clock.nowUs))
    }

    #reset(): void {
        this.#catchUp()
        this.#note("reset", {})
        this.resets++
        this.#switchOff()
        this.#switchOn()
    }

    #pinChanged(gpio: number): void {
        const chip = this.#chip
        if (!chip) return
        const pin = chip.rp2040.gpio[gpio]
        this.#outward(() => {
            if (gpio === this.#jacdacGpio) {
                this.#pin?.changed()
                return
            }
            const pull = pin.pullupEnabled ? "up" : pin.pulldownEnabled ? "down" : undefined
            this.wiring.drivePin(gpio, pin.outputEnable ? (pin.outputValue ? 1 : 0) : undefined, pull)
            if (this.#chip === chip) chip.setInput(gpio, this.wiring.readPin(gpio) === 1)
        })
    }

    /** The chip does something to the world: that happens at the chip's time, and may change what comes next there. */
    #outward(act: () => void): void {
        this.#catchUp()
        const { clock } = this.#options
        const before = clock.nextUs
        act()
        if (clock.nextUs !== before) this.#chip?.leave()
    }

    #catchUp(): void {
        const { clock } = this.#options
        clock.nowUs = Math.max(clock.nowUs, this.#chipUs())
    }

    #chipUs(): number {
        return this.#poweredAtUs + Math.floor((this.#chip?.clock.nanos ?? 0) / NANOS_PER_US)
    }

    #context(part: string) {
        const { clock, bus, trace, random } = this.#options
        const name = `${this.name}.${part}`
        return {
            name,
            clock,
            bus,
            random: random(name),
            note: (kind: string, detail?: Record<string, Json>) => trace.note(name, kind, detail),
        }
    }

    #note(kind: string, detail: Record<string, Json>): void {
        this.#options.trace.note(this.name, kind, detail)
    }
}

function numberIn({ config, id }: BoardDefinition, key: string): number {
    const value = config.get(key)
    if (typeof value !== "number") throw new Error(`board ${id} has no ${key}`)
    return value
}
