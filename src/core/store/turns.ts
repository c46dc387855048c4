import type { Pause } from "../ports"

/**
 * One at a time, in the order in which they came: for work that reads something and then writes what follows from it, while others may do the
 * same. Every `take` has to be followed by an `end`, whatever happens in between.
 */
export class Turns {
    private readonly pause: Pause
    private given = 0
    private ended = 0

    constructor(pause: Pause) {
        this.pause = pause
    }

    /** Waits for all that came before. There is a pause in any case, so what takes turns in a row is many stretches. */
    async take(): Promise<void> {
        const turn = this.given++
        await this.pause()
        while (this.ended < turn) await this.pause()
    }

    end(): void {
        this.ended++
    }
}
