import { Sensor } from "../sensor"
import type { ServiceHost, Values } from "../service"

/** A contact as a service sees it. */
export interface Contact {
    read(): boolean
    /** Calls back whenever the contact may have moved, until the returned function is called. */
    watch(moved: () => void): () => void
}

/** A sensor of a contact. The server samples the contact at a fixed rate, so it misses a bounce that falls between two samples. */
export abstract class ContactSensor extends Sensor {
    active = false
    readonly #periodUs: number
    readonly #contact: Contact
    #unwatch: (() => void) | undefined
    #startUs = 0
    #sampleDue = false

    constructor(options: {
        serviceClass: number
        format: string
        reading: (active: boolean) => Values
        periodUs: number
        contact: Contact
        instanceName?: string
    }) {
        super(options.serviceClass, options.format, () => options.reading(this.active), options.instanceName)
        this.#periodUs = options.periodUs
        this.#contact = options.contact
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#startUs = host.nowUs
        this.#sampleDue = false
        this.active = false
        this.#unwatch = this.#contact.watch(() => this.#moved())
        this.#moved()
    }

    override stop(): void {
        super.stop()
        this.#unwatch?.()
    }

    protected abstract changed(active: boolean): void

    /** Nothing is sampled while nothing moves; the next sample at the fixed rate is the first that can see a move. */
    #moved(): void {
        if (!this.host || this.#sampleDue) return
        this.#sampleDue = true
        const sincePreviousUs = (this.host.nowUs - this.#startUs) % this.#periodUs
        this.host.after(this.#periodUs - sincePreviousUs, () => {
            this.#sampleDue = false
            const active = this.#contact.read()
            if (active === this.active) return
            this.active = active
            this.changed(active)
        })
    }
}
