import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import { MESSAGE_BYTES, TOKEN_BYTES } from "./bounds"
import type { CoapMessage, CoapOption } from "./coap-message"

/** @throws RangeError if it is longer than `MESSAGE_BYTES`, its token longer than `TOKEN_BYTES`, or its options are not in order */
export function writeMessage({ type, code, messageId, token, options, payload }: CoapMessage): Buffer {
    if (token.length > TOKEN_BYTES) throw new RangeError(`a token has ${TOKEN_BYTES} bytes, not ${token.length}`)
    const head = Buffer.from([0x40 | (type << 4) | token.length, code, messageId >> 8, messageId & 255])
    return writeBody([head, token], options, payload)
}

/**
 * What messages and the plaintext of protected ones end with, RFC 7252 §3.1.
 * @param parts what stands before
 * @throws RangeError if all of it is longer than `MESSAGE_BYTES`, or the options are not in order
 */
export function writeBody(parts: Buffer[], options: CoapOption[], payload: Buffer): Buffer {
    let previous = 0
    for (const option of options) {
        const { number, value } = option
        const delta = number - previous
        if (delta < 0) throw new RangeError(`option ${number} comes behind option ${previous}`)
        previous = number
        const head = [0]
        head[0] = (extended(head, delta) << 4) | extended(head, value.length)
        parts.push(Buffer.from(head), value)
    }
    // A marker needs something behind it.
    if (payload.length > 0) parts.push(hex`ff`, payload)
    const bytes = joinBytes(parts)
    if (bytes.length > MESSAGE_BYTES)
        throw new RangeError(`a message of ${bytes.length} bytes is longer than ${MESSAGE_BYTES}`)
    return bytes
}

/** @returns the half byte that stands for a delta or length; what does not fit it goes behind `head` */
function extended(head: number[], value: number): number {
    if (value < 13) return value
    if (value < 269) {
        head.push(value - 13)
        return 13
    }
    head.push((value - 269) >> 8, (value - 269) & 255)
    return 14
}
