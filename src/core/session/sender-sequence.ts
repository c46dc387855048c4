import { SessionRefusal } from "./refusal"

/** So many numbers a Sender Key has: as many as a Partial IV of 40 bits has, and more than there will ever be messages in a start. */
const NUMBERS = 0x100_0000_0000

/**
 * Sender Sequence Numbers (RFC 8613 §7.2), none of which is given twice. Keys serve the start alone that put them in force, so there is nothing to keep
 * of them (docs/session.md).
 */
export class SenderSequence {
    private next: number
    private readonly end: number

    /** @param first that was not taken @param count of those that may be */
    constructor(first: number, count: number = NUMBERS - first) {
        this.next = first
        this.end = first + count
    }

    /** @returns a number, or the refusal as a negative number */
    take(): number {
        return this.next < this.end ? this.next++ : -SessionRefusal.Exhausted
    }
}
