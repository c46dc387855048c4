/** What a host on the bus wants of a device, told as a script and played on the world's clock, beside everything else that happens there. */
import { readFileSync } from "node:fs"
import type { Board } from "../../../simulators/board/board"
import type { Bus } from "../../../simulators/bus/bus"
import { programDeviceId } from "../../../simulators/bus/frame"
import { type FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import { US_PER_MS, type VirtualClock } from "../../../simulators/clock"
import type { Json } from "../../../simulators/trace"
import { CommandCaller } from "../../../simulators/world/command-caller"
import { RegisterReader } from "../../../simulators/world/register-reader"

const SERVICES = ["domovoi", "owner", "privacy"] as const
export type ServiceName = (typeof SERVICES)[number]
export type Report = Record<string, FieldValue>

/** Something that a script waits for. */
export type Step =
    | { draw: true }
    | { call: [service: ServiceName, command: string, values: Record<string, FieldValue>] }
    | { registers: readonly string[] }
    | { waitMs: number }
    | { act: [part: string, action: string] }

/** What comes of a step: a challenge that was drawn, the report to a call, or what the registers say, by name. */
export type Script = Generator<Step, void, Report | undefined>

/** A device on a bus. */
export interface Bench {
    clock: VirtualClock
    bus: Bus
    board: Board
}

/** Longest that a device takes for a command: a signature in software, with room. */
const PATIENCE_MS = 30_000
/** Longer than any script takes with a device that answers. */
const LONGEST_MS = 60_000
/** Time between two attempts at a device that is at work on something else. */
const RETRY_MS = 200

const specs = Object.fromEntries(
    SERVICES.map(name => [
        name,
        new ServiceSpec(readFileSync(new URL(`../../../services/${name}.md`, import.meta.url), "utf8")),
    ]),
) as Record<ServiceName, ServiceSpec>

const known = new WeakMap<Bus, Record<ServiceName, CommandCaller>>()

/** Hosts on one bus hear the same. */
export function callersOn(bus: Bus): Record<ServiceName, CommandCaller> {
    const caller = (name: ServiceName) => [name, new CommandCaller(bus, specs[name])]
    const callers = known.get(bus) ?? (Object.fromEntries(SERVICES.map(caller)) as Record<ServiceName, CommandCaller>)
    known.set(bus, callers)
    return callers
}

/** A host that has been listening to the bus since it was made, and plays scripts, one after the other. */
export class Errands {
    /** Why the script that was played last went no further. */
    failure: string | undefined
    readonly #bench: Bench
    readonly #device: string
    readonly #callers: Record<ServiceName, CommandCaller>
    readonly #reader: RegisterReader
    #script: Script | undefined
    /** Of the step that is waited for: an answer that comes later than its time is for nobody. */
    #step = 0
    #awaited: string | undefined
    #read: Record<string, Json> = {}
    #unread: readonly string[] = []

    constructor(bench: Bench) {
        this.#bench = bench
        this.#device = programDeviceId(bench.board.deviceId)
        this.#callers = callersOn(bench.bus)
        this.#reader = new RegisterReader(bench.bus, specs.domovoi)
    }

    /** Begins a script now. */
    play(script: Script): void {
        this.#script = script
        this.failure = undefined
        this.#next(undefined)
    }

    /** Whether the device was asked for something, and nothing has come of it yet. */
    get underWay(): boolean {
        return this.#script !== undefined
    }

    /**
     * Plays a script now, and nothing else happens meanwhile.
     * @returns how long it took in milliseconds, 1 or more; if it goes on for ever, or gets no answer, so long as it was watched
     */
    durationOf(script: Script): number {
        const { clock } = this.#bench
        const fromUs = clock.nowUs
        this.play(script)
        const untilUs = fromUs + LONGEST_MS * US_PER_MS
        while (this.underWay && clock.step(untilUs));
        return Math.max(1, Math.ceil((clock.nowUs - fromUs) / US_PER_MS))
    }

    #next(result: Report | undefined): void {
        const script = this.#script
        if (!script) return
        this.#step++
        this.#awaited = undefined
        try {
            const { done, value } = script.next(result)
            if (done) this.#script = undefined
            else this.#begin(value)
        } catch (error) {
            this.failure = (error as Error).message
            this.#script = undefined
        }
    }

    #begin(step: Step): void {
        if ("act" in step) {
            const [part, action] = step.act
            this.#bench.board.parts.get(part)!.act(action)
            this.#after(0)
        } else if ("waitMs" in step) this.#after(step.waitMs)
        else if ("draw" in step) this.#draw()
        else if ("call" in step) this.#call(...step.call)
        else this.#readAll(step.registers)
    }

    #after(ms: number): void {
        const step = this.#step
        this.#bench.clock.after(ms * US_PER_MS, () => {
            if (step === this.#step) this.#next(undefined)
        })
    }

    #draw(): void {
        const step = this.#step
        this.#callers.owner.draw(this.#device, challenge => {
            if (step === this.#step) this.#next(challenge)
        })
        this.#after(PATIENCE_MS)
    }

    #call(service: ServiceName, command: string, values: Record<string, FieldValue>): void {
        const name = `${service}.${command}`
        this.#awaited = name
        this.#hear(name, () =>
            this.#callers[service].listen(this.#device, command, report => {
                if (this.#awaited === name) this.#next(report)
            }),
        )
        this.#callers[service].call(this.#device, command, values)
        this.#after(PATIENCE_MS)
    }

    /** All at the same moment. */
    #readAll(registers: readonly string[]): void {
        this.#read = {}
        this.#unread = registers
        this.#awaited = "registers"
        for (const register of registers) {
            this.#hear(register, () =>
                this.#reader.listen(this.#device, register, value => {
                    this.#read[register] = value
                    if (this.#awaited === "registers" && this.#unread.every(name => name in this.#read))
                        this.#next(this.#read as Report)
                }),
            )
            this.#reader.ask(this.#device, register)
        }
        this.#after(PATIENCE_MS)
    }

    readonly #heard = new Set<string>()
    #hear(what: string, listen: () => void): void {
        if (!this.#heard.has(what)) listen()
        this.#heard.add(what)
    }
}

/** Sends a command, again while the device says that it is busy. @throws Error if it does not answer, or refuses for another reason */
export function* call(
    service: ServiceName,
    command: string,
    values: Record<string, FieldValue> = {},
): Generator<Step, Report, Report | undefined> {
    for (;;) {
        const report = yield { call: [service, command, values] }
        if (!report) throw new Error(`no answer to ${command} within ${PATIENCE_MS / 1000} s`)
        const { refusal = "None" } = report
        if (refusal === "None" || refusal === 0) return report
        if (refusal !== "Busy") throw new Error(`${command} was refused: ${refusal}`)
        yield { waitMs: RETRY_MS }
    }
}

/** Draws a challenge for the next command. @throws Error if none comes */
export function* draw(): Generator<Step, Report, Report | undefined> {
    const challenge = yield { draw: true }
    if (!challenge) throw new Error(`no challenge within ${PATIENCE_MS / 1000} s`)
    return challenge
}

/** Reads registers of the `domovoi` service, all of them at the same moment. @throws Error if one is not answered */
export function* read(...registers: string[]): Generator<Step, Report, Report | undefined> {
    const values = yield { registers }
    if (!values) throw new Error(`no answer to ${registers.join(", ")} within ${PATIENCE_MS / 1000} s`)
    return values
}
