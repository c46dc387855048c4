/** A microcontroller on a board: the runtime in a VM, its flash, its pins, its place on the Jacdac bus, and what a reset does to them. */
import { type Bus, type BusNode, US_PER_BYTE } from "../bus/bus"
import { decodeHeader, FrameFlag, programDeviceId } from "../bus/frame"
import type { ChipSettings } from "../bus/services/wifi"
import type { Wiring } from "../circuit/wiring"
import type { Clock, Timer } from "../clock"
import { type CostTable, sha256Cycles } from "../costs/cost-table"
import type { NorFlash } from "../flash"
import type { I2cTarget } from "../parts/part"
import { PowerLost } from "../power-cut"
import type { Random } from "../random"
import type { Json } from "../trace"
import {
    ChipReset,
    type Hardware,
    isInputMode,
    isOutputMode,
    PinMode,
    type ProgramMoment,
    RuntimeHung,
    RuntimePanic,
    type Sockets,
} from "../vm/hardware"
import { MAX_SLEEP_IN_TURN_US } from "../vm/main-loop"
import type { MeterReading } from "../vm/meter"
import { Vm } from "../vm/vm"
import {
    type ChipServerConfig,
    chipServersOf,
    decodeHardwareConfig,
    type HardwareConfig,
    isHardwareConfig,
    startLevels,
    takenPins,
} from "./hardware-config"
import { longestLow } from "./sda"
import { Tick } from "./tick"
import { mayRun, type ProgramVerifier, type StageBus } from "./verifier"

/** Board pins take their start levels about this long after power-on (`runtime-facts`, seen on the emulated Pico). */
const START_LEVELS_US = 1_000
/** The runtime's first turn after power-on. */
const FIRST_TURN_US = 10_000
/** A turn of the main loop that runs no fiber takes this long, at least. */
const EMPTY_TURN_US = 100
/** The longest time between two turns: the port's main sets it before it waits (`jd_set_max_sleep(1000)`). */
const LONGEST_SLEEP_US = 1_000
/** A turn that comes less than this before something is due is played, as the time may come while it lasts. Others have nothing to do. */
const CLOSE_US = 200
/** Time from a frame's being ready to its first bit: half a random delay of about 150 us, less what the port needs (`jd_physical.c`). */
const SEND_DELAY_US = 122
/** A C-level assertion leaves the chip standing until the runtime's panic handler resets it. */
const PANIC_RESET_US = 8_400_000
/** An I2C transaction costs this much beyond its clock cycles (emulated RP2040: 32 bytes read at 400 kHz take 833 µs, 128 bytes 3,050). */
const I2C_OVERHEAD_US = 25
const I2C_BITS_PER_BYTE = 9
const I2C_DEFAULT_KHZ = 100
/** What the runtime logs where a real one resets the chip, because a new program wants other hardware settings. */
const RESTART_LOG = "would restart due to DCFG"
/** What it logs when a frame of its own found no room in its receive queue. */
const LOOPBACK_LOST_LOG = "loopback rx ovf"

/** `off`: no supply. `stopped`: the C code failed an assertion, or left its memory; a reset follows. `hung`: waiting for ever, only power helps. */
export type ChipState = "off" | "running" | "stopped" | "hung"

export interface ChipOptions {
    name: string
    /** 16 hex digits. */
    deviceId: string
    /** Identifier of the node that plays its servers. */
    chipServersId: string
    /** The board's hardware configuration, decoded and binary. */
    config: HardwareConfig
    configBinary: Uint8Array
    /** The runtime's port sets an alarm that never comes when its delay is 0: see `Tick`. */
    losesZeroAlarm: boolean
    /** What the runtime's work costs on it. */
    costs: CostTable
    metered: boolean
    gcStress: boolean
    flash: NorFlash
    clock: Clock
    bus: Bus
    wiring: Wiring
    i2c: readonly I2cTarget[]
    /** Judges what is to run, if anyone does. */
    verifier: ProgramVerifier | undefined
    random: Random
    sockets: Sockets
    note(kind: string, detail?: Record<string, Json>): void
    /** Power went away inside a memory operation: the board loses its supply. */
    onPowerLost(): void
    /** Starts the servers of the chip itself; returns what stops them. They live until the chip resets, whatever the program does. */
    startServers(servers: ChipServerConfig[], settings: ChipSettings): () => void
}

export class Chip implements BusNode {
    readonly #options: ChipOptions
    readonly #boardLevels: Map<number, 0 | 1>
    readonly #i2cKhz: number
    /** Device identifier of the services that the program serves. */
    readonly #programId: string
    #vm: Vm | undefined
    #state: ChipState = "off"
    /** Counts the times that power came and went, so that what one life has in mind does not happen in another. */
    #life = 0
    /** The next step of the main loop. */
    #step: Timer | undefined
    #busyUntilUs = 0
    readonly #tick: Tick
    /** `jd_max_sleep` as an interrupt finds it now. */
    #maxSleepUs = 0
    /** The main loop waits for an interrupt (`wfe`). */
    #isAsleep = false
    /** An interrupt sets the processor's event register, which the next `wfe` finds and clears: the main loop goes round once more. */
    #isRoused = false
    /** When a turn of the main loop has something to do. */
    #dueUs = 0
    #stopServers: (() => void) | undefined
    #programConfig: HardwareConfig = new Map()
    #clockJumpUs = 0
    /** What the stage in front of the runtime took of this start, before there is a runtime. */
    #stageUs = 0

    constructor(options: ChipOptions) {
        this.#options = options
        this.#tick = new Tick(options.losesZeroAlarm)
        this.#programId = programDeviceId(options.deviceId)
        this.#boardLevels = startLevels(options.config, options.config)
        const khz = options.config.get("i2c.kHz")
        this.#i2cKhz = typeof khz === "number" ? khz : I2C_DEFAULT_KHZ
    }

    get name(): string {
        return this.#options.name
    }

    get state(): ChipState {
        return this.#state
    }

    powerOn(): void {
        if (this.#state !== "off") return
        const { bus, clock, config, wiring } = this.#options
        this.#state = "running"
        this.#life++
        this.#busyUntilUs = clock.nowUs
        bus.attach(this)
        const vm = this.#guard(() => this.#boot())
        if (!vm) return
        this.#vm = vm
        this.stall(this.#stageUs)
        this.#stopServers = this.#options.startServers(
            [...chipServersOf(config, config), ...chipServersOf(this.#programConfig, config)],
            {
                get: key => this.#command(vm => vm.setting(key)),
                set: (key, value) => void this.#command(vm => vm.setSetting(key, value)),
            },
        )
        this.#later(START_LEVELS_US, () => {
            for (const [gpio, level] of this.#boardLevels) wiring.drivePin(gpio, level)
        })
        this.#isAsleep = false
        this.#maxSleepUs = LONGEST_SLEEP_US
        this.#tick.arm(clock.nowUs + FIRST_TURN_US, LONGEST_SLEEP_US)
        this.#stepAt(clock.nowUs + FIRST_TURN_US)
    }

    powerOff(): void {
        if (this.#state === "off") return
        const { bus, clock, wiring } = this.#options
        this.#state = "off"
        this.#life++
        this.#vm = undefined
        clock.cancel(this.#step)
        this.#programConfig = new Map()
        this.#clockJumpUs = 0
        this.#stageUs = 0
        this.#stopServers?.()
        this.#stopServers = undefined
        bus.detach(this)
        wiring.reset()
    }

    receive(frame: Uint8Array): void {
        const vm = this.#vm
        if (this.#state !== "running" || !vm) return
        const isTaken = this.#guard(() => vm.receive(frame))
        // The runtime gives up over some frames before it takes them.
        if (isTaken === undefined) return
        if (!isTaken) this.#options.note("overflow", { from: "bus" })
        this.#interrupt()
    }

    /**
     * Writes a program through the runtime, as a host does over USB.
     * @returns the runtime's verification error, 0 if there was none; undefined if the chip was not running or did not finish
     */
    deploy(image: Uint8Array): number | undefined {
        return this.#command(vm => vm.deploy(image))
    }

    /** Ends the program as a panic of the runtime does. */
    panicProgram(code: number): void {
        this.#command(vm => vm.panicProgram(code))
    }

    /** Keeps the processor busy: nothing runs until it is over, pins stay as they are. */
    stall(us: number): void {
        this.#busyUntilUs = Math.max(this.#busyUntilUs, this.#options.clock.nowUs) + us
    }

    /** Moves the chip's own idea of the time. */
    jumpClock(us: number): void {
        this.#clockJumpUs += us
        this.#dueUs = this.#options.clock.nowUs
        if (this.#isAsleep) this.#wait()
    }

    meter(): MeterReading | undefined {
        return this.#vm?.meter()
    }

    get ram(): Uint8Array | undefined {
        return this.#vm?.ram
    }

    restartPeaks(): void {
        this.#vm?.restartPeaks()
    }

    #boot(): Vm {
        const { deviceId, chipServersId, configBinary: config, costs, metered, gcStress, verifier } = this.#options
        if (verifier) this.#checkStore(verifier)
        return new Vm({ hardware: this.#hardware(), deviceId, chipServersId, config, costs, metered, gcStress })
    }

    #checkStore(verifier: ProgramVerifier): void {
        const { flash, note } = this.#options
        const erasedUs = verifier.repairStore(flash)
        if (erasedUs === 0) return
        note("torn-store", { erased: true })
        this.#spend(erasedUs)
    }

    /** The main loop goes on then, or once the processor is free. */
    #stepAt(atUs: number): void {
        const { clock } = this.#options
        clock.cancel(this.#step)
        this.#step = clock.at(Math.max(atUs, this.#busyUntilUs), () => this.#goOn())
    }

    #goOn(): void {
        const { clock } = this.#options
        const vm = this.#vm
        if (!vm) return
        if (clock.nowUs < this.#busyUntilUs) {
            this.#stepAt(this.#busyUntilUs)
            return
        }
        if (this.#tick.pass(clock.nowUs, this.#maxSleepUs)) this.#isRoused = true
        this.#isAsleep = false
        this.#maxSleepUs = vm.isInTurn ? vm.maxSleepUs : MAX_SLEEP_IN_TURN_US
        const isOver = this.#call(vm => vm.turn())
        if (isOver === undefined || this.#vm !== vm) return
        if (isOver) this.#endTurn(vm)
        else this.#stepAt(this.#busyUntilUs)
    }

    #endTurn(vm: Vm): void {
        const idleUs = vm.idleUs
        if (vm.usedUs === 0) this.stall(EMPTY_TURN_US)
        if (this.#tick.pass(this.#busyUntilUs, this.#maxSleepUs)) this.#isRoused = true
        this.#maxSleepUs = Math.min(vm.maxSleepUs, LONGEST_SLEEP_US)
        this.#dueUs = this.#busyUntilUs + idleUs - CLOSE_US
        this.#isAsleep = true
        this.#wait()
    }

    /** Until a frame waits, or the first interrupt at which something is due: turns at those before it would find nothing to do. */
    #wait(): void {
        const { clock } = this.#options
        const nowUs = Math.max(clock.nowUs, this.#busyUntilUs)
        const goesRound = this.#isRoused && this.#dueUs <= nowUs
        if (this.#vm?.hasFrame) {
            this.#stepAt(nowUs)
            return
        }
        this.#isRoused = false
        const nextUs = goesRound ? nowUs : this.#tick.next(this.#dueUs, this.#maxSleepUs)
        if (nextUs === undefined) clock.cancel(this.#step)
        else this.#stepAt(nextUs)
    }

    /** By the bus, or whoever else speaks to the chip: it sets the tick anew and rouses the main loop. */
    #interrupt(): void {
        const { nowUs } = this.#options.clock
        this.#tick.pass(nowUs, this.#maxSleepUs)
        this.#tick.arm(nowUs, this.#maxSleepUs)
        if (!this.#isAsleep || this.#vm?.hasFrame || this.#dueUs <= nowUs) this.#isRoused = true
        if (!this.#isAsleep) return
        if (this.#isRoused) this.#stepAt(nowUs)
        else this.#wait()
    }

    /** A program's commands to its own services go round through the queue alone (`jd_need_to_send`); over USB a host sees them. */
    #isToItself(frame: Uint8Array): boolean {
        const header = decodeHeader(frame)
        return header !== undefined && (header.flags & FrameFlag.Command) !== 0 && header.deviceId === this.#programId
    }

    #send(frame: Uint8Array): void {
        if (!this.#isToItself(frame)) this.#options.bus.send(this, frame)
        this.#tick.disarm()
        if (this.#isAsleep) this.#wait()
        this.#later(SEND_DELAY_US + frame.length * US_PER_BYTE, () => this.#interrupt())
    }

    /** What a host or a network has the runtime do, in between. */
    #command<T>(work: (vm: Vm) => T): T | undefined {
        const result = this.#call(work)
        this.#dueUs = this.#options.clock.nowUs
        if (this.#state === "running") this.#interrupt()
        return result
    }

    /** Runs the VM, charges the time it took, and deals with the ways in which it can end. */
    #call<T>(work: (vm: Vm) => T): T | undefined {
        const vm = this.#vm
        if (!vm || this.#state !== "running") return undefined
        const result = this.#guard(() => work(vm))
        if (this.#vm === vm) this.stall(vm.usedUs)
        return result
    }

    #guard<T>(work: () => T): T | undefined {
        try {
            return work()
        } catch (error) {
            const { clock, note } = this.#options
            const usedUs = this.#usedUs
            const ending = ENDINGS.find(
                ({ cause, says }) => error instanceof cause && (says === undefined || error.message === says),
            )
            if (!ending) throw error
            this.#state = ending.state
            clock.cancel(this.#step)
            const message = (error as Error).message
            // What the chip did before this moment is still under way; the end comes after it.
            this.#later(usedUs, () => {
                note(ending.kind, { message })
                if (ending.kind === "power-lost") this.#options.onPowerLost()
            })
            if (ending.resetAfterUs !== undefined) this.#later(usedUs + ending.resetAfterUs, () => this.#reset())
            return undefined
        }
    }

    #reset(): void {
        this.powerOff()
        this.powerOn()
    }

    /** Runs `effect` at the VM's own time. */
    #emit(effect: () => void): void {
        this.#later(this.#usedUs, effect)
    }

    /** What was done since the clock last went on has taken this time. */
    get #usedUs(): number {
        return this.#vm?.usedUs ?? this.#stageUs
    }

    #spend(us: number): void {
        if (this.#vm) this.#vm.spend(us)
        else this.#stageUs += us
    }

    /** Runs `effect` later, unless power goes before. */
    #later(delayUs: number, effect: () => void): void {
        const life = this.#life
        this.#options.clock.after(delayUs, () => {
            if (this.#life === life) effect()
        })
    }

    #hardware(): Hardware {
        const { clock, flash, wiring, random, note, sockets } = this.#options
        const jump = () => this.#clockJumpUs
        const spend = (us: number) => this.#spend(us)
        return {
            get nowUs() {
                return clock.nowUs + jump()
            },
            flash: flash.bytes,
            sockets: {
                get available() {
                    return sockets.available
                },
                open: (host, port, tls, emit) => {
                    const life = this.#life
                    sockets.open(host, port, tls, event => {
                        if (this.#life === life) this.#command(() => emit(event))
                    })
                },
                write: bytes => sockets.write(bytes),
                close: () => sockets.close(),
            },
            fillRandom: target => random.draw(target),
            sendFrame: frame => this.#emit(() => this.#send(frame)),
            log: line => {
                note("log", { line })
                if (line.includes(LOOPBACK_LOST_LOG)) note("overflow", { from: "itself" })
                if (line.includes(RESTART_LOG)) throw new ChipReset("the program asks for other hardware settings")
            },
            programPanicked: code => note("panic", { code }),
            flashProgram: (offset, bytes) => spend(flash.program(offset, bytes)),
            flashErase: offset => spend(flash.erase(offset)),
            gpioInit: programStarts => {
                if (programStarts) this.#emit(() => this.#startPins())
            },
            gpioSetMode: (gpio, mode) => this.#emit(() => this.#setMode(gpio, mode)),
            gpioRead: gpio => wiring.readPin(gpio),
            i2c: (address, write, read) => this.#i2c(address, write, read),
            admitsProgram: (image, moment) => this.#admits(image, moment),
            userConfig: binary => {
                // What half a program has there the runtime refuses, too.
                this.#programConfig = binary && isHardwareConfig(binary) ? decodeHardwareConfig(binary) : new Map()
            },
        }
    }

    /** At every program start, pins with a start level take it again and those a program may have float. */
    #startPins(): void {
        const { config, wiring } = this.#options
        const levels = new Map([...this.#boardLevels, ...startLevels(this.#programConfig, config)])
        const taken = new Set([...takenPins(config, config), ...takenPins(this.#programConfig, config)])
        for (const [key, value] of config) {
            const gpio = Number(value)
            if (key.startsWith("pins.") && (levels.has(gpio) || !taken.has(gpio)))
                wiring.drivePin(gpio, levels.get(gpio))
        }
    }

    #setMode(gpio: number, mode: number): void {
        const pull = (mode & 0xf0) === 0x10 ? "up" : (mode & 0xf0) === 0x20 ? "down" : undefined
        if (isOutputMode(mode)) this.#options.wiring.drivePin(gpio, mode === PinMode.OutputHigh ? 1 : 0)
        else this.#options.wiring.drivePin(gpio, undefined, isInputMode(mode) ? pull : undefined)
    }

    #admits(image: Uint8Array, moment: ProgramMoment): boolean {
        const { verifier, note, costs } = this.#options
        if (!verifier) return true
        this.#spend((1e6 * sha256Cycles(image.length, costs)) / costs.clockHz)
        const verdict = verifier.judge(image, this.#stageBus())
        note("verifier", { moment, verdict })
        return mayRun(verdict)
    }

    /** Unlike the runtime, the stage does not wait for ever for a bus that is held low. */
    #stageBus(): StageBus {
        const nowUs = () => this.#nowUs
        return {
            transact: (address, write, read, limitUs) => {
                if (!this.#busHeld) return this.#i2c(address, write, read)
                this.#spend(limitUs)
                return false
            },
            get nowUs() {
                return nowUs()
            },
        }
    }

    /** The time at which the processor is. */
    get #nowUs(): number {
        return this.#options.clock.nowUs + this.#usedUs
    }

    get #busHeld(): boolean {
        return this.#options.i2c.some(target => target.holdsBus)
    }

    #i2c(address: number, write: Uint8Array, read: Uint8Array): boolean {
        const bytes = 1 + write.length + (read.length > 0 ? 1 + read.length : 0)
        this.#spend(I2C_OVERHEAD_US + (bytes * I2C_BITS_PER_BYTE * 1000) / this.#i2cKhz)
        if (this.#busHeld)
            throw new RuntimeHung("a target holds the I2C bus low, and the runtime waits for it without a time limit")
        const atUs = this.#nowUs
        const addressed = this.#options.i2c.find(target => target.address === address)
        const answer = addressed?.transfer(write, read.length, atUs)
        const watchers = this.#options.i2c.filter(target => target.sdaLow && (!answer || target !== addressed))
        // It is worked out bit by bit, so only where somebody looks.
        const lowBits = watchers.length > 0 ? longestLow(address, write, read.length > 0, answer) : 0
        for (const target of watchers) target.sdaLow!((lowBits * 1000) / this.#i2cKhz, atUs)
        if (answer) read.set(answer)
        return answer !== undefined
    }
}

interface Ending {
    cause: new (message: string) => Error
    /** Only what says that; any if left out. */
    says?: string
    kind: string
    state: ChipState
    resetAfterUs?: number
}

/** How a call of the VM can end other than by returning. */
const ENDINGS: readonly Ending[] = [
    { cause: PowerLost, kind: "power-lost", state: "stopped" },
    { cause: RuntimeHung, kind: "hung", state: "hung" },
    { cause: ChipReset, kind: "reset", state: "stopped", resetAfterUs: 0 },
    { cause: RuntimePanic, kind: "runtime-panic", state: "stopped", resetAfterUs: PANIC_RESET_US },
    // The C code has left its memory: a hard fault on a chip. That the port takes as long to reset it as after an assertion is assumed.
    {
        cause: WebAssembly.RuntimeError,
        says: "memory access out of bounds",
        kind: "runtime-panic",
        state: "stopped",
        resetAfterUs: PANIC_RESET_US,
    },
]
