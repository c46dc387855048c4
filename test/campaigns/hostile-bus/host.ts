import { readFileSync } from "node:fs"
import type { BusNode } from "../../../simulators/bus/bus"
import { decodeHeader, decodePackets, encodeFrame, FrameFlag, programDeviceId } from "../../../simulators/bus/frame"
import { type FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import { CHUNK_BYTES } from "../../../src/core/suit/assembler"
import type { Rig } from "../../firmware/rig"

const domovoi = new ServiceSpec(readFileSync("services/domovoi.md", "utf8"))
const ANSWER_S = 3
/** Looks at an update, 0.2 s each, or attempts to offer one. */
const MOST_LOOKS = 100

export type UpdateStage = "Receiving" | "Verifying" | "AwaitingConsent" | "MakingSafe" | "Authorised" | "Installing"

/** A hub or an app that means well, at a unit's `domovoi` service. */
export class Host implements BusNode {
    readonly name = "host"
    readonly #unit: Rig
    readonly #device: string
    #report: Record<string, FieldValue> | undefined
    #awaited = ""
    #index: number | undefined

    constructor(unit: Rig) {
        this.#unit = unit
        this.#device = programDeviceId(unit.board.deviceId)
        unit.bus.attach(this)
        // The services are announced twice a second.
        for (let n = 0; n < 60 && this.#index === undefined; n++) unit.run(0.05)
    }

    /** Sends a command, and goes on at once. */
    tell(command: string, values: Record<string, FieldValue>): void {
        const packet = {
            serviceIndex: this.#index ?? 0,
            command: domovoi.commandCode(command),
            payload: domovoi.encodeCommand(command, values),
        }
        this.#unit.bus.send(this, encodeFrame(this.#device, FrameFlag.Command, packet))
    }

    /** Brings a package so far, and no further. @throws Error if the unit does not come to that */
    bringUpdate(head: Buffer, stage: UpdateStage): void {
        // Until the device knows what it runs it takes none.
        this.#until(() => this.#try("offer_update", { size: head.length }) === 0, "offer_update")
        const end = stage === "Receiving" ? Math.floor(head.length / 2) : head.length
        for (let offset = 0; offset < end; offset += CHUNK_BYTES)
            this.#ask("write_update", { offset, data: new Uint8Array(head.subarray(offset, offset + CHUNK_BYTES)) })
        if (stage === "Receiving" || stage === "Verifying") return
        const wanted = stage === "Installing" ? "Authorised" : stage
        this.#reach(wanted)
        if (stage === "Installing") this.tell("grant_update", { challenge: new Uint8Array(32).fill(7) })
        if (stage === "Installing") this.#reach("Installing")
    }

    /** Takes the grant of an update that is authorised, and installs its program. */
    install(image: Uint8Array): void {
        this.#reach("Authorised")
        this.tell("grant_update", { challenge: new Uint8Array(32).fill(7) })
        this.#reach("Installing")
        this.#unit.board.deploy(image)
    }

    #reach(state: string): void {
        this.#until(() => {
            const update = this.#unit.register("update")
            return (update as Record<string, unknown> | undefined)?.state === state
        }, state)
    }

    #until(done: () => boolean, what: string): void {
        for (let n = 0; n < MOST_LOOKS; n++) if (done()) return
        throw new Error(`the update does not come to ${what}: ${JSON.stringify(this.#unit.register("update"))}`)
    }

    #ask(command: string, values: Record<string, FieldValue>): void {
        const refusal = this.#try(command, values)
        if (refusal !== 0) throw new Error(`${command}: ${refusal}`)
    }

    /** @returns the refusal, 0 if there was none, undefined if there was no answer */
    #try(command: string, values: Record<string, FieldValue>): FieldValue | undefined {
        this.#report = undefined
        this.#awaited = command
        this.tell(command, values)
        for (let waited = 0; waited < ANSWER_S && !this.#report; waited += 0.005) this.#unit.run(0.005)
        return (this.#report as Record<string, FieldValue> | undefined)?.refusal
    }

    receive(frame: Uint8Array): void {
        const header = decodeHeader(frame)
        if (!header || header.flags & FrameFlag.Command || header.deviceId !== this.#device) return
        for (const { serviceIndex, command, payload } of decodePackets(frame)) {
            if (serviceIndex === 0 && command === 0) {
                const classes = Buffer.from(payload)
                for (let at = 4; at + 4 <= classes.length; at += 4)
                    if (classes.readUInt32LE(at) === domovoi.classIdentifier) this.#index = at / 4
            } else if (this.#awaited && serviceIndex === this.#index && command === domovoi.commandCode(this.#awaited))
                this.#report = domovoi.decodeReport(this.#awaited, payload)
        }
    }
}
