import { US_PER_MS } from "../../simulators/clock"

/** So far behind it is still made up for; beyond, a unit would have to run faster than it can. */
const MAX_BEHIND_MS = 100

/** Keeps virtual time from going faster than this machine's, which it begins together with. */
export class Pace {
    readonly #startMs = performance.now()
    #lostMs = 0

    /** Time that this machine was too slow for: by so much virtual time is behind for good. */
    get lostMs(): number {
        return this.#lostMs
    }

    /** Waits until virtual time is due, and at least until what has come in meanwhile is heard. */
    async rest(virtualUs: number): Promise<void> {
        const aheadMs = virtualUs / US_PER_MS + this.#lostMs - (performance.now() - this.#startMs)
        if (aheadMs < -MAX_BEHIND_MS) this.#lostMs -= aheadMs
        await new Promise(resolve => (aheadMs > 0 ? setTimeout(resolve, aheadMs) : setImmediate(resolve)))
    }
}
