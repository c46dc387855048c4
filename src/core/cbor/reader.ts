import { hex } from "../crypto/hex"
import { ARRAY, BYTES, MAP, NEGATIVE, TEXT, UNSIGNED } from "./major"
import { CborRefusal } from "./refusal"

/**
 * Reads CBOR (RFC 8949) that somebody else made, item by item, in the deterministic encoding of §4.2.1 and no other: definite lengths,
 * shortest forms, keys in order. Whoever reads says what has to come next, so nothing is ever skipped and nothing recurses.
 *
 * The first thing wrong stays in `refusal`, with its place in `refusedAt`. From then on every method returns 0 or nothing; it is enough to
 * look at `refusal` before something is done with what was read. Counts are at most what is left in bytes, which bounds the loops over them.
 */
export class CborReader {
    /** A `CborRefusal`, or the number that a caller gave to `refuse`. */
    refusal: number = CborRefusal.None
    /** Offset of what was refused. */
    refusedAt = 0
    /** Offset of the next item. */
    at = 0
    /** Offset of the item read last. */
    private item = 0
    private readonly window: Buffer
    /** Offset behind the last byte of what holds the items read now. It may lie beyond the window. */
    private end: number

    /**
     * @param window the first bytes of what is to be read; strings are cut out of it
     * @param length of all that is to be read, in bytes
     */
    constructor(window: Buffer, length: number) {
        this.window = window
        this.end = length
    }

    /** Refuses the item read last, unless something was refused before. @param reason `CborRefusal.None` refuses nothing */
    refuse(reason: number): void {
        if (this.refusal !== CborRefusal.None) return
        this.refusal = reason
        this.refusedAt = this.item
    }

    /** Major type of the next item. */
    major(): number {
        this.item = this.at
        this.demand(0)
        return this.refusal === CborRefusal.None ? this.window[this.at] >> 5 : 0
    }

    /** 0 to 2^32 - 1. */
    uint(): number {
        return this.head(UNSIGNED)
    }

    /** -2^32 to 2^32 - 1. */
    int(): number {
        return this.major() === NEGATIVE ? -1 - this.head(NEGATIVE) : this.head(UNSIGNED)
    }

    /** A copy of a byte string. @param most bytes that it may have */
    bytes(most: number): Buffer {
        return this.string(BYTES, most)
    }

    /** The bytes of a text of printable ASCII characters. @param most characters that it may have */
    text(most: number): Buffer {
        const text = this.string(TEXT, most)
        for (let i = 0; i < text.length; i++) if (text[i] < 0x20 || text[i] > 0x7e) this.refuse(CborRefusal.Characters)
        return text
    }

    /** An array of exactly so many items, which follow. */
    arrayOf(items: number): void {
        if (this.head(ARRAY) !== items) this.refuse(CborRefusal.Count)
    }

    /**
     * The next key of a map with integer keys.
     * @param previous the key before it; undefined if it is the first
     */
    key(previous: number | undefined): number {
        const key = this.int()
        if (previous === undefined) return key
        if (key === previous) this.refuse(CborRefusal.KeyRepeated)
        if (encodingRank(key) < encodingRank(previous)) this.refuse(CborRefusal.KeyOrder)
        return key
    }

    /** The length of a byte string, whose bytes are passed over: they end at `at`. */
    bytesAhead(): number {
        const length = this.head(BYTES)
        this.at += length
        return length
    }

    /** Goes into a byte string that holds CBOR. @returns what `leave` has to be given */
    enter(): number {
        const length = this.head(BYTES)
        const outer = this.end
        this.end = this.at + length
        return outer
    }

    /** Goes out of it again: it has to end here. */
    leave(outer: number): void {
        this.finish()
        this.end = outer
    }

    /** What holds the items has to end here. */
    finish(): void {
        if (this.at === this.end) return
        this.item = this.at
        this.refuse(CborRefusal.Trailing)
    }

    private string(major: number, most: number): Buffer {
        const length = this.head(major)
        if (length > most || this.at + length > this.window.length) this.refuse(CborRefusal.TooLong)
        if (this.refusal !== CborRefusal.None) return hex``
        this.at += length
        return this.window.slice(this.at - length, this.at)
    }

    /** Refuses the item read last if a byte so far behind its first is not there. */
    private demand(offset: number): void {
        if (this.item + offset >= this.end) this.refuse(CborRefusal.Ended)
        else if (this.item + offset >= this.window.length) this.refuse(CborRefusal.TooLong)
    }

    /**
     * An item's first byte and argument, §3. What the argument announces has to fit into what is left.
     * @param major type that it has to be of
     * @returns the argument: of an `ARRAY` how many items follow, of a `MAP` how many pairs; of a `TAG` its number, and the item that it marks follows
     */
    head(major: number): number {
        this.item = this.at
        const first = this.window[this.at]
        // Asked here, and again in `major`, since a call takes longer than all the rest.
        if (first === undefined || this.at >= this.end) this.demand(0)
        if (first >> 5 !== major) this.refuse(CborRefusal.Type)
        let value = first & 31
        if (value > 26) this.refuse(REFUSED_INFORMATION[value - 27])
        if (value > 23) {
            const bytes = 1 << (value - 24)
            this.demand(bytes)
            if (this.refusal !== CborRefusal.None) return 0
            value = 0
            for (let i = 1; i <= bytes; i++) value = value * 256 + this.window[this.at + i]
            // Half as many bytes would do.
            if (value < (bytes === 1 ? 24 : 1 << (4 * bytes))) this.refuse(CborRefusal.NotShortest)
            this.at += bytes
        }
        this.at++
        const announced = major === MAP ? 2 * value : major >= BYTES && major <= ARRAY ? value : 0
        if (announced > this.end - this.at) this.refuse(CborRefusal.Ended)
        return this.refusal === CborRefusal.None ? value : 0
    }
}

/** For additional information 27 to 31, §3: eight bytes follow, reserved, indefinite length. */
const REFUSED_INFORMATION = [
    CborRefusal.TooLarge,
    CborRefusal.Reserved,
    CborRefusal.Reserved,
    CborRefusal.Reserved,
    CborRefusal.Indefinite,
]

/** Puts integers in the order of their encodings: 0, 1, 2, …, -1, -2, … */
function encodingRank(key: number): number {
    return key < 0 ? 0xffff_ffff - key : key
}
