/**
 * Jacdac on one wire (Jacdac protocol reference, physical layer): a low pulse of 11 to 15 µs, a pause, bytes at 1 Mbaud with a start and a
 * stop bit, and a low pulse again. What is low for longer than a byte can be is such a pulse.
 */

const BIT_NANOS = 1_000
const PULSE_NANOS = 12_000
/** From the rising edge of the first pulse to the first byte: 40 to 200 µs. */
const START_GAP_NANOS = 60_000
const END_GAP_NANOS = 2_000
/** A byte of zeros is low for 9 bits. */
const SHORTEST_PULSE_NANOS = 10_500
/** From the falling edge of a start bit. */
const FIRST_BIT_AT = 1.5
const STOP_BIT_AT = 9.5
const FRAME_HEADER_BYTES = 12
const SIZE_OFFSET = 2

/** From `at` on, in nanoseconds, the line is low or let go. */
export interface Edge {
    at: number
    low: boolean
}

/** What a frame looks like on the wire, from time 0. */
export function edgesOf(frame: Uint8Array): Edge[] {
    const edges: Edge[] = []
    let isLow = false
    const set = (at: number, low: boolean) => {
        if (low !== isLow) edges.push({ at, low })
        isLow = low
    }
    set(0, true)
    set(PULSE_NANOS, false)
    let at = PULSE_NANOS + START_GAP_NANOS
    for (const byte of frame) {
        set(at, true)
        for (let bit = 0; bit < 8; bit++) set(at + (bit + 1) * BIT_NANOS, ((byte >> bit) & 1) === 0)
        set(at + 9 * BIT_NANOS, false)
        at += 10 * BIT_NANOS
    }
    set(at + END_GAP_NANOS, true)
    set(at + END_GAP_NANOS + PULSE_NANOS, false)
    return edges
}

/** Finds frames in what a sender does to the line. */
export class LineReader {
    readonly #receive: (frame: Uint8Array) => void
    /** Times when the line was low since the first pulse; undefined between frames. */
    #lows: { from: number; to: number }[] | undefined
    #fellAt = 0

    constructor(receive: (frame: Uint8Array) => void) {
        this.#receive = receive
    }

    /** Whether a frame is under way. */
    get isInFrame(): boolean {
        return this.#lows !== undefined
    }

    take({ at, low }: Edge): void {
        if (low) {
            this.#fellAt = at
            return
        }
        const isPulse = at - this.#fellAt >= SHORTEST_PULSE_NANOS
        if (!isPulse) this.#lows?.push({ from: this.#fellAt, to: at })
        else if (!this.#lows || this.#lows.length === 0) this.#lows = []
        else this.#end(this.#lows)
    }

    #end(lows: readonly { from: number; to: number }[]): void {
        this.#lows = undefined
        const frame = bytesOf(lows)
        if (frame && frame.length >= FRAME_HEADER_BYTES) {
            const length = FRAME_HEADER_BYTES + frame[SIZE_OFFSET]
            if (frame.length >= length) this.#receive(frame.slice(0, length))
        }
    }
}

/** @returns undefined for a byte without a stop bit */
function bytesOf(lows: readonly { from: number; to: number }[]): Uint8Array | undefined {
    const isLow = (at: number) => lows.some(({ from, to }) => from <= at && at < to)
    const bytes: number[] = []
    let after = 0
    for (;;) {
        const start = lows.find(({ from }) => from >= after)
        if (!start) return Uint8Array.from(bytes)
        let byte = 0
        for (let bit = 0; bit < 8; bit++) if (!isLow(start.from + (FIRST_BIT_AT + bit) * BIT_NANOS)) byte |= 1 << bit
        after = start.from + STOP_BIT_AT * BIT_NANOS
        if (isLow(after)) return undefined
        bytes.push(byte)
    }
}
