/** Anna, with her phone: she goes on using her unit, whatever goes on around her. */
import { US_PER_S } from "../../../simulators/clock"
import { Random } from "../../../simulators/random"
import { CoapCode } from "../../../src/core/session/coap-message"
import type { MemorySession } from "../../../src/host/session/kept-session"
import { PairedUnit } from "../../../src/host/session/paired-unit"
import { people } from "../../../src/host/session/people"
import { LinkError } from "../../../src/host/unit/unit-link"
import type { Rig } from "../../firmware/rig"
import type { StoryWay } from "./story-way"

/** Between two things that she does, in milliseconds. */
const REST_MS = 150

export class Owner {
    /** How often she was answered, under the unit's seal, that she is its owner. */
    served = 0
    /** What she has the unit sign first, if anything: that takes it longer than she uses it. */
    attests: Uint8Array | undefined
    readonly #rig: Rig
    readonly #session: MemorySession
    readonly #random: Random
    #way: StoryWay | undefined
    #unit: PairedUnit | undefined

    constructor(rig: Rig, session: MemorySession, seed: string) {
        this.#rig = rig
        this.#session = session
        this.#random = new Random(seed)
    }

    /** Asks again and again, until the way ends. */
    async work(way: StoryWay): Promise<void> {
        if (this.attests) await this.#attest(way, this.attests)
        for (;;) {
            if (await this.#asks(way)) this.served++
            try {
                await way.wait(REST_MS)
            } catch {
                return
            }
        }
    }

    /** @returns how long it takes until she is served, in seconds; undefined if she is not before the way ends */
    async getsThrough(way: StoryWay): Promise<number | undefined> {
        const { clock } = this.#rig
        const sinceUs = clock.nowUs
        while (!(await this.#asks(way)))
            try {
                await way.wait(REST_MS)
            } catch {
                return undefined
            }
        return (clock.nowUs - sinceUs) / US_PER_S
    }

    async #attest(way: StoryWay, challenge: Uint8Array): Promise<void> {
        try {
            await (await this.#unitBy(way)).ask(CoapCode.Post, "Domovoi/attest", challenge)
        } catch (error) {
            if (!(error instanceof LinkError)) throw error
        }
    }

    /** Whether the unit says who is known to it, and that she is its owner. */
    async #asks(way: StoryWay): Promise<boolean> {
        try {
            const told = await people(await this.#unitBy(way)).list()
            return "list" in told && told.list.some(({ isMe, role }) => isMe && role === "owner")
        } catch (error) {
            if (error instanceof LinkError) return false
            throw error
        }
    }

    async #unitBy(way: StoryWay): Promise<PairedUnit> {
        if (!this.#unit || this.#way !== way) {
            this.#way = way
            this.#unit = await PairedUnit.of(way, this.#session, this.#random)
        }
        return this.#unit
    }
}
