/** A unit on its board, and what a host and an onlooker learn of it: registers, reports, nets. */
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { programDeviceId } from "../../../simulators/bus/frame"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Fram } from "../../../simulators/parts/fram"
import type { Json } from "../../../simulators/trace"
import { CHUNK_BYTES } from "../../../src/core/suit/assembler"
import type { Firmware } from "../../../src/host/build/firmware"
import { Phone } from "../../firmware/phone"
import { Rig } from "../../firmware/rig"

const REGISTERS = ["state", "causes", "identity", "serial_number", "boot_count", "sequence_number", "update"]
/** Commands whose reports are heard here; those that people send the phone hears. */
const COMMANDS = [
    ["domovoi", "attest"],
    ["domovoi", "offer_update"],
    ["domovoi", "write_update"],
    ["domovoi", "read_log"],
    ["privacy", "describe"],
] as const

/** From power-on until the program has started, and its modules and its owner's phone have found it. */
const BOOT_S = 2.4
/** Longest that a factory reset takes that was begun before. */
const RESET_S = 20
/** A look at all registers: the runtime sends an answer every 20 ms. */
const GLANCE_S = 0.35
/** A device drops what comes while it has too much to do. */
const MOST_LOOKS = 4
/** Longest that an answer may take, but for those that take a signature. */
const ANSWER_S = 3

/** All registers, by name; those that nobody answered are missing. */
export type Glance = Readonly<Record<string, Json>>
export type Report = Readonly<Record<string, FieldValue>>
type Values = Record<string, FieldValue>

export class Unit extends Rig {
    readonly phone: Phone
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
    #awaited = ""
    #report: Report | undefined

    constructor(
        firmware: Firmware,
        definition: BoardDefinition,
        state: BoardState,
        profile: BoardProfile,
        deviceId: string,
        outputs: readonly string[],
    ) {
        super(firmware, definition, state, profile, 1, deviceId, false)
        this.#device = programDeviceId(deviceId)
        for (const register of REGISTERS)
            this.reader.listen(this.#device, register, value => {
                this.#glance[register] = value
            })
        this.phone = new Phone(this)
        for (const [service, command] of COMMANDS)
            this.phone.listen(service, command, report => {
                if (command === this.#awaited) this.#report = report
            })
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

    /** Sends a command that needs no challenge. @returns the report; undefined if there is none in time */
    ask(service: "domovoi" | "privacy", command: string, values: Values, seconds = ANSWER_S): Report | undefined {
        this.#awaited = command
        this.#report = undefined
        this.phone.send(service, command, values)
        for (let waited = 0; waited < seconds && !this.#report; waited += 0.01) this.run(0.01)
        return this.#report
    }

    /** @returns all pieces of the log, or why there are none */
    readLog(): { pieces: Buffer[] } | { refusal: FieldValue | undefined } {
        let refusal: FieldValue | undefined
        for (let attempts = 0; attempts < LOG_ATTEMPTS; attempts++) {
            const pieces: Buffer[] = []
            for (;;) {
                const report = this.ask("domovoi", "read_log", { piece: pieces.length })
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
    bringPackage(head: Buffer): Json | undefined {
        const offered = this.ask("domovoi", "offer_update", { size: head.length })
        if (offered?.refusal !== 0) return `refused: ${offered?.refusal}`
        for (let offset = 0; offset < head.length; offset += CHUNK_BYTES) {
            const data = new Uint8Array(head.subarray(offset, offset + CHUNK_BYTES))
            const refusal = this.ask("domovoi", "write_update", { offset, data })?.refusal
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
/** 0.2 s each: the slowest signature that a device judges takes it 8 s. */
const JUDGED_WITHIN_LOOKS = 60
