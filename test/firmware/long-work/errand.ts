/** What a host on the bus wants of a device, told as a script and played on the world's clock, beside everything else that happens there. */
import { createHash } from "node:crypto"
import type { Board } from "../../../simulators/board/board"
import type { Bus } from "../../../simulators/bus/bus"
import { programDeviceId } from "../../../simulators/bus/frame"
import { promisesSettled } from "../../../simulators/bus/jacdac-host"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { US_PER_MS, type VirtualClock } from "../../../simulators/clock"
import type { Json } from "../../../simulators/trace"
import { CommandCaller } from "../../../simulators/world/command-caller"
import { RegisterReader } from "../../../simulators/world/register-reader"
import { CoapCode } from "../../../src/core/session/coap-message"
import { MemorySession } from "../../../src/host/session/kept-session"
import { PairedUnit, type SessionWay } from "../../../src/host/session/paired-unit"
import { codeReason, pairingReason, requestReason } from "../../../src/host/session/reasons"
import { SessionLink, takesSession } from "../../../src/host/session/session-link"
import type { WayIn } from "../../../src/host/session/way-in"
import { SERVICES, type ServiceName } from "../../../src/host/unit/service-specs"
import { LinkError, type WholeLink } from "../../../src/host/unit/unit-link"

export type Report = Record<string, FieldValue>

/** Something that a script waits for. */
export type Step =
    | { renew: true }
    | { post: [path: string, payload: Uint8Array] }
    | { pair: WayIn }
    | { call: [service: ServiceName, command: string, values: Record<string, FieldValue>] }
    | { registers: readonly string[] }
    | { waitMs: number }
    | { act: [part: string, action: string] }

/** What comes of a step: the report to a call, the payload that was answered, or what the registers say, by name. */
export type Script = Generator<Step, void, Report | undefined>

/** A device on a bus. */
export interface Bench {
    clock: VirtualClock
    bus: Bus
    board: Board
}

/** Longest that a device takes for a command: a signature in software beside a key for a pairing, with room. */
const PATIENCE_MS = 60_000
/** Longer than any script takes with a device that answers. */
const LONGEST_MS = 120_000
/** Time between two attempts at a device that is at work on something else. */
const RETRY_MS = 200

const known = new WeakMap<Bus, Record<ServiceName, CommandCaller>>()
const readers = new WeakMap<Bus, RegisterReader>()

/** Hosts on one bus hear the same. */
export function callersOn(bus: Bus): Record<ServiceName, CommandCaller> {
    const callers = known.get(bus) ?? {
        domovoi: new CommandCaller(bus, SERVICES.domovoi),
        owner: new CommandCaller(bus, SERVICES.owner),
        privacy: new CommandCaller(bus, SERVICES.privacy),
    }
    known.set(bus, callers)
    return callers
}

/**
 * A host that has been listening to the bus since it was made, and plays scripts, one after the other: inside somebody's session, if it has one. Who lets the
 * clock go on has to `settle` whenever something is `unsettled`: what is sealed and opened is so at once, in the world's time.
 */
export class Errands {
    /** Why the script that was played last went no further. */
    failure: string | undefined
    readonly #bench: Bench
    readonly #device: string
    readonly #callers: Record<ServiceName, CommandCaller>
    readonly #reader: RegisterReader
    readonly #session: MemorySession | undefined
    readonly #name: string
    #unit: PairedUnit | undefined
    /** Numbers that were drawn. */
    #drawn = 0
    #unsettled = false
    #script: Script | undefined
    /** Of the step that is waited for: an answer that comes later than its time is for nobody. */
    #step = 0
    #awaited: string | undefined
    #read: Record<string, Json> = {}
    #unread: readonly string[] = []

    /** @param session of somebody whom the device knows; it is changed by what is done with it */
    constructor(bench: Bench, session?: MemorySession, name = "host") {
        this.#bench = bench
        this.#session = session
        this.#name = name
        this.#device = programDeviceId(bench.board.deviceId)
        this.#callers = callersOn(bench.bus)
        this.#reader = readers.get(bench.bus) ?? new RegisterReader(bench.bus, SERVICES.domovoi)
        readers.set(bench.bus, this.#reader)
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

    /** Whether something has come that has to be taken in before the clock goes on. */
    get unsettled(): boolean {
        return this.#unsettled
    }

    async settle(): Promise<void> {
        this.#unsettled = false
        await promisesSettled()
    }

    /**
     * Plays a script now, and nothing else happens meanwhile.
     * @returns how long it took in milliseconds, 1 or more; if it goes on for ever, or gets no answer, so long as it was watched
     */
    async durationOf(script: Script): Promise<number> {
        const { clock } = this.#bench
        const fromUs = clock.nowUs
        this.play(script)
        const untilUs = fromUs + LONGEST_MS * US_PER_MS
        do if (this.#unsettled) await this.settle()
        while (this.underWay && clock.step(untilUs))
        return Math.max(1, Math.ceil((clock.nowUs - fromUs) / US_PER_MS))
    }

    /** Seals a command under keys that are put in force now, for `tell`. */
    async seal(service: ServiceName, command: string, values: Record<string, FieldValue>): Promise<Uint8Array> {
        await this.durationOf(renewed())
        if (this.failure) throw new Error(this.failure)
        let sealed: Uint8Array | undefined
        this.#hold = frame => {
            sealed = frame
        }
        await this.#link.callOf(service as "owner", command, values).catch(() => {})
        this.#hold = undefined
        if (!sealed) throw new Error(`${command} was not sealed`)
        return sealed
    }

    /** Sends a frame of a session, and goes on at once. */
    tell(frame: Uint8Array): void {
        this.#callers.domovoi.call(this.#device, "exchange", { frame })
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
        else if ("renew" in step) this.#waitFor(this.#renew())
        else if ("post" in step) this.#waitFor(this.#post(...step.post))
        else if ("pair" in step) this.#waitFor(this.#pair(step.pair))
        else if ("call" in step && this.#session && takesSession(step.call[0], step.call[1]))
            this.#waitFor(this.#link.callOf(...(step.call as ["owner", string, Record<string, FieldValue>])))
        else if ("call" in step) this.#call(...step.call)
        else this.#readAll(step.registers)
    }

    #after(ms: number): void {
        const step = this.#step
        this.#bench.clock.after(ms * US_PER_MS, () => {
            if (step === this.#step) this.#next(undefined)
        })
    }

    /** Goes on with what comes of it, or without anything. */
    #waitFor(work: Promise<Report | undefined>): void {
        const step = this.#step
        this.#unsettled = true
        const go = (report: Report | undefined) => {
            if (step === this.#step) this.#next(report)
        }
        work.then(go, () => go(undefined))
        this.#after(PATIENCE_MS)
    }

    /** As when the host starts anew: other keys follow those that were in force. */
    async #renew(): Promise<Report | undefined> {
        if (!this.#session) throw new Error("the host has no session")
        const draw = (target: Buffer) => {
            for (let at = 0; at < target.length; at += 32)
                createHash("sha256")
                    .update(`${this.#name}/${this.#drawn++}`)
                    .digest()
                    .copy(target, at)
        }
        this.#unit = await PairedUnit.of(this.#way, this.#session, { draw })
        const answered = await this.#unit.ask(CoapCode.Get, "people")
        if (!answered.response) throw new LinkError(requestReason(answered).name)
        return {}
    }

    async #post(path: string, payload: Uint8Array): Promise<Report | undefined> {
        if (!this.#unit) await this.#renew()
        const answered = await this.#unit!.ask(CoapCode.Post, path, payload)
        const { response } = answered
        if (!response) throw new LinkError(requestReason(answered).name)
        if (response.code >> 5 !== 2) throw new LinkError(codeReason(response.code).name)
        return { payload: response.payload }
    }

    /** Somebody else, who is let in. */
    async #pair(wayIn: WayIn): Promise<Report | undefined> {
        const draw = (target: Buffer) =>
            void target.fill(
                createHash("sha256")
                    .update(`${this.#name}/${this.#drawn++}`)
                    .digest(),
            )
        const end = await (await PairedUnit.of(this.#way, new MemorySession(), { draw })).pair(wayIn)
        return { refusal: end.refusal === 0 ? "None" : pairingReason(end).name }
    }

    /** What of a whole link is not asked for in a session nobody asks for here. */
    get #link(): SessionLink {
        if (!this.#unit) throw new Error("no keys are in force: renew them first")
        return new SessionLink(this.#way as unknown as WholeLink, this.#unit)
    }

    /** Takes frames in place of the bus. */
    #hold: ((frame: Uint8Array) => void) | undefined
    #answered: ((report: Report) => void) | undefined
    readonly #way: SessionWay = {
        call: async (command, values = {}) => {
            if (this.#hold) {
                this.#hold(values.frame as Uint8Array)
                throw new LinkError("held back")
            }
            this.#hear(`domovoi.${command}`, () =>
                this.#callers.domovoi.listen(this.#device, command, report => {
                    this.#unsettled = true
                    this.#answered?.(report)
                }),
            )
            this.#callers.domovoi.call(this.#device, command, values)
            return new Promise(resolve => {
                this.#answered = resolve
            })
        },
        wait: ms =>
            new Promise(resolve => {
                this.#bench.clock.after(ms * US_PER_MS, () => {
                    this.#unsettled = true
                    resolve()
                })
            }),
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

/** Puts new keys in force, as a host does that starts anew. @throws Error if that fails */
export function* renewed(): Generator<Step, void, Report | undefined> {
    if (!(yield { renew: true })) throw new Error(`no keys within ${PATIENCE_MS / 1000} s`)
}

/** Asks for a resource inside the session. @returns its payload. @throws Error if it is not served */
export function* post(path: string, payload: readonly number[]): Generator<Step, Uint8Array, Report | undefined> {
    const answered = yield { post: [path, Uint8Array.from(payload)] }
    if (!answered) throw new Error(`${path} was not answered within ${PATIENCE_MS / 1000} s, or refused`)
    return answered.payload as Uint8Array
}

/** Reads registers of the `domovoi` service, all of them at the same moment. @throws Error if one is not answered */
export function* read(...registers: string[]): Generator<Step, Report, Report | undefined> {
    const values = yield { registers }
    if (!values) throw new Error(`no answer to ${registers.join(", ")} within ${PATIENCE_MS / 1000} s`)
    return values
}
