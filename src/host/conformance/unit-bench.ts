import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { START_MS } from "../unit/patience"
import type { WholeLink } from "../unit/unit-link"
import type { Bench, MemoryDump, Service } from "./bench"
import type { Fixture } from "./fixture"

/** A person at the bench. */
export interface Person {
    /** Asks for something to be done, and waits until it is. */
    does(what: string): Promise<void>
}

/** What a person can be asked for. */
const BY_HAND: readonly Fixture[] = ["supply", "hands", "faults"]

/** A device on the desk: what the bench cannot do a person does, if there is one. */
export class UnitBench implements Bench {
    readonly target: string
    readonly can: ReadonlySet<Fixture>
    readonly link: WholeLink
    readonly #person: Person | undefined
    readonly #startMs = performance.now()

    constructor(target: string, link: WholeLink, person: Person | undefined) {
        this.target = target
        this.link = link
        this.#person = person
        // Handing over a program is the link's own doing.
        this.can = new Set<Fixture>(["deployer", ...(person ? BY_HAND : [])])
    }

    begin(): Promise<void> {
        return this.link.find(START_MS)
    }

    ask(service: Service, command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return service === "domovoi" ? this.link.call(command, values) : this.link.callOf(service, command, values)
    }

    nowMs(): number {
        return performance.now() - this.#startMs
    }

    async pass(): Promise<void> {
        this.#lacks("days", "")
    }

    supply(on: boolean): Promise<void> {
        return this.#by("supply", on ? "give the device its supply back" : "cut the device's supply")
    }

    act(part: string, action: string, argument?: Json): Promise<void> {
        const what = argument === undefined ? action : `${action} ${JSON.stringify(argument)}`
        return this.#by("hands", `do this to the part "${part}": ${what}`)
    }

    async observe(part: string): Promise<Record<string, Json>> {
        return this.#lacks("meter", part)
    }

    async dump(): Promise<MemoryDump[]> {
        return this.#lacks("dump", "")
    }

    async rewrite(): Promise<void> {
        this.#lacks("rewrite", "")
    }

    async unit(): Promise<Bench> {
        return this.#lacks("units", "")
    }

    heard(): readonly { atMs: number; frame: Uint8Array }[] {
        return this.#lacks("listener", "")
    }

    async send(): Promise<void> {
        this.#lacks("peer", "")
    }

    close(): Promise<void> {
        return this.link.close()
    }

    async #by(fixture: Fixture, what: string): Promise<void> {
        if (!this.#person) this.#lacks(fixture, what)
        await this.#person.does(what)
    }

    /** Tests say what they need before they run, so nobody comes here but by a fault of ours. */
    #lacks(fixture: Fixture, what: string): never {
        throw new Error(`${this.target}: the bench has no ${fixture} ${what}`)
    }
}
