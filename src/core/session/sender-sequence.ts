import type { Counter, Pause } from "../ports"
import { Turns } from "../store/turns"
import { SessionRefusal } from "./refusal"

/** Numbers that are reserved by one write: with them a counter of 32 bits reaches as far as the 40 bits of a Partial IV. */
export const NUMBERS_A_BLOCK = 256
/** The last block that can be reserved; 2^40 - 257 is the highest number in it. */
const LAST_BLOCK = 0xffff_fffe

/** Where the numbers of a Sender Key come from, none of which is given twice. */
export interface Sequence {
    /** @returns a number from 0 to 2^40 - 257, or the refusal as a negative number @throws StoreError; then no number was given */
    take(): Promise<number>
}

/** Numbers of keys that are used by this start alone, since it put them in force: there is nothing to keep of them. */
export class FreshSequence implements Sequence {
    private next: number
    private readonly end: number

    /** @param first that was not taken @param count of those that may be */
    constructor(first: number, count: number = LAST_BLOCK) {
        this.next = first
        this.end = first + count
    }

    async take(): Promise<number> {
        return this.next < this.end ? this.next++ : -SessionRefusal.Exhausted
    }
}

/**
 * Sender Sequence Numbers (RFC 8613 §7.2), none of which is given twice, whenever the power goes (appendix B.1.1): the block that a number is in is
 * reserved before, and a start begins with the block behind all that were reserved.
 */
export class SenderSequence implements Sequence {
    private next = 0
    /** Below it, numbers are reserved. */
    private end = 0
    private readonly counter: Counter
    private readonly turns: Turns

    /** @param counter blocks reserved so far: of one key, beginning with 0 when that is made, and never taken back */
    constructor(counter: Counter, pause: Pause) {
        this.counter = counter
        this.turns = new Turns(pause)
    }

    async take(): Promise<number> {
        await this.turns.take()
        try {
            if (this.next === this.end) {
                const refusal = await this.reserve()
                if (refusal !== SessionRefusal.None) return -refusal
            }
            return this.next++
        } finally {
            this.turns.end()
        }
    }

    private async reserve(): Promise<SessionRefusal> {
        const { counter } = this
        // Read every time, and again: numbers under the same key may have been taken by somebody else, or the memory be another.
        const block = await counter.read()
        if (block > LAST_BLOCK) return SessionRefusal.Exhausted
        const first = block * NUMBERS_A_BLOCK
        if (first < this.end) return SessionRefusal.SequenceLost
        await counter.raise(block + 1)
        if ((await counter.read()) !== block + 1) return SessionRefusal.SequenceLost
        this.next = first
        this.end = first + NUMBERS_A_BLOCK
        return SessionRefusal.None
    }
}
