import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Phone } from "../../firmware/phone"
import type { Rig } from "../../firmware/rig"
import type { UpdateStage } from "./host"

/** So much of a package at a time, in bytes: what fits a message of a session. */
const PIECE_BYTES = 160
/** Looks at an update, 0.2 s each, or attempts to offer one. */
const MOST_LOOKS = 100

/** A hub that means well, in the session of its owner. */
export class OwnersHost {
    readonly #unit: Rig
    readonly #phone: Phone

    constructor(unit: Rig, phone: Phone) {
        this.#unit = unit
        this.#phone = phone
        // The services are announced twice a second.
        unit.run(1)
    }

    /** Brings a package so far, and no further. @throws Error if the unit does not come to that */
    async bringUpdate(head: Buffer, stage: UpdateStage): Promise<void> {
        // Until the device knows what it runs it takes none.
        await this.#until(async () => (await this.#ask("offer_update", { size: head.length })) === 0, "offer_update")
        const end = stage === "Receiving" ? Math.floor(head.length / 2) : head.length
        for (let offset = 0; offset < end; offset += PIECE_BYTES) {
            const data = new Uint8Array(head.subarray(offset, offset + PIECE_BYTES))
            const refusal = await this.#ask("write_update", { offset, data })
            if (refusal !== 0) throw new Error(`write_update: ${refusal}`)
        }
        if (stage === "Receiving" || stage === "Verifying") return
        await this.#reach(stage === "Installing" ? "Authorised" : stage)
        if (stage !== "Installing") return
        await this.#ask("grant_update", { challenge: new Uint8Array(32).fill(7) })
        await this.#reach("Installing")
    }

    async #reach(state: string): Promise<void> {
        await this.#until(async () => {
            const update = this.#unit.register("update")
            return (update as Record<string, unknown> | undefined)?.state === state
        }, state)
    }

    async #until(done: () => Promise<boolean>, what: string): Promise<void> {
        for (let n = 0; n < MOST_LOOKS; n++) if (await done()) return
        throw new Error(`the update does not come to ${what}: ${JSON.stringify(this.#unit.register("update"))}`)
    }

    async #ask(command: string, values: Record<string, FieldValue>): Promise<FieldValue | undefined> {
        return (await this.#phone.ask("domovoi", command, values))?.refusal
    }
}
