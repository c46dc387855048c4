import { Board, type BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { Bus } from "../../../simulators/bus/bus"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Circuit } from "../../../simulators/circuit/circuit"
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { type Random, randomStreams } from "../../../simulators/random"
import type { Json } from "../../../simulators/trace"
import { VirtualUnit } from "../unit/virtual-unit"
import type { Bench, Label, MemoryDump, Service } from "./bench"
import { FIXTURE_NAMES, type Fixture } from "./fixture"

export interface SimulatedDevice {
    target: string
    definition: BoardDefinition
    /** Of the chip, 16 hex digits. */
    deviceId: string
    profile: BoardProfile
    /** What the unit kept since the factory. */
    state: BoardState
    label: Label
    /** Of everything random around it. */
    seed: string
    /** Other units from the same factory, by their numbers from 1 on. */
    other(number: number): Promise<SimulatedDevice>
}

/** The runtime counts microseconds in 32 bits, so it must not be moved by more than half of that at a time. */
const LEAP_S = 1800
/** After each leap. */
const LOOK_MS = 100

/** A device in the simulator, with every fixture there is. */
export class SimulatedBench implements Bench {
    readonly target: string
    readonly can: ReadonlySet<Fixture> = new Set(FIXTURE_NAMES)
    readonly #device: SimulatedDevice
    #unit: BenchUnit

    constructor(device: SimulatedDevice) {
        this.target = device.target
        this.#device = device
        this.#unit = this.#built("")
    }

    get link() {
        return this.#unit
    }

    get circuit(): Circuit {
        return this.#device.definition.circuit
    }

    /** Each beginning has numbers of its own: nothing is drawn twice. */
    async begin(test = this.#test): Promise<void> {
        const isAnother = test !== this.#test
        if (isAnother) [this.#test, this.#beginnings] = [test, 0]
        // Times go on in a test that begins anew.
        const startMs = isAnother ? 0 : this.nowMs()
        await this.#unit.close()
        this.#unit = this.#built(`${test}/${this.#beginnings++}`, startMs)
        await this.#unit.powerOn()
    }
    #test = ""
    #beginnings = 0

    #built(beginning: string, startMs = 0): BenchUnit {
        const { seed, state, ...device } = this.#device
        const unit = new BenchUnit(device, randomStreams(`${seed}/${beginning}`), startMs)
        unit.board.restore(state)
        return unit
    }

    ask(service: Service, command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return service === "domovoi" ? this.#unit.call(command, values) : this.#unit.callOf(service, command, values)
    }

    nowMs(): number {
        return this.#unit.nowMs()
    }

    /** The chip's own idea of the time moves, and it gets a moment to see what that means. */
    async pass(seconds: number): Promise<void> {
        for (let left = seconds; left > 0; left -= LEAP_S) {
            this.#unit.board.jumpClock(Math.min(left, LEAP_S) * US_PER_S)
            await this.#unit.wait(LOOK_MS)
        }
    }

    async supply(on: boolean): Promise<void> {
        if (on) await this.#unit.connect()
        else await this.#unit.close()
    }

    async act(part: string, action: string, argument?: Json): Promise<void> {
        this.#part(part).act(action, argument)
    }

    async observe(part: string): Promise<Record<string, Json>> {
        return this.#part(part).observe()
    }

    #part(name: string) {
        const { parts } = this.#unit.board
        const part = parts.get(name)
        if (!part) throw new Error(`the board has no part "${name}"; it has ${[...parts.keys()].join(", ")}`)
        return part
    }

    async dump(): Promise<MemoryDump[]> {
        await this.#unit.close()
        const { flash, parts } = this.#unit.board.save()
        const memories = Object.entries({ flash, ...parts }).filter(([, content]) => typeof content === "string")
        return memories.map(([name, content]) => ({ name, bytes: Buffer.from(String(content), "base64") }))
    }

    async rewrite(memories: readonly MemoryDump[]): Promise<void> {
        await this.#unit.close()
        const { board } = this.#unit
        const state = board.save()
        for (const { name, bytes } of memories) {
            const content = Buffer.from(bytes).toString("base64")
            if (name === "flash") state.flash = content
            else state.parts[name] = content
        }
        board.restore(state)
    }

    async label(): Promise<Label> {
        return this.#device.label
    }

    async unit(number: number): Promise<SimulatedBench> {
        return new SimulatedBench(await this.#device.other(number))
    }

    heard(): readonly { atMs: number; frame: Uint8Array }[] {
        return this.#unit.heard
    }

    async send(frame: Uint8Array): Promise<void> {
        this.#unit.send(frame)
    }

    async close(): Promise<void> {
        await this.#unit.close()
    }
}

/** A unit on a bus on which somebody listens and speaks beside the host. */
class BenchUnit extends VirtualUnit {
    readonly board: Board
    readonly heard: { atMs: number; frame: Uint8Array }[] = []
    protected override readonly hostBus: Bus
    readonly #stranger = {
        name: "bench",
        receive: (frame: Uint8Array) => void this.heard.push({ atMs: this.nowMs(), frame: new Uint8Array(frame) }),
    }

    readonly #startMs: number

    /** @param startMs time at which its clock begins */
    constructor(
        { definition, deviceId, profile }: Pick<SimulatedDevice, "definition" | "deviceId" | "profile">,
        random: (stream: string) => Random,
        startMs: number,
    ) {
        super()
        this.#startMs = startMs
        const { clock, trace } = this
        const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.hostBus = bus
        this.board = new Board({ name: "unit", definition, deviceId, clock, bus, trace, random, profile })
        bus.attach(this.#stranger)
    }

    nowMs(): number {
        return this.#startMs + this.clock.nowUs / US_PER_MS
    }

    send(frame: Uint8Array): void {
        this.hostBus.send(this.#stranger, frame)
    }

    protected override switchOn(): void {
        this.board.powerOn()
    }

    protected override switchOff(): void {
        this.board.powerOff()
    }
}
