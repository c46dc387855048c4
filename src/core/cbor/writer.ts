/**
 * CBOR (RFC 8949) into a buffer of fixed size, in the deterministic encoding of §4.2.1: shortest lengths, definite ones only. Keys of a
 * map have to be given in the order of their encodings.
 */
import { copyOf } from "../crypto/copy-of"
import { BYTES, NEGATIVE, TEXT, UNSIGNED } from "./major"

export class CborWriter {
    /** Bytes written. */
    length = 0
    private readonly target: Buffer

    /** @param capacity in bytes; what goes beyond it throws RangeError */
    constructor(capacity: number) {
        this.target = Buffer.alloc(capacity)
    }

    /** A whole number from -2^32 to 2^32 - 1. */
    int(value: number): CborWriter {
        return value < 0 ? this.head(NEGATIVE, -1 - value) : this.head(UNSIGNED, value)
    }

    bytes(value: Buffer): CborWriter {
        return this.head(BYTES, value.length).raw(value)
    }

    /** @param value of ASCII characters */
    text(value: string): CborWriter {
        const bytes = Buffer.from(value)
        return this.head(TEXT, bytes.length).raw(bytes)
    }

    /** Bytes that are CBOR already. */
    raw(encoded: Buffer): CborWriter {
        this.reserve(encoded.length)
        this.target.set(encoded, this.length)
        this.length += encoded.length
        return this
    }

    /** A copy of what has been written. */
    finish(): Buffer {
        return copyOf(this.target, this.length)
    }

    /**
     * First byte and argument, §3: the argument itself below 24, or in the 1, 2 or 4 bytes that follow. Behind that of an `ARRAY` come so many items,
     * of a `MAP` so many keys, each with its value; behind a `TAG` the item that it marks.
     */
    head(major: number, argument: number): CborWriter {
        let information = argument
        let bits = 0
        if (argument > 23) {
            information = argument < 0x100 ? 24 : argument < 0x1_0000 ? 25 : 26
            bits = 8 << (information - 24)
        }
        this.reserve(1 + (bits >> 3))
        const { target } = this
        target[this.length++] = (major << 5) | information
        while (bits > 0) {
            bits -= 8
            target[this.length++] = (argument >>> bits) & 0xff
        }
        return this
    }

    private reserve(bytes: number): void {
        if (this.length + bytes > this.target.length)
            throw new RangeError(`CBOR of ${this.length + bytes} bytes does not fit ${this.target.length}`)
    }
}
