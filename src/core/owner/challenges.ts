import type { Random } from "../crypto/random"
import { bigEndian32 } from "../crypto/words"
import { Place } from "./rights"

/** How long a challenge can be used, in milliseconds. */
export const CHALLENGE_MS = 60_000
/** So many can be used at a time: the next one that is drawn takes the place of the oldest. */
export const MAX_CHALLENGES = 4
/** How long a press says that somebody is at the device, in milliseconds. */
export const TOUCH_MS = 30_000

/** One that was drawn: its words, and when; once it was used, longer ago than it can be used. */
interface Challenge {
    readonly low: number
    readonly high: number
    drawnMs: number
}
const USED_MS = -CHALLENGE_MS

/**
 * What makes a command fresh: it carries 8 random bytes that the device has drawn for it, each of which is good for one command. A press of
 * the button belongs to the challenge that can be used at that moment, if there is exactly one: of two nobody knows which, and one that is
 * drawn later was not there. So a press is good for one command, and for the one of whoever had asked for a challenge before.
 */
export class Challenges {
    private readonly random: Random
    /** At `next` is the one that was drawn longest ago, if there are as many as can be. */
    private readonly places: Challenge[] = []
    private next = 0
    /** As last seen. A button that was held at the start has not been pressed. */
    private down = true
    /** What the last press belongs to, and when it was. */
    private touched: Challenge | undefined
    private touchedMs!: number

    constructor(random: Random) {
        this.random = random
    }

    /** @returns lower and upper word. @throws Error if the random source has failed */
    draw(nowMs: number): [number, number] {
        const bytes = Buffer.alloc(8)
        this.random.draw(bytes)
        const low = bigEndian32(bytes, 4) >>> 0
        const high = bigEndian32(bytes, 0) >>> 0
        this.places[this.next] = { low: low, high: high, drawnMs: nowMs }
        this.next = (this.next + 1) % MAX_CHALLENGES
        return [low, high]
    }

    /** Takes in the state of the button. To be called every cycle. */
    watch(down: boolean, nowMs: number): void {
        const pressed = down && !this.down
        this.down = down
        if (!pressed) return
        this.touched = undefined
        this.touchedMs = nowMs
        let usable = 0
        for (const challenge of this.places)
            if (nowMs - challenge.drawnMs < CHALLENGE_MS) this.touched = ++usable === 1 ? challenge : undefined
    }

    /** Uses a challenge up. @returns where whoever sends it seems to be; undefined if it was not drawn, is too old, or was used before */
    take(low: number, high: number, nowMs: number): Place | undefined {
        let place: Place | undefined
        // All are compared, and all of each, so that the time tells nothing of them.
        for (const challenge of this.places)
            if (((challenge.low ^ low) | (challenge.high ^ high)) === 0) {
                const touched = challenge === this.touched && nowMs - this.touchedMs < TOUCH_MS
                if (nowMs - challenge.drawnMs < CHALLENGE_MS) place = touched ? Place.Touch : Place.Inside
                challenge.drawnMs = USED_MS
            }
        return place
    }
}
