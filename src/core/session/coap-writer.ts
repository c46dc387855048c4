import { copyOf } from "../crypto/copy-of"
import { MESSAGE_BYTES, TOKEN_BYTES } from "./bounds"
import type { CoapMessage, CoapOption } from "./coap-message"

/** @throws RangeError if it is longer than `MESSAGE_BYTES`, its token longer than `TOKEN_BYTES`, or its options are not in order */
export function writeMessage(message: CoapMessage): Buffer {
    const { type, code, messageId, token, options, payload } = message
    if (token.length > TOKEN_BYTES) throw new RangeError(`a token has ${TOKEN_BYTES} bytes, not ${token.length}`)
    return new CoapWriter()
        .byte(0x40 | (type << 4) | token.length)
        .byte(code)
        .byte(messageId >> 8)
        .byte(messageId & 255)
        .raw(token)
        .options(options)
        .payload(payload)
        .finish()
}

/** Writes what messages and the plaintext of protected ones are made of, RFC 7252 §3. */
export class CoapWriter {
    private readonly target: Buffer = Buffer.alloc(MESSAGE_BYTES)
    private length = 0

    byte(value: number): CoapWriter {
        this.reserve(1)
        this.target[this.length++] = value
        return this
    }

    raw(bytes: Buffer): CoapWriter {
        this.reserve(bytes.length)
        this.target.set(bytes, this.length)
        this.length += bytes.length
        return this
    }

    options(options: CoapOption[]): CoapWriter {
        let previous = 0
        for (const option of options) {
            const { number, value } = option
            const delta = number - previous
            if (delta < 0) throw new RangeError(`option ${number} comes behind option ${previous}`)
            this.byte((nibble(delta) << 4) | nibble(value.length))
            this.extended(delta)
            this.extended(value.length)
            this.raw(value)
            previous = number
        }
        return this
    }

    /** @param bytes none if it is empty, since a marker needs something behind it */
    payload(bytes: Buffer): CoapWriter {
        return bytes.length > 0 ? this.byte(0xff).raw(bytes) : this
    }

    finish(): Buffer {
        return copyOf(this.target, this.length)
    }

    private extended(value: number): void {
        if (value >= 269) this.byte((value - 269) >> 8)
        if (value >= 13) this.byte((value - (value >= 269 ? 269 : 13)) & 255)
    }

    private reserve(bytes: number): void {
        if (this.length + bytes > MESSAGE_BYTES)
            throw new RangeError(`a message of ${this.length + bytes} bytes is longer than ${MESSAGE_BYTES}`)
    }
}

function nibble(value: number): number {
    if (value < 13) return value
    return value < 269 ? 13 : 14
}
