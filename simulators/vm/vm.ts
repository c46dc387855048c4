/** One DeviceScript runtime: an instance of the runtime's WASM, cut off from everything but its `Hardware`. */
import { type CostTable, cycleCosts } from "../costs/cost-table"
import { COST_TABLES } from "../costs/tables"
import { ChipReset, type Hardware, isKnownPinMode, RuntimeHung, RuntimePanic, type SocketEvent } from "./hardware"
import type { BoardImports } from "./instrument"
import { type InstrumentedRuntime, instrumentedRuntime } from "./instrumented"
import { MainLoop, type MainLoopFunctions } from "./main-loop"
import { heapState, type MeterReading, noteCollection, readMeter, restartPeaks, WORD_BYTES } from "./meter"
import { readRuntimeBinary } from "./runtime"
import { SharedWords } from "./shared-words"

/** Offsets into the runtime's structures, read off the supported build: `devs_ctx_t`, `devs_pin_state_t`. */
const CONTEXT = { pinCount: 74, self: 88, firstArgument: 96, pins: 296 }
const PIN = { bytes: 24, object: 0, gpio: 13, mode: 14 }

/** First 8 bytes of a hardware configuration (`dcfg_header_t`). */
const CONFIG_MAGIC = Buffer.from("444346470a9bb4ca", "hex")

/** The C function refuses any other than 1 to this, the general call included. */
const MAX_I2C_ADDRESS = 0x7f

/** `jd_frame_t`: CRC-16 of all that follows it, and how much follows the header. */
const FRAME = { crc: 0, covered: 2, size: 2, headerBytes: 12 }

const SOCKET_EVENT = { open: 1, close: 2, error: 3, message: 4 }

/**
 * After an image that fails verification has replaced a good one, the runtime still walks the old one's configuration where that lay in
 * flash. What it finds there can lead it in a circle. A healthy walk takes some hundred steps.
 */
const MAX_CONFIG_STEPS = 100_000

export interface VmOptions {
    hardware: Hardware
    /** 64-bit Jacdac device identifier, as 16 hex digits. */
    deviceId: string
    /** Identifier under which the simulator plays servers of the chip. */
    chipServersId?: string
    /** The board's hardware configuration, binary; takes the place of the runtime's built-in one. */
    config: Uint8Array
    /** What the runtime's work costs on the chip, which is how time passes in a call. */
    costs: CostTable
    metered: boolean
    /** Collects garbage before every allocation, so that what the meter finds reachable is exact at each. Takes long. */
    gcStress?: boolean
}

interface RuntimeExports extends WebAssembly.Exports, MainLoopFunctions {
    memory: WebAssembly.Memory
    chipServersId: WebAssembly.Global<"i64">
    clearedWords: WebAssembly.Global<"i64">
    malloc(bytes: number): number
    free(address: number): void
    emscripten_stack_init(): void
    __wasm_call_ctors(): void
    stackSave(): number
    stackRestore(to: number): void
    stackAlloc(bytes: number): number
    jd_em_set_device_id_string(text: number): void
    jd_em_init(): void
    jd_em_devs_enable_gc_stress(on: number): void
    jd_crc16(data: number, bytes: number): number
    jd_rx_frame_received_loopback(frame: number): number
    jd_em_devs_deploy(image: number, bytes: number): number
    jd_em_tcpsock_on_event(event: number, data: number, bytes: number): void
    devs_arg_int(ctx: number, index: number): number
    devs_ret_int(ctx: number, value: number): void
    devs_bufferish_data(ctx: number, value: number, size: number): number
    devs_value_from_int(result: number, value: number): void
    devs_panic(ctx: number, code: number): void
    devsmgr_get_ctx(): number
    jd_settings_get_bin(key: number, target: number, room: number): number
    jd_settings_set(key: number, value: number): number
}

/** Room for a setting that is text. */
const SETTING_BYTES = 256

const compiled = new Map<string, InstrumentedRuntime>()

/**
 * The runtime, ready to be instantiated. Compiled once per process, table of cycles and variant.
 * @throws RuntimeVersionError
 */
function runtime(costs: CostTable, metered: boolean): InstrumentedRuntime {
    const cycles = cycleCosts(costs)
    const variant = JSON.stringify({ cycles, metered })
    let found = compiled.get(variant)
    if (!found) compiled.set(variant, (found = instrumentedRuntime(readRuntimeBinary(), cycles, metered)))
    return found
}

/** Fails early, before anything is built, when the installed runtime is not the supported one. @throws RuntimeVersionError */
export function checkRuntime(): void {
    for (const costs of Object.values(COST_TABLES)) runtime(costs, false)
}

/**
 * A powered chip. Building one is the moment of power-on; there is no way back but to drop it and build another.
 * After any method has thrown, the instance is in an unknown state and must be dropped.
 */
export class Vm {
    readonly #hardware: Hardware
    readonly #exports: RuntimeExports
    readonly #memory: Buffer
    readonly #view: DataView
    readonly #kinds: readonly string[]
    readonly #costs: CostTable
    readonly #cyclesPerUs: number
    readonly #shared: SharedWords
    /** Where flash lies in the VM's memory. */
    #flashAt = 0
    #receiveBuffer = 0
    #configSteps = 0
    readonly #loop: MainLoop

    constructor({ hardware, deviceId, chipServersId, config, costs, metered, gcStress = false }: VmOptions) {
        this.#hardware = hardware
        this.#costs = costs
        this.#cyclesPerUs = costs.clockHz / 1e6
        const { module, kinds } = runtime(costs, metered)
        this.#kinds = kinds
        const instance = new WebAssembly.Instance(module, {
            env: this.#environment(),
            wasi_snapshot_preview1: { fd_close: () => 0, fd_seek: () => 0, fd_write: () => 0 },
            board: this.#board() as unknown as WebAssembly.ModuleImports,
        })
        const exports = (this.#exports = instance.exports as unknown as RuntimeExports)
        // The runtime's memory has a fixed size, so views of it stay valid.
        this.#memory = Buffer.from(exports.memory.buffer)
        this.#view = new DataView(exports.memory.buffer)
        const shared = (this.#shared = new SharedWords(exports.memory.buffer))
        shared.cyclesPerUs = this.#cyclesPerUs
        shared.boardUs = hardware.nowUs
        this.#loop = new MainLoop(exports, shared, deviceId, () => this.nowUs)
        exports.emscripten_stack_init()
        exports.__wasm_call_ctors()
        this.#receiveBuffer = exports.malloc(256)
        const id = exports.malloc(deviceId.length + 1)
        this.#memory.write(`${deviceId}\0`, id, "latin1")
        exports.jd_em_set_device_id_string(id)
        exports.free(id)
        if (chipServersId) exports.chipServersId.value = Buffer.from(chipServersId, "hex").readBigInt64LE()
        this.#begin()
        exports.jd_em_devs_enable_gc_stress(Number(gcStress))
        exports.jd_em_init()
        this.#installConfig(config)
    }

    /** Virtual time of the VM: the board's, and what the current call has used up. */
    get nowUs(): number {
        return this.#hardware.nowUs + this.usedUs
    }

    /** A copy of all its memory, as a debugger would dump it: heap, stack, and flash where the chip has that mapped. */
    get ram(): Uint8Array {
        return new Uint8Array(this.#memory)
    }

    /** Time used up by the current call, or the last one, in microseconds. */
    get usedUs(): number {
        return this.#shared.usedUs
    }

    /** Makes the current call take longer: hardware that keeps the processor waiting. */
    spend(us: number): void {
        this.#shared.spend(us * this.#cyclesPerUs)
    }

    /**
     * Begins a turn of the runtime's main loop, or goes on with the one under way, until it is over or the world around has to catch up.
     * @returns whether the turn is over
     * @throws PowerLost, ChipReset, RuntimeHung, RuntimePanic
     */
    turn(): boolean {
        this.#begin()
        return this.#loop.goOn()
    }

    /** Whether a turn of the main loop has begun that is not over. */
    get isInTurn(): boolean {
        return this.#loop.isUnderWay
    }

    /** Whether a received frame waits for the main loop. */
    get hasFrame(): boolean {
        return this.#loop.hasFrame
    }

    /** `jd_max_sleep`: for how many microseconds nothing is due, as the main loop found last. */
    get maxSleepUs(): number {
        return this.#loop.maxSleepUs
    }

    /** Microseconds from now, that is after what the last call used up, until a turn of the main loop has something to do. */
    get idleUs(): number {
        return this.#loop.dueUs(this.#shared.askedUs) - this.nowUs
    }

    /**
     * Puts a Jacdac frame into the receive queue, as the interrupt does when one has arrived; a frame with a wrong CRC is dropped.
     * @returns false if the queue is full, and the frame lost
     */
    receive(frame: Uint8Array): boolean {
        const at = this.#receiveBuffer
        this.#shared.boardUs = this.#hardware.nowUs
        this.#memory.set(frame, at)
        const bytes = FRAME.headerBytes - FRAME.covered + this.#memory[at + FRAME.size]
        const isWhole = this.#exports.jd_crc16(at + FRAME.covered, bytes) === this.#view.getUint16(at + FRAME.crc, true)
        return !isWhole || this.#exports.jd_rx_frame_received_loopback(at) === 0
    }

    /**
     * Writes a program into flash through the runtime's own deploy function, in 128-byte pieces as over USB.
     * @returns 0, or the runtime's verification error
     */
    deploy(image: Uint8Array): number {
        this.#begin()
        const at = this.#exports.malloc(image.length)
        if (at === 0) throw new RuntimePanic(`no memory for an image of ${image.length} bytes`)
        this.#memory.set(image, at)
        const result = this.#exports.jd_em_devs_deploy(at, image.length)
        this.#exports.free(at)
        return result
    }

    /** @returns a setting of the runtime's own, as its C code reads it */
    setting(key: string): string | undefined {
        this.#begin()
        const at = this.#exports.malloc(SETTING_BYTES)
        const length = this.#withString(key, name => this.#exports.jd_settings_get_bin(name, at, SETTING_BYTES))
        const value = length < 0 ? undefined : this.#memory.toString("latin1", at, at + length)
        this.#exports.free(at)
        return value
    }

    /** Changes a setting of the runtime's own, as its C code does. @throws PowerLost, RuntimePanic */
    setSetting(key: string, value: string): void {
        this.#begin()
        this.#withString(key, name => this.#withString(value, text => this.#exports.jd_settings_set(name, text)))
    }

    /** Ends the running program as the runtime itself does on a panic, here with the given code. */
    panicProgram(code: number): void {
        this.#begin()
        const ctx = this.#exports.devsmgr_get_ctx()
        if (ctx) this.#exports.devs_panic(ctx, code)
    }

    /** Counts since power-on; undefined unless the VM was built metered. */
    meter(): MeterReading | undefined {
        return this.#kinds.length > 0 ? readMeter(this.#exports, this.#shared, this.#kinds) : undefined
    }

    /** Lets the meter's peaks (heap, longest run) begin anew. */
    restartPeaks(): void {
        if (this.#kinds.length > 0) restartPeaks(this.#exports, this.#shared)
    }

    #withString<T>(text: string, work: (at: number) => T): T {
        const at = this.#exports.malloc(text.length + 1)
        this.#memory.write(`${text}\0`, at, "latin1")
        const result = work(at)
        this.#exports.free(at)
        return result
    }

    #begin(): void {
        this.#shared.beginCall()
        this.#shared.boardUs = this.#hardware.nowUs
        this.#configSteps = 0
    }

    /** Puts the board's configuration in place of the built-in one: initialisation has left a pointer to that in the static data. */
    #installConfig(config: Uint8Array): void {
        const builtIn = this.#memory.indexOf(CONFIG_MAGIC)
        const at = (this.#exports.malloc(config.length + 8) + 7) & ~7
        this.#memory.set(config, at)
        const view = this.#view
        const staticEnd = this.#exports.stackSave()
        for (let p = 0; p < staticEnd; p += 4) if (view.getUint32(p, true) === builtIn) view.setUint32(p, at, true)
    }

    /** What the runtime was linked against: the `EM_JS` functions of its port, minus anything real. */
    #environment(): WebAssembly.ModuleImports {
        const hardware = this.#hardware
        const bytes = (at: number, length: number) => new Uint8Array(this.#memory.subarray(at, at + length))
        return {
            em_flash_size: () => hardware.flash.length,
            em_flash_load: (start: number) => {
                this.#flashAt = start
                this.#memory.set(hardware.flash, start)
            },
            // Flash is written through by every operation; a sync adds nothing.
            em_flash_save: () => {},
            em_send_frame: (frame: number) => hardware.sendFrame(bytes(frame, 12 + this.#memory[frame + 2])),
            em_send_large_frame: () => {},
            em_print_dmesg: (text: number) => hardware.log(this.#text(text)),
            em_jd_crypto_get_random: (target: number, length: number) => {
                this.#shared.spend(length * this.#costs.randomByte)
                this.#shared.drawn(length)
                hardware.fillRandom(this.#memory.subarray(target, target + length))
            },
            em_deploy_handler: () => {},
            _devs_panic_handler: (code: number) => hardware.programPanicked(code),
            exit: (code: number) => {
                throw new ChipReset(`restart asked for (${code})`)
            },
            abort: () => {
                throw new RuntimePanic("assertion failed in the runtime")
            },
            emscripten_memcpy_big: (to: number, from: number, length: number) =>
                void this.#memory.copyWithin(to, from, from + length),
            emscripten_resize_heap: () => 0,
            _jd_tcpsock_is_available: () => Number(hardware.sockets.available),
            _jd_tcpsock_new: (host: number, port: number) => {
                hardware.sockets.open(this.#text(host), Math.abs(port), port < 0, event => this.#socketEvent(event))
                return 0
            },
            _jd_tcpsock_write: (data: number, length: number) => {
                hardware.sockets.write(bytes(data, length))
                return 0
            },
            _jd_tcpsock_close: () => {
                hardware.sockets.close()
                return 0
            },
        }
    }

    #board(): BoardImports {
        const hardware = this.#hardware
        return {
            flashProgram: (target, source, length) => {
                const offset = target - this.#flashAt
                hardware.flashProgram(offset, this.#memory.subarray(source, source + length))
                this.#mirrorFlash(offset, length)
            },
            flashErase: page => {
                const offset = page - this.#flashAt
                hardware.flashErase(offset)
                this.#mirrorFlash(offset, 4096)
            },
            gpioInit: ctx => hardware.gpioInit(ctx !== 0),
            gpioSetMode: ctx => {
                const pin = this.#pin(ctx, ctx + CONTEXT.self)
                const mode = this.#exports.devs_arg_int(ctx, 0)
                if (pin === undefined || !isKnownPinMode(mode)) return 0
                this.#memory[pin + PIN.mode] = mode
                hardware.gpioSetMode(this.#memory[pin + PIN.gpio], mode)
                return 1
            },
            gpioValue: (result, ctx, self) => {
                const pin = this.#pin(ctx, self)
                if (pin === undefined || (this.#memory[pin + PIN.mode] & 0x0f) !== 1) return 0
                this.#exports.devs_value_from_int(result, hardware.gpioRead(this.#memory[pin + PIN.gpio]))
                return 1
            },
            i2cTransaction: ctx => this.#i2cTransaction(ctx),
            userConfig: header => {
                const length = header ? this.#view.getUint32(header + 8, true) : 0
                hardware.userConfig(header ? new Uint8Array(this.#memory.subarray(header, header + length)) : undefined)
            },
            admitsProgram: (image, length, starts) => {
                const bytes = this.#memory.subarray(image, image + (length >>> 0))
                return Number(hardware.admitsProgram(bytes, starts ? "start" : "boot"))
            },
            configStep: () => {
                if (++this.#configSteps > MAX_CONFIG_STEPS)
                    throw new RuntimeHung(
                        "the runtime goes round in circles in a hardware configuration that is gone from flash",
                    )
            },
            collected: gc => this.#collected(gc),
        }
    }

    /** All that is free has been overwritten. */
    #collected(gc: number): void {
        const { clearedWords } = this.#exports
        const { collectedBlock, clearedByte } = this.#costs
        const heap = heapState(this.#view, gc)
        this.#shared.spend(heap.blocks * collectedBlock + heap.freeWords * WORD_BYTES * clearedByte)
        clearedWords.value += BigInt(heap.freeWords)
        if (this.#kinds.length > 0) noteCollection(this.#exports, heap)
    }

    #mirrorFlash(offset: number, length: number): void {
        this.#memory.set(this.#hardware.flash.subarray(offset, offset + length), this.#flashAt + offset)
    }

    /** Address of the state of the pin that a program's object stands for. @param object address of the value, 8 bytes */
    #pin(ctx: number, object: number): number | undefined {
        const view = this.#view
        const low = view.getUint32(object, true)
        const high = view.getUint32(object + 4, true)
        const first = view.getUint32(ctx + CONTEXT.pins, true)
        const end = first + this.#memory[ctx + CONTEXT.pinCount] * PIN.bytes
        for (let at = first; at < end; at += PIN.bytes)
            if (view.getUint32(at + PIN.object, true) === low && view.getUint32(at + PIN.object + 4, true) === high)
                return at
        return undefined
    }

    #i2cTransaction(ctx: number): number {
        const address = this.#exports.devs_arg_int(ctx, 0)
        if (address <= 0 || address > MAX_I2C_ADDRESS) return 0
        const write = this.#bufferArgument(ctx, 1)
        const read = this.#bufferArgument(ctx, 2)
        // As in the C function: nothing goes over the bus for no bytes; -1 if the write was not acknowledged, -2 if the read was not.
        const idle = write.length === 0 && read.length === 0
        const acknowledged = idle || this.#hardware.i2c(address, new Uint8Array(write), read)
        this.#exports.devs_ret_int(ctx, acknowledged ? 0 : write.length > 0 ? -1 : -2)
        return 1
    }

    #bufferArgument(ctx: number, index: number): Uint8Array {
        const exports = this.#exports
        const saved = exports.stackSave()
        const scratch = exports.stackAlloc(16)
        this.#view.setBigUint64(
            scratch + 8,
            this.#view.getBigUint64(ctx + CONTEXT.firstArgument + 8 * index, true),
            true,
        )
        const at = exports.devs_bufferish_data(ctx, scratch + 8, scratch)
        const length = at ? this.#view.getUint32(scratch, true) : 0
        exports.stackRestore(saved)
        return this.#memory.subarray(at, at + length)
    }

    #socketEvent(event: SocketEvent): void {
        this.#begin()
        const data =
            event.kind === "message"
                ? event.bytes
                : event.kind === "error"
                  ? Buffer.from(event.message)
                  : new Uint8Array()
        const at = this.#exports.malloc(data.length + 1)
        this.#memory.set(data, at)
        this.#exports.jd_em_tcpsock_on_event(SOCKET_EVENT[event.kind], at, data.length)
        this.#exports.free(at)
    }

    #text(at: number): string {
        return this.#memory.toString("utf8", at, this.#memory.indexOf(0, at))
    }
}
