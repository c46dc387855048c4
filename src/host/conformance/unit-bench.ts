import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { InputError } from "../input-error"
import { LinkError, type WholeLink } from "../unit/unit-link"
import type { Bench, Label, MemoryDump, Service } from "./bench"
import type { Fixture } from "./fixture"
import { found } from "./restart"
import type { Supply } from "./supply"

/** A way to the device that may hear all that is said on its bus. */
export interface BenchLink extends WholeLink {
    /** @param hear gets each frame, also those that are for nobody here */
    listen?(hear: (frame: Uint8Array) => void): void
    /** Whether it can only be reached anew. */
    readonly isLost?: boolean
}

/** Reaches the device, whether a program answers there or not. @throws InputError if there is no such way; LinkError if nobody answers */
export type Reach = () => Promise<BenchLink>

/** In which a device that was switched on, or has started anew, is to be reached: its port is a part of it. */
const REAPPEARS_MS = 20_000
const BETWEEN_MS = 250
const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

const absent = () => Promise.reject(new LinkError("the device has no supply"))
/** While the supply is cut. */
const NOBODY: BenchLink = {
    get: absent,
    call: absent,
    callOf: absent,
    roles: absent,
    programSha256: absent,
    chip: absent,
    install: absent,
    find: absent,
    wait: sleep,
    isLost: true,
    async close() {},
}

/** As much is kept of what is heard between two beginnings: a bus carries no more than that in ten minutes. */
const HEARD_BYTES = 64 << 20

/**
 * A device on the desk. Nothing brings it back to how it came, so it can do nothing that would have to be undone before the next test: neither hand a
 * program to the device nor press its buttons, which give it an owner.
 */
export class UnitBench implements Bench {
    readonly target: string
    readonly can: ReadonlySet<Fixture>
    readonly #reach: Reach
    readonly #supply: Supply | undefined
    readonly #startMs = performance.now()
    #link: BenchLink
    #heard: { atMs: number; frame: Uint8Array }[] = []
    #heardBytes = 0
    /** It was waited for in vain: from then on it is looked for once a test. */
    #isGone = false

    /** @param supply what cuts its supply, if there is anything @throws InputError; LinkError */
    static async open(target: string, reach: Reach, supply?: Supply): Promise<UnitBench> {
        return new UnitBench(target, reach, await reach(), supply)
    }

    private constructor(target: string, reach: Reach, link: BenchLink, supply: Supply | undefined) {
        this.target = target
        this.#reach = reach
        this.#supply = supply
        this.#link = link
        this.can = new Set<Fixture>([
            ...(supply ? ["supply" as const] : []),
            ...(link.listen ? ["listener" as const] : []),
        ])
        this.#listen()
    }

    get link(): WholeLink {
        return this.#link
    }

    /**
     * A test that ended without the device does not take the next one with it. And a device that has just been plugged in, or has started anew in the test
     * before, says little of itself until it has looked.
     */
    async begin(): Promise<void> {
        this.#heard = []
        this.#heardBytes = 0
        if (this.#link.isLost) await this.#reachAgain()
        await found(this)
    }

    ask(service: Service, command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return service === "domovoi" ? this.link.call(command, values) : this.link.callOf(service, command, values)
    }

    nowMs(): number {
        return performance.now() - this.#startMs
    }

    async supply(on: boolean): Promise<void> {
        if (!this.#supply) this.#lacks("supply")
        await this.#supply.switch(on)
        if (on) return this.#reachAgain()
        await this.#link.close()
        this.#link = { ...NOBODY, listen: this.#link.listen && (() => {}) }
    }

    heard(): readonly { atMs: number; frame: Uint8Array }[] {
        if (!this.#link.listen) this.#lacks("listener")
        if (this.#heardBytes > HEARD_BYTES) throw new LinkError("more is said on the bus than can be kept")
        return this.#heard
    }

    async close(): Promise<void> {
        await this.#link.close()
        await this.#supply?.close()
    }

    /** What was open before may be a port that has gone. @throws LinkError if the device does not come back */
    async #reachAgain(): Promise<void> {
        await this.#link.close()
        const deadlineMs = this.nowMs() + (this.#isGone ? 0 : REAPPEARS_MS)
        for (;;) {
            try {
                this.#link = await this.#reach()
                this.#isGone = false
                return this.#listen()
            } catch (error) {
                if (!(error instanceof InputError || error instanceof LinkError)) throw error
                this.#isGone = this.nowMs() >= deadlineMs
                if (this.#isGone) throw new LinkError(`it has not come back: ${error.message}`)
            }
            await sleep(BETWEEN_MS)
        }
    }

    #listen(): void {
        this.#link.listen?.(frame => {
            this.#heardBytes += frame.length
            if (this.#heardBytes <= HEARD_BYTES) this.#heard.push({ atMs: this.nowMs(), frame: new Uint8Array(frame) })
        })
    }

    async pass(): Promise<void> {
        this.#lacks("days")
    }

    async act(): Promise<void> {
        this.#lacks("hands")
    }

    async observe(): Promise<Record<string, Json>> {
        return this.#lacks("meter")
    }

    async dump(): Promise<MemoryDump[]> {
        return this.#lacks("dump")
    }

    async rewrite(): Promise<void> {
        this.#lacks("rewrite")
    }

    async unit(): Promise<Bench> {
        return this.#lacks("units")
    }

    async label(): Promise<Label> {
        return this.#lacks("label")
    }

    async send(): Promise<void> {
        this.#lacks("peer")
    }

    /** Tests say what they need before they run, so nobody comes here but by a fault of ours. */
    #lacks(fixture: Fixture): never {
        throw new Error(`${this.target}: the bench has no ${fixture}`)
    }
}
