import { jacdac } from "../../../simulators/bus/jacdac"
import { FIRST_ANSWER_MS } from "./patience"
import { LinkError } from "./unit-link"

/** Event: a frame came in. */
const HEARD = "heard"

/** A way to a board outside this process, as a bridge that joins the board's bus to that of `jacdac-ts`. */
export abstract class BoardBridge extends jacdac.JDBridge {
    /** Where the board is, for messages. */
    readonly #place: string
    readonly #answer = new Promise<void>(resolve => void this.once(HEARD, resolve))
    #end!: (why: string) => void
    #hasEnded = false
    /** Rejects with a LinkError as soon as the connection has ended. */
    readonly lost = new Promise<never>((_, reject) => {
        this.#end = why => reject(new LinkError(`${this.#place}: ${why}`))
    })

    protected constructor(place: string) {
        super(place)
        this.#place = place
        // Whoever waits for the device hears of it, but nobody may be waiting.
        this.lost.catch(() => {})
    }

    abstract close(): Promise<void>

    /** Waits until somebody speaks, and closes the connection if nobody does. @throws LinkError */
    protected async answered(): Promise<this> {
        const deadline = setTimeout(
            () => this.ended("nobody answers; is this the DeviceScript board's port?"),
            FIRST_ANSWER_MS,
        )
        try {
            await Promise.race([this.#answer, this.lost])
            return this
        } catch (error) {
            await this.close()
            throw error
        } finally {
            clearTimeout(deadline)
        }
    }

    /** @param hear gets each frame that comes in, whoever it is for */
    listen(hear: (frame: Uint8Array) => void): void {
        this.on(HEARD, hear)
    }

    protected heard(frame: Uint8Array): void {
        this.emit(HEARD, frame)
    }

    /** Whether the connection is over. */
    get hasEnded(): boolean {
        return this.#hasEnded
    }

    protected ended(why: string): void {
        this.#hasEnded = true
        this.#end(why)
    }
}
