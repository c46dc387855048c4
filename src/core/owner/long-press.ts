/** How long the button has to be held for a factory reset, in milliseconds. */
export const RESET_PRESS_MS = 10_000

/** Tells a press that is meant from a button that is stuck or was held when the device started. */
export class LongPress {
    /** The button was seen released since the start, and since the last long press. */
    private armed = false
    private sinceMs: number | undefined

    /** To be called every cycle. @returns true once in a press, when it has lasted long enough */
    update(pressed: boolean, nowMs: number): boolean {
        if (!pressed) {
            this.armed = true
            this.sinceMs = undefined
        } else if (this.sinceMs === undefined) this.sinceMs = nowMs
        const long = this.armed && this.sinceMs !== undefined && nowMs - this.sinceMs >= RESET_PRESS_MS
        if (long) this.armed = false
        return long
    }
}
