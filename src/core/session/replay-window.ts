import { constantTimeEqual } from "../crypto/constant-time"
import type { Random } from "../crypto/random"

/** Numbers below the highest that are told apart, it among them: RFC 8613 §3.2.2. */
export const WINDOW_SIZE = 32
/** Length in bytes of what a sender has to say again, RFC 9175 §2.3: nobody guesses it. */
const ECHO_BYTES = 8

/**
 * The numbers that were received (RFC 8613 §7.4, by the window of RFC 6347 §4.1.2.6). Only a message that was authenticated moves it: what somebody
 * else sends has no effect.
 */
export class ReplayWindow {
    /**
     * What a sender has to say again before anything is received, since nobody knows what was received before the last start (appendix B.1.2);
     * undefined if that is known.
     */
    echo: Buffer | undefined
    /** The highest number received; -1 if there is none. */
    private highest = -1
    /** Bit n: whether the highest less n was received. */
    private received = 0

    /** Of keys under which nothing can have been received yet, because they have just been made. */
    static ofNewKeys(): ReplayWindow {
        return new ReplayWindow(undefined)
    }

    /** Of keys that were there before the device started. @throws Error if the random source has failed */
    static afterStart(random: Random): ReplayWindow {
        const echo = Buffer.alloc(ECHO_BYTES)
        random.draw(echo)
        return new ReplayWindow(echo)
    }

    private constructor(echo: Buffer | undefined) {
        this.echo = echo
    }

    /** Whether a number is worth opening its message. Of the messages that pass, those that `accept` refuses are replayed nevertheless. */
    admits(number: number): boolean {
        if (this.echo || number > this.highest) return true
        const behind = this.highest - number
        return behind < WINDOW_SIZE && ((this.received >>> behind) & 1) === 0
    }

    /**
     * Takes in the number of a message that was authenticated: asked and done in one step, since the same message may be opened twice at a time.
     * @returns whether it was not received before
     */
    accept(number: number): boolean {
        if (this.echo || !this.admits(number)) return false
        if (number > this.highest) {
            const ahead = number - this.highest
            this.received = ahead < WINDOW_SIZE ? (this.received << ahead) | 1 : 1
            this.highest = number
        } else this.received |= 1 << (this.highest - number)
        return true
    }

    /**
     * Begins at the number of a message that was authenticated, if its sender says again what only this start has said: then it was sent since, and
     * so are all that have higher numbers. Of those below, nobody knows.
     * @param answer value of the Echo option inside; undefined if there is none
     */
    recover(number: number, answer: Buffer | undefined): boolean {
        if (!this.echo || !answer || !constantTimeEqual(this.echo, answer)) return false
        this.echo = undefined
        this.highest = number
        this.received = -1
        return true
    }
}
