import type { Random } from "../crypto/random"
import { littleEndian32 } from "../crypto/words"
import { Place } from "./rights"

/** How long a challenge can be used, in milliseconds. */
export const CHALLENGE_MS = 60_000
/** So many can be used at a time: the next one that is drawn takes the place of the oldest. */
export const MAX_CHALLENGES = 4
/** How long a press says that somebody is at the device, in milliseconds. */
export const TOUCH_MS = 30_000

/** One that was drawn and not used yet: its words, and the times of its drawing and of the press that it was alone with. */
interface Challenge {
    low: number
    high: number
    drawnMs: number
    touchedMs: number | undefined
}

/**
 * What makes a command fresh: it carries 8 random bytes that the device has drawn for it, each of which is good for one command. A press of
 * the button belongs to the challenge that can be used at that moment, if there is exactly one: of two nobody knows which, and one that is
 * drawn later was not there. So a press is good for one command, and for the one of whoever had asked for a challenge before.
 */
export class Challenges {
    private readonly random: Random
    /** The next place is the one that was drawn longest ago. */
    private readonly places: (Challenge | undefined)[] = []
    private next = 0
    /** As last seen. A button that was held at the start has not been pressed. */
    private down = true

    constructor(random: Random) {
        this.random = random
    }

    /** @returns lower and upper word. @throws Error if the random source has failed */
    draw(nowMs: number): [number, number] {
        const bytes = Buffer.alloc(8)
        this.random.draw(bytes)
        const low = littleEndian32(bytes, 0)
        const high = littleEndian32(bytes, 4)
        this.places[this.next] = { low: low, high: high, drawnMs: nowMs, touchedMs: undefined }
        this.next = (this.next + 1) % MAX_CHALLENGES
        return [low >>> 0, high >>> 0]
    }

    /** Takes in the state of the button. To be called every cycle. */
    watch(down: boolean, nowMs: number): void {
        const { places } = this
        const pressed = down && !this.down
        this.down = down
        if (!pressed) return
        let alone: Challenge | undefined
        let count = 0
        for (let i = 0; i < places.length; i++)
            if (isLive(places[i], nowMs)) {
                alone = places[i]
                count++
            }
        if (alone && count === 1) alone.touchedMs = nowMs
    }

    /** Uses a challenge up. @returns where whoever sends it seems to be; undefined if it was not drawn, is too old, or was used before */
    take(low: number, high: number, nowMs: number): Place | undefined {
        const { places } = this
        let place: Place | undefined
        // All are compared, and all of each, so that the time tells nothing of them.
        for (let i = 0; i < places.length; i++) {
            const challenge = places[i]
            if (challenge && ((challenge.low ^ low) | (challenge.high ^ high)) === 0) {
                const { touchedMs } = challenge
                const touched = touchedMs !== undefined && nowMs - touchedMs < TOUCH_MS
                if (isLive(challenge, nowMs)) place = touched ? Place.Touch : Place.Inside
                places[i] = undefined
            }
        }
        return place
    }
}

function isLive(challenge: Challenge | undefined, nowMs: number): boolean {
    return challenge !== undefined && nowMs - challenge.drawnMs < CHALLENGE_MS
}
