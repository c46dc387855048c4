/** A unit on its board, and what a host and an onlooker learn of it: registers, reports, nets. */
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { programDeviceId } from "../../../simulators/bus/frame"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Fram } from "../../../simulators/parts/fram"
import type { Json } from "../../../simulators/trace"
import type { Firmware } from "../../../src/host/build/firmware"
import { MemorySession } from "../../../src/host/session/kept-session"
import { takesSession } from "../../../src/host/session/session-link"
import type { WayIn } from "../../../src/host/session/way-in"
import { LinkError } from "../../../src/host/unit/unit-link"
import { labelOf, Phone } from "../../firmware/phone"
import { Rig } from "../../firmware/rig"

const REGISTERS = ["state", "causes", "identity", "serial_number", "boot_count", "sequence_number", "update"]
/** Whoever has been there. Only some of them are known, and a stranger never was. */
export const PEOPLE = ["Anna", "Ben", "Carl", "Dora", "a stranger"] as const
export type Person = (typeof PEOPLE)[number]
export type Sessions = Readonly<Record<Person, MemorySession>>

export function nobodysSessions(): Record<Person, MemorySession> {
    const sessions = PEOPLE.map(name => [name, new MemorySession()])
    return Object.fromEntries(sessions) as Record<Person, MemorySession>
}

/** From power-on until the program has started, and its modules and its owner's phone have found it. */
const BOOT_S = 2.4
/** Longest that a factory reset takes that was begun before. */
const RESET_S = 20
/** A look at all registers: the runtime sends an answer every 20 ms. */
const GLANCE_S = 0.35
/** A device drops what comes while it has too much to do. */
const MOST_LOOKS = 4
/** Longest that an answer may take, but for those that take a signature; of a device that puts new keys in force before it. */
const ANSWER_S = 6
/** Longest that a message of a pairing may take. */
const PAIRING_S = 90

/** All registers, by name; those that nobody answered are missing. */
export type Glance = Readonly<Record<string, Json>>
export type Report = Readonly<Record<string, FieldValue>>
type Values = Record<string, FieldValue>

export class Unit extends Rig {
    readonly phones: Readonly<Record<Person, Phone>>
    /** Nets that drive something, which were high before anybody had asked for anything. */
    readonly unasked = new Set<string>()
    /** Those that went high since this was cleared last. */
    readonly risen = new Set<string>()
    /** Somebody has asked for something. */
    asked = false
    /** The verifier has refused to start the program. */
    isRefused = false
    readonly #device: string
    #glance: Record<string, Json> = {}

    constructor(
        firmware: Firmware,
        definition: BoardDefinition,
        state: BoardState,
        profile: BoardProfile,
        deviceId: string,
        outputs: readonly string[],
        sessions: Sessions,
    ) {
        super(firmware, definition, state, profile, 1, deviceId, false)
        this.#device = programDeviceId(deviceId)
        for (const register of REGISTERS)
            this.reader.listen(this.#device, register, value => {
                this.#glance[register] = value
            })
        const phones = PEOPLE.map(name => [name, new Phone(this, name, sessions[name].copy())])
        this.phones = Object.fromEntries(phones) as Record<Person, Phone>
        for (const phone of Object.values(this.phones)) phone.way.exchangeS = ANSWER_S
        for (const net of outputs)
            this.board.wiring.watch(net, high => {
                if (high) this.risen.add(net)
                if (high && !this.asked) this.unasked.add(net)
            })
        this.trace.watch(({ source, kind, verdict }) => {
            if (source === this.board.name && kind === "verifier")
                this.isRefused = verdict !== "confirmed" && verdict !== "trial" && verdict !== "factory"
        })
    }

    get fram(): Fram {
        return this.board.parts.get("fram") as Fram
    }

    override boot(): void {
        this.asked = false
        this.board.powerOn()
        this.settle()
    }

    /** Waits for the program to start, and to complete a factory reset. */
    settle(): void {
        this.run(BOOT_S)
        for (let waited = 0; waited < RESET_S && this.#isStarting; waited++) this.run(1)
    }

    /** The power goes for a moment. */
    restart(): void {
        this.board.powerOff()
        this.run(0.2)
        this.boot()
    }

    glance(): Glance {
        this.#glance = {}
        for (let looks = 0; looks < MOST_LOOKS; looks++) {
            for (const register of REGISTERS.filter(name => !(name in this.#glance)))
                this.reader.ask(this.#device, register)
            this.run(GLANCE_S)
            if (Object.keys(this.#glance).length === REGISTERS.length) break
        }
        return this.#glance
    }

    /** For longer than a device is ever busy, so that it cannot miss it. */
    override press(part: string): void {
        this.asked = true
        this.act(part, "press")
        this.run(0.5)
        this.act(part, "release")
        this.run(0.3)
    }

    /** Asks as the owner does: in their session, if there ever was one. @returns the report; undefined if there is none in time */
    async ask(
        service: "domovoi" | "privacy",
        command: string,
        values: Values,
        seconds = ANSWER_S,
    ): Promise<Report | undefined> {
        const { way, session } = this.phones.Anna
        if (session.suite === undefined || !takesSession(service, command)) return way.ask(service, command, values)
        way.exchangeS = seconds
        const report = await this.phones.Anna.ask(service, command, values)
        way.exchangeS = ANSWER_S
        return report
    }

    /**
     * Somebody proves the label, or an invitation, with their hand on the device.
     * @returns `None` or the name of the reason; undefined if there is no answer
     */
    async pair(person: Person, touch: string, wayIn: WayIn = labelOf(this)): Promise<string | undefined> {
        const phone = this.phones[person]
        phone.way.exchangeS = PAIRING_S
        const refusal = await phone.pair(wayIn, touch).catch(error => {
            if (error instanceof LinkError) return undefined
            throw error
        })
        phone.way.exchangeS = ANSWER_S
        return refusal
    }

    /** @returns all pieces of the log, or why there are none */
    async readLog(): Promise<{ pieces: Buffer[] } | { refusal: FieldValue | undefined }> {
        let refusal: FieldValue | undefined
        for (let attempts = 0; attempts < LOG_ATTEMPTS; attempts++) {
            const pieces: Buffer[] = []
            for (;;) {
                const report = await this.ask("domovoi", "read_log", { piece: pieces.length })
                refusal = report?.refusal
                if (refusal !== "None") break
                const piece = Buffer.from(report?.entry as Uint8Array)
                if (piece.length === 0) return { pieces }
                pieces.push(piece)
            }
            if (refusal === "Storage") break
            // It may not have read its log yet.
            this.run(1)
        }
        return { refusal }
    }

    /** Brings what comes before the program in a package. @returns the state of the update when the device has judged it */
    async bringPackage(head: Buffer): Promise<Json | undefined> {
        const offered = await this.ask("domovoi", "offer_update", { size: head.length })
        if (offered?.refusal !== 0) return `refused: ${offered?.refusal}`
        for (let offset = 0; offset < head.length; offset += PIECE_BYTES) {
            const data = new Uint8Array(head.subarray(offset, offset + PIECE_BYTES))
            const refusal = (await this.ask("domovoi", "write_update", { offset, data }))?.refusal
            if (refusal !== 0) return `refused: ${refusal}`
        }
        for (let looks = 0; looks < JUDGED_WITHIN_LOOKS; looks++) {
            const state = this.#updateState()
            // A busy device may not have answered.
            if (state !== undefined && state !== "Receiving" && state !== "Verifying") return state
        }
        return "Verifying"
    }

    /** It says so, or is too busy to say anything. */
    get #isStarting(): boolean {
        if (this.board.state !== "running" || this.isRefused) return false
        const state = this.register("state") as Record<string, Json> | undefined
        return state === undefined || state.cause === "Starting"
    }

    #updateState(): Json | undefined {
        return (this.register("update") as Record<string, Json> | undefined)?.state
    }
}

const LOG_ATTEMPTS = 4
/** So much of a package at a time, in bytes: what fits a message of a session. */
const PIECE_BYTES = 160
/** 0.2 s each: the slowest signature that a device judges takes it 8 s. */
const JUDGED_WITHIN_LOOKS = 60
