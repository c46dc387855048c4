/** How long the button has to be held for a factory reset, in milliseconds. */
export const RESET_PRESS_MS = 10_000

/** Tells a press that is meant from a button that is stuck or was held when the device started. */
export class LongPress {
    /** When the button was last seen released; undefined at the start and after a long press, until it is. */
    private releasedMs: number | undefined

    /** To be called every cycle. @returns true once in a press, when it has lasted long enough */
    update(pressed: boolean, nowMs: number): boolean {
        if (!pressed) this.releasedMs = nowMs
        const long = this.releasedMs !== undefined && nowMs - this.releasedMs >= RESET_PRESS_MS
        if (long) this.releasedMs = undefined
        return long
    }
}
