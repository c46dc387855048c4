/**
 * What was received under keys that have just been made (RFC 8613 §7.4). The standard leaves the size of the window to the receiver; this one has none, since
 * one end asks for one thing at a time: a number has to be higher than all that were received. So what somebody has held back is not done behind what
 * was said since. Only a message that was authenticated counts: what somebody else sends has no effect.
 */
export class ReplayWindow {
    /** The highest number received; -1 if there is none. */
    private highest = -1

    /** Whether a number is worth opening its message. Of the messages that pass, those that `accept` refuses are replayed nevertheless. */
    admits(number: number): boolean {
        return number > this.highest
    }

    /**
     * Takes in the number of a message that was authenticated: asked and done in one step, since the same message may be opened twice at a time.
     * @returns whether it is higher than all before
     */
    accept(number: number): boolean {
        if (!this.admits(number)) return false
        this.highest = number
        return true
    }
}
