/** A whole device as it hangs on the wall: chip, memory, wiring, parts. */
import type { Bus } from "../bus/bus"
import { deviceIdOf } from "../bus/server"
import { CHIP_SERVICES, chipServer } from "../bus/services/chip"
import type { ChipSettings } from "../bus/services/wifi"
import { Wiring } from "../circuit/wiring"
import type { Clock } from "../clock"
import { NorFlash } from "../flash"
import { isMemory, type Part, type PartContext } from "../parts/part"
import type { Random } from "../random"
import type { Json, Trace } from "../trace"
import { NO_SOCKETS, type Sockets } from "../vm/hardware"
import type { MeterReading } from "../vm/meter"
import { boardParts, isI2cTarget } from "./board-parts"
import { Chip, type ChipState } from "./chip"
import type { BoardDefinition } from "./definition"
import { programFlash } from "./factory"
import type { ChipServerConfig } from "./hardware-config"
import { type BoardProfile, ModelVerifier, type ProgramVerifier } from "./verifier"

export interface BoardOptions {
    /** Name of the device: source of its trace lines, and first half of its parts' names. */
    name: string
    definition: BoardDefinition
    /** 64-bit Jacdac device identifier, 16 hex digits; derived from the name if left out. */
    deviceId?: string
    /** `stock` if left out. */
    profile?: BoardProfile
    /** Makes what stands in front of programs on the verified profile: the model of it if left out. */
    verifierOf?: (deviceId: string, parts: readonly Part[]) => ProgramVerifier
    clock: Clock
    bus: Bus
    trace: Trace
    /** Opens a named stream of the world's seed. */
    random: (stream: string) => Random
    /** Counts what the VM does, at some cost. */
    metered?: boolean
    /** Collects garbage before every allocation: the meter then knows exactly what is reachable. */
    gcStress?: boolean
    /** What the device's network reaches, if its chip has one. */
    sockets?: Sockets
}

/** What a board keeps without power. */
export interface BoardState {
    /** Flash in base64. */
    flash: string
    /** What each part with a memory holds, by name. */
    parts: Record<string, Json>
}

export class Board {
    readonly name: string
    readonly definition: BoardDefinition
    readonly deviceId: string
    readonly flash: NorFlash
    readonly wiring: Wiring
    /** By name, as in the circuit file; switches, indicators and dead-man timers are parts too. */
    readonly parts: ReadonlyMap<string, Part>
    readonly #options: BoardOptions
    readonly #chip: Chip

    /** The board is built without power; program it with `install`, then switch it on. */
    constructor(options: BoardOptions) {
        const { name, definition, clock, bus, trace, random } = options
        this.#options = options
        this.name = name
        this.definition = definition
        this.deviceId = options.deviceId ?? deviceIdOf(name)
        this.flash = new NorFlash(definition.chip.flashBytes, random(`${name}.flash`))
        this.wiring = new Wiring({ name, circuit: definition.circuit, clock, trace })
        this.parts = boardParts(this.wiring, part => this.#context(part))
        this.#chip = new Chip({
            name,
            deviceId: this.deviceId,
            chipServersId: this.#chipServers.deviceId,
            config: definition.config,
            configBinary: definition.configBinary,
            // Whoever builds a runtime with a verifier in it mends its timer too.
            losesZeroAlarm: definition.chip.losesZeroAlarm && options.profile !== "verified",
            costs: definition.costs,
            metered: options.metered ?? false,
            gcStress: options.gcStress ?? false,
            flash: this.flash,
            clock,
            bus,
            wiring: this.wiring,
            i2c: [...this.parts.values()].filter(isI2cTarget),
            verifier: options.profile === "verified" ? this.#verifier() : undefined,
            random: random(`${name}.chip`),
            sockets: definition.chip.network ? (options.sockets ?? NO_SOCKETS) : NO_SOCKETS,
            note: (kind, detail) => trace.note(name, kind, detail),
            onPowerLost: () => this.powerOff(),
            startServers: (configs, settings) => this.#startServers(configs, settings),
        })
        this.wiring.watch(definition.circuit.description.chip, powered =>
            powered ? this.#chip.powerOn() : this.#chip.powerOff(),
        )
    }

    #verifier(): ProgramVerifier {
        const { verifierOf = (...of) => new ModelVerifier(...of) } = this.#options
        return verifierOf(this.deviceId, [...this.parts.values()])
    }

    get state(): ChipState {
        return this.#chip.state
    }

    powerOn(): void {
        this.#note("power", { on: true })
        this.wiring.setPower(true)
    }

    powerOff(): void {
        this.#note("power", { on: false })
        this.wiring.setPower(false)
    }

    /** Flashes runtime and program as at the factory: the board is off, no time passes, nothing is traced. */
    install(image: Uint8Array): void {
        if (this.state !== "off") throw new Error(`${this.name}: is running; use deploy`)
        programFlash(this.flash, this.definition, image)
    }

    /** What flash and parts hold. */
    save(): BoardState {
        const parts: Record<string, Json> = {}
        for (const [name, part] of this.parts) if (isMemory(part)) parts[name] = part.save()
        return { flash: Buffer.from(this.flash.bytes).toString("base64"), parts }
    }

    /** Makes it the board that the state was saved of: it is off, no time passes, nothing is traced. */
    restore({ flash, parts }: BoardState): void {
        if (this.state !== "off") throw new Error(`${this.name}: is running`)
        this.flash.bytes.set(Buffer.from(flash, "base64"))
        for (const [name, part] of this.parts) if (isMemory(part)) part.load(parts[name])
    }

    /**
     * Replaces the running program through the runtime, as a host does over USB.
     * @returns the runtime's verification error, 0 if there was none; undefined if the chip does not run or lost its power meanwhile
     */
    deploy(image: Uint8Array): number | undefined {
        this.#note("deploy", { bytes: image.length })
        return this.#chip.deploy(image)
    }

    /** Ends the program as a panic of the runtime does (60001 endless loop, 60004 out of heap, 60005 unhandled exception). */
    panicProgram(code: number): void {
        this.#note("fault", { panic: code })
        this.#chip.panicProgram(code)
    }

    /** Keeps the processor busy: no code runs for that time and every pin stays as it is. */
    stall(us: number): void {
        this.#note("fault", { stallUs: us })
        this.#chip.stall(us)
    }

    /** Moves the chip's own idea of the time forward. */
    jumpClock(us: number): void {
        this.#note("fault", { clockJumpUs: us })
        this.#chip.jumpClock(us)
    }

    /** What the VM did since power-on; undefined unless the board is metered and on. */
    meter(): MeterReading | undefined {
        return this.#chip.meter()
    }

    /** Lets the meter's peaks (heap, longest run) begin anew. To be called while something is measured, from a watcher of the trace too. */
    restartPeaks(): void {
        this.#chip.restartPeaks()
    }

    /** What a debugger would dump of its memory now; undefined without power. */
    get ram(): Uint8Array | undefined {
        return this.#chip.ram
    }

    #note(kind: string, detail: Record<string, Json>): void {
        this.#options.trace.note(this.name, kind, detail)
    }

    #context(part: string): PartContext {
        const { clock, bus, trace, random } = this.#options
        const name = `${this.name}.${part}`
        return { name, clock, bus, random: random(name), note: (kind, detail) => trace.note(name, kind, detail) }
    }

    get #chipServers() {
        const name = `${this.name}.chip-servers`
        return { name, deviceId: deviceIdOf(name), description: "servers of the chip" }
    }

    #startServers(configs: ChipServerConfig[], settings: ChipSettings): () => void {
        const known = configs.filter(({ service }) => CHIP_SERVICES.includes(service.split(":")[0]))
        for (const { service } of configs.filter(config => !known.includes(config)))
            this.#note("chip-server", { service, simulated: false })
        const network = this.definition.chip.network ? settings : undefined
        if (known.length === 0 && !network) return () => {}
        const { bus, clock } = this.#options
        const server = chipServer(known, this.wiring, network, { ...this.#chipServers, bus, clock })
        server.start()
        return () => server.stop()
    }
}
