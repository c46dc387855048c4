/** How far behind the bus the program may be and still be trusted to hear in time, in milliseconds. */
export const LATE_MS = 300
/**
 * Time without a look from which on the program cannot have run, and up to which its dead-man is sure to hold, in milliseconds. The stock runtime of
 * the RP2040 stands still for that long when a few frames of a quiet bus are lost.
 */
const STOOD_FROM_MS = 150
const STOOD_UNTIL_MS = 400
/** As old is what was heard on a quiet bus at most, with a probe every 100 ms and a look every 50. */
const QUIET_MS = 150
/** In what time a probe comes round after that, in milliseconds, if nothing else waits. */
const ROUND_MS = 60
/** Time after which a probe that is not back says that others wait, in milliseconds. */
export const BEHIND_MS = 50
/** Numbers that may be under way at a time: with one every 100 ms, those of the last 400 ms. An older one would prove nothing any more. */
const UNDER_WAY = 4

/**
 * How fresh what is heard over the bus is, measured by probes: packets that a device sends to itself, through the queue in which whatever
 * arrives waits its turn. That queue is first in, first out, so when a probe comes back, all that had arrived before it was sent has been
 * handled. A probe carries a number that nobody can foresee, lest somebody sends one ahead; one that was seen and is sent again proves no
 * more than the first did. A probe that is lost, in a queue that overflows, proves nothing.
 */
export class Freshness {
    /** All that arrived before this has been handled. Nothing is known before the first probe comes back. In milliseconds. */
    heardUntilMs = -Infinity
    /** Packets other than probes that the program's handlers have heard: whoever hears one counts it here. */
    packets = 0
    private readonly numbers: number[] = []
    private readonly timesMs: number[] = []
    private sents = 0
    /** When the last probe was sent. */
    private sentMs = -Infinity
    /** Of the last look. */
    private lookedMs = Infinity
    /** Until then a probe may come round that could not be sent before. */
    private trustedUntilMs = -Infinity

    /** @param number unforeseeable; @param nowMs not later than it took its place in the queue */
    sent(number: number, nowMs: number): void {
        const place = this.sents++ % UNDER_WAY
        this.numbers[place] = number
        this.timesMs[place] = nowMs
        this.sentMs = nowMs
    }

    /** A packet that looks like a probe has been handled. */
    returned(number: number): void {
        const sentMs = this.timesMs[this.numbers.indexOf(number)]
        if (sentMs > this.heardUntilMs) this.heardUntilMs = sentMs
    }

    /** Whether a probe waits, and so does what arrived before it. That none was sent for a while says nothing of the bus. */
    isBehind(nowMs: number): boolean {
        return this.sentMs > this.heardUntilMs && nowMs - this.sentMs > BEHIND_MS
    }

    /**
     * To be called every cycle. Whose last probe was as fresh at the last look as on a quiet bus, and who did not run since, may send one first; who is
     * not fresh then is late, and stays so.
     * @returns whether something may have arrived more than `LATE_MS` ago and not be handled yet
     */
    look(nowMs: number): boolean {
        const stoodMs = nowMs - this.lookedMs
        if (stoodMs > STOOD_FROM_MS && stoodMs < STOOD_UNTIL_MS && this.lookedMs - this.heardUntilMs <= QUIET_MS)
            this.trustedUntilMs = nowMs + ROUND_MS
        this.lookedMs = nowMs
        return !(nowMs - this.heardUntilMs <= LATE_MS || nowMs <= this.trustedUntilMs)
    }
}
