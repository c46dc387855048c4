import { type JDBus, jacdac } from "../../../simulators/bus/jacdac"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import type { BoardBridge } from "./board-bridge"
import { DomovoiClient } from "./domovoi-client"
import { START_MS } from "./patience"
import type { OtherService, Role, Waiting, WholeLink } from "./unit-link"

/** A unit at the other end of a bridge: on the desk, or where a server has its bus. */
export class RemoteUnit implements WholeLink {
    readonly #bridge: BoardBridge
    readonly #jdbus: JDBus
    readonly #client: DomovoiClient
    readonly waiting: Waiting | undefined

    /**
     * Waits for the device's program.
     * @param waiting hears what is waited for
     * @throws LinkError if there is not exactly one Domovoi device; the bridge is closed then
     */
    static async open(bridge: BoardBridge, waiting?: Waiting): Promise<RemoteUnit> {
        const unit = new RemoteUnit(bridge, waiting)
        try {
            await unit.find(START_MS)
        } catch (error) {
            await unit.close()
            throw error
        }
        return unit
    }

    /** Whether the board has a program or not. */
    constructor(bridge: BoardBridge, waiting?: Waiting) {
        this.#bridge = bridge
        this.waiting = waiting
        this.#jdbus = new jacdac.JDBus([], { scheduler: new BackgroundScheduler(), disableRoleManager: true })
        this.#client = new DomovoiClient(this.#jdbus, undefined, waiting)
        bridge.bus = this.#jdbus
    }

    get(register: string): Promise<Json> {
        return this.#whileConnected(this.#client.get(register))
    }

    call(command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return this.#whileConnected(this.#client.call(command, values))
    }

    callOf(
        service: OtherService,
        command: string,
        values?: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>> {
        return this.#whileConnected(this.#client.callOf(service, command, values))
    }

    roles(): Promise<Role[]> {
        return this.#whileConnected(this.#client.roles())
    }

    programSha256(): Promise<string> {
        return this.#whileConnected(this.#client.programSha256())
    }

    chip(): Promise<string> {
        return this.#whileConnected(this.#client.chip())
    }

    install(image: Uint8Array, onProgress: (share: number) => void): Promise<void> {
        return this.#whileConnected(this.#client.install(image, onProgress))
    }

    find(timeoutMs: number): Promise<void> {
        return this.#whileConnected(this.#client.find(timeoutMs))
    }

    /** Whether it can only be reached anew. */
    get isLost(): boolean {
        return this.#bridge.hasEnded
    }

    /** See `BoardBridge.listen`. */
    listen(hear: (frame: Uint8Array) => void): void {
        this.#bridge.listen(hear)
    }

    wait(ms: number): Promise<void> {
        return this.#whileConnected(new Promise(resolve => setTimeout(resolve, ms)))
    }

    async close(): Promise<void> {
        await this.#jdbus.stop()
        await this.#bridge.close()
    }

    /** @throws LinkError as soon as the connection ends, instead of when the time for an answer is up */
    #whileConnected<T>(work: Promise<T>): Promise<T> {
        return Promise.race([work, this.#bridge.lost])
    }
}

/** The library lets the time limit of a command run out although it was answered. The process has to be able to end before. */
class BackgroundScheduler extends jacdac.WallClockScheduler {
    override setTimeout(...timer: Parameters<JDBus["scheduler"]["setTimeout"]>) {
        return super.setTimeout(...timer).unref()
    }
}
