import { Board, type BoardOptions, type BoardState } from "../board/board"
import type { ChipState } from "../board/chip"
import { Bus } from "../bus/bus"
import { programDeviceId } from "../bus/frame"
import { promisesSettled } from "../bus/jacdac-host"
import { inJson, type ServiceSpec } from "../bus/service-spec"
import { type Clock, VirtualClock } from "../clock"
import { InvalidAction } from "../parts/part"
import { randomStreams } from "../random"
import { type Json, Trace, type TraceEntry } from "../trace"
import type { Sockets } from "../vm/hardware"
import type { MeterReading } from "../vm/meter"
import { CommandCaller } from "./command-caller"
import { type Errand, type Hub, NO_SESSION } from "./hub"
import { type ExpectationResult, Onlooker } from "./onlooker"
import { type Call, type Memory, type Scene, type Step, type Undo, WORLD_SOURCE } from "./scene"
import type { Placed, World } from "./world"

export interface RunOptions {
    seed: number | string
    /** Image of each of the world's firmware. */
    images: ReadonlyMap<string, Uint8Array>
    /** Devices that come from a factory, by name. The others have their program and nothing else. */
    units?: ReadonlyMap<string, BoardState>
    /** Opens what a device's network reaches; by default it has none. */
    openSockets?: (clock: Clock) => Sockets
    hub: Hub
    /** For devices that verify in C. */
    verifierInC: NonNullable<BoardOptions["verifierOf"]>
    metered?: boolean
    /** Receives each line of the trace, with its newline. */
    onTraceLine?: (line: string) => void
    onTraceEntry?: (entry: TraceEntry) => void
}

export interface DeviceResult {
    name: string
    state: ChipState
    /** What an onlooker sees of each part. */
    parts: Record<string, Json>
    /** Counts since the device was last switched on, if the run is metered and the device is on. */
    meter?: MeterReading
}

export interface RunResult {
    /** Whether every expectation was kept. */
    ok: boolean
    virtualUs: number
    traceLines: number
    /** Identifies the run, which is a function of images, world and seed. */
    traceSha256: string
    expectations: ExpectationResult[]
    devices: DeviceResult[]
}

/** A world that is played, on a virtual clock of its own. */
export class Run {
    readonly #world: World
    readonly #clock = new VirtualClock()
    readonly #trace: Trace
    readonly #buses: ReadonlyMap<string, Bus>
    readonly #boards: ReadonlyMap<string, Board>
    /** By bus and service. */
    readonly #callers = new Map<string, CommandCaller>()
    readonly #scene: Scene
    readonly #onlooker: Onlooker
    readonly #hub: Hub
    /** Errands under way: the hub needs time between the events of the clock. */
    #visits = 0
    /** What is known of sessions, by device and person. */
    readonly #sessions = new Map<string, Record<string, Json>>()
    /** Strangers' commands that may still be answered, by device, service and command. */
    readonly #asked = new Map<string, number>()

    /**
     * Builds the world and switches every device on.
     * @throws DocumentError if a firmware is no program, a step cannot happen, or an expectation is of something that a part never shows
     */
    constructor(world: World, options: RunOptions) {
        this.#world = world
        this.#trace = new Trace(this.#clock, options.onTraceLine)
        if (options.onTraceEntry) this.#trace.watch(options.onTraceEntry)
        this.#hub = options.hub
        this.#buses = this.#buildBuses(options)
        this.#boards = this.#buildBoards(options)
        this.#scene = {
            board: device => this.#boards.get(device)!,
            bus: name => this.#buses.get(name)!,
            part: (device, name) => this.#boards.get(device)!.parts.get(name)!,
            memory: (device, name) => memoryOf(this.#boards.get(device)!, name),
            image: firmware => options.images.get(firmware)!,
            send: (device, errand) => void this.#send(device, errand),
            session: (device, session) => this.#sessions.get(`${device} ${session}`) ?? NO_SESSION,
            caller: (device, service) => this.#caller(device, service),
            after: (delayUs, callback) => this.#clock.after(delayUs, callback),
        }
        for (const step of world.scenario) this.#check(step)
        for (const step of world.scenario) this.#schedule(step)
        this.#onlooker = new Onlooker({ world, scene: this.#scene, clock: this.#clock, trace: this.#trace })
        // Last, so that nothing is told of a world that cannot be played.
        for (const board of this.#boards.values()) board.powerOn()
    }

    /** Plays on. */
    async advance(untilUs: number): Promise<void> {
        while (this.#clock.step(untilUs)) {
            this.#onlooker.look()
            if (this.#visits > 0) await promisesSettled()
            while (this.#hub.busy) await promisesSettled()
        }
    }

    /** Ends the run, and says what has come of it. Expectations whose time has not come count as failed. */
    end(): RunResult {
        const expectations = this.#onlooker.close()
        return {
            ok: expectations.every(({ kept }) => kept),
            virtualUs: this.#clock.nowUs,
            traceLines: this.#trace.lines,
            traceSha256: this.#trace.sha256(),
            expectations,
            devices: [...this.#boards.values()].map(board => {
                const parts = [...board.parts].map(([name, part]) => [name, part.observe()])
                return { name: board.name, state: board.state, parts: Object.fromEntries(parts), meter: board.meter() }
            }),
        }
    }

    async #send(device: string, errand: Errand): Promise<void> {
        const { id, bus } = this.#world.devices.find(({ name }) => name === device)!
        this.#visits++
        const outcome = await this.#hub.run(errand, { chipId: id, bus: this.#buses.get(bus)!, clock: this.#clock })
        this.#visits--
        if (errand.kind === "update") {
            this.#trace.note(WORLD_SOURCE, "update", { device, package: errand.package, ...outcome })
            return
        }
        const { session } = errand
        this.#sessions.set(`${device} ${session}`, { ...this.#scene.session(device, session), ...outcome })
        this.#trace.note(WORLD_SOURCE, "session", { device, session, ...outcome })
    }

    #buildBuses({ seed }: RunOptions): ReadonlyMap<string, Bus> {
        const random = randomStreams(seed)
        const [clock, trace] = [this.#clock, this.#trace]
        return new Map(
            this.#world.buses.map(name => [name, new Bus({ name, clock, trace, random: random(`bus.${name}`) })]),
        )
    }

    #buildBoards({ seed, images, units, openSockets, verifierInC, metered }: RunOptions): ReadonlyMap<string, Board> {
        const boards = new Map<string, Board>()
        for (const device of this.#world.devices) {
            const board = new Board({
                name: device.name,
                definition: device.board,
                deviceId: device.id,
                profile: device.profile,
                verifierOf: device.verifiesInC ? verifierInC : undefined,
                clock: this.#clock,
                bus: this.#buses.get(device.bus)!,
                trace: this.#trace,
                random: randomStreams(seed),
                sockets: openSockets?.(this.#clock),
                metered,
            })
            boards.set(device.name, board)
            try {
                const unit = units?.get(device.name)
                if (unit) board.restore(unit)
                else board.install(images.get(device.firmware)!)
            } catch (error) {
                throw this.#world.problem(["devices", device.name, "firmware"], (error as Error).message)
            }
        }
        return boards
    }

    #caller(device: string, service: ServiceSpec): Call {
        const { bus, id } = this.#world.devices.find(({ name }) => name === device)!
        const caller = this.#callerOn(bus, service)
        return (command, values) => {
            this.#listen(caller, device, programDeviceId(id), service, command)
            caller.call(programDeviceId(id), command, values)
        }
    }

    /** The answer to a stranger, or that there is none for strangers, goes into the trace. */
    #listen(caller: CommandCaller, device: string, id: string, service: ServiceSpec, command: string): void {
        const key = `${device} ${service.name} ${command}`
        const asked = this.#asked.get(key)
        this.#asked.set(key, (asked ?? 0) + 1)
        if (asked !== undefined) return
        const take = (answered: Json) => {
            const open = this.#asked.get(key)!
            // What somebody else has asked is answered in everybody's hearing.
            if (open === 0) return
            this.#asked.set(key, open - 1)
            this.#trace.note(WORLD_SOURCE, "answer", { device, service: service.name, command, answered })
        }
        caller.listen(id, command, report => take(inJson(report)))
        caller.listenForUnknown(id, command, () => take("NotImplemented"))
    }

    #callerOn(bus: string, service: ServiceSpec): CommandCaller {
        const key = `${bus} ${service.name}`
        const caller = this.#callers.get(key) ?? new CommandCaller(this.#buses.get(bus)!, service)
        this.#callers.set(key, caller)
        return caller
    }

    #check({ path, check }: Placed<Step>): void {
        try {
            check(this.#scene)
        } catch (error) {
            throw error instanceof InvalidAction ? this.#world.problem(path, error.message) : error
        }
    }

    /** Begin and end are scheduled ahead of every look, so that a look at the same moment sees what they did. */
    #schedule(step: Placed<Step>): void {
        const { atUs, forUs, label, note } = step
        let undo: Undo
        this.#clock.at(atUs, () => {
            this.#trace.note(WORLD_SOURCE, "step", note === undefined ? { step: label } : { step: label, note })
            undo = step.begin(this.#scene)
        })
        if (forUs !== undefined) this.#clock.at(atUs + forUs, () => undo())
    }
}

function memoryOf({ name: device, flash, parts }: Board, name: string): Memory {
    const part = name === "flash" ? flash : parts.get(name)
    if (part && isMemory(part)) return part
    const memories = [...parts].filter(([, part]) => isMemory(part)).map(([name]) => name)
    throw new InvalidAction(`no memory "${name}" on ${device}; its memories are ${["flash", ...memories].join(", ")}`)
}

function isMemory(part: object): part is Memory {
    return "cutPowerAt" in part
}
