import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { lookedAtItself } from "../unit/looked-at-itself"
import { START_MS } from "../unit/patience"
import type { WholeLink } from "../unit/unit-link"
import type { Bench, MemoryDump, Service } from "./bench"
import type { Fixture } from "./fixture"

/** A person at the bench. */
export interface Person {
    /** Asks for something to be done, and waits until it is. */
    does(what: string): Promise<void>
}

/**
 * A device on the desk. Nothing brings it back to how it came, so it can do nothing that would have to be undone before the next test: neither hand a
 * program to the device nor press its buttons, which give it an owner. A person cuts its supply, if there is one.
 */
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
        this.can = new Set<Fixture>(person ? ["supply"] : [])
    }

    /** A device that has just been plugged in, or has started anew in the test before, says little of itself until it has looked. */
    async begin(): Promise<void> {
        await this.link.find(START_MS)
        await lookedAtItself(this.link)
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

    async supply(on: boolean): Promise<void> {
        if (!this.#person) this.#lacks("supply", "")
        await this.#person.does(on ? "give the device its supply back" : "cut the device's supply")
    }

    async act(part: string): Promise<void> {
        this.#lacks("hands", part)
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

    /** Tests say what they need before they run, so nobody comes here but by a fault of ours. */
    #lacks(fixture: Fixture, what: string): never {
        throw new Error(`${this.target}: the bench has no ${fixture} ${what}`)
    }
}
