import type { Bus } from "../../../simulators/bus/bus"
import { JacdacHost, runWithHosts } from "../../../simulators/bus/jacdac-host"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { US_PER_MS, VirtualClock } from "../../../simulators/clock"
import { type Json, Trace } from "../../../simulators/trace"
import { DomovoiClient } from "./domovoi-client"
import { lookedAtItself } from "./looked-at-itself"
import { START_MS } from "./patience"
import type { OtherService, Role, WholeLink } from "./unit-link"

/** The host's own identifier on the bus. */
const HOST_DEVICE_ID = "d0d0d0d0d0d0d0d0"
/** Virtual time between two looks whether the host has what it waits for. */
const SLICE_MS = 10

/** A unit in this process, whose time goes on while the host waits for it. */
export abstract class VirtualUnit implements WholeLink {
    /** What happens to it. */
    readonly trace: Trace
    protected readonly clock = new VirtualClock()
    /** The host's end, anew for every time that the unit is switched on: to the host it is another device then. */
    #host: JacdacHost | undefined
    #client: DomovoiClient | undefined

    constructor() {
        this.trace = new Trace(this.clock)
    }

    /** Where the host is. */
    protected abstract readonly hostBus: Bus
    protected abstract switchOn(): void
    protected abstract switchOff(): void

    /** Switches on, and waits for the program, and until it has looked at its identity. @throws LinkError if none answers */
    async powerOn(): Promise<void> {
        await this.connect()
        await this.find(START_MS)
        await lookedAtItself(this)
    }

    /** Switches on. The program is found later, if there is one. */
    async connect(): Promise<void> {
        await this.close()
        this.#host = new JacdacHost({ name: "host", deviceId: HOST_DEVICE_ID, bus: this.hostBus, clock: this.clock })
        this.#client = new DomovoiClient(this.#host.jdbus)
        this.switchOn()
    }

    get(register: string): Promise<Json> {
        return this.#while(this.#client!.get(register))
    }

    call(command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return this.#while(this.#client!.call(command, values))
    }

    callOf(
        service: OtherService,
        command: string,
        values?: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>> {
        return this.#while(this.#client!.callOf(service, command, values))
    }

    roles(): Promise<Role[]> {
        return this.#while(this.#client!.roles())
    }

    programSha256(): Promise<string> {
        return this.#while(this.#client!.programSha256())
    }

    chip(): Promise<string> {
        return this.#while(this.#client!.chip())
    }

    install(image: Uint8Array, onProgress: (share: number) => void): Promise<void> {
        return this.#while(this.#client!.install(image, onProgress))
    }

    find(timeoutMs: number): Promise<void> {
        return this.#while(this.#client!.find(timeoutMs))
    }

    async wait(ms: number): Promise<void> {
        await runWithHosts(this.clock, this.clock.nowUs + ms * US_PER_MS)
    }

    /** Switches off. */
    async close(): Promise<void> {
        this.switchOff()
        await this.#host?.detach()
        this.#host = undefined
    }

    /** Lets the unit's time go on until the host has what it waits for. */
    async #while<T>(work: Promise<T>): Promise<T> {
        let settled = false
        const settle = () => {
            settled = true
        }
        work.then(settle, settle)
        while (!settled) await this.wait(SLICE_MS)
        return work
    }
}
