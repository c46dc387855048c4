import { copyOf } from "../crypto/copy-of"
import { MESSAGE_BYTES, MOST_OPTIONS, TOKEN_BYTES } from "./bounds"
import { CoapCode, type CoapMessage, type CoapOption, CoapType, isRequest, isResponse } from "./coap-message"
import { INNER, OPTION_RULES, REPEATS, RULE_BYTES } from "./coap-options"
import { SessionRefusal } from "./refusal"

/** What became of bytes. */
export interface ReadMessage {
    /** `None`: all of it is sound. */
    readonly refusal: SessionRefusal
    /** Undefined if its head is refused. If something behind its head is, it has neither options nor payload: enough to answer. */
    readonly message: CoapMessage | undefined
}

/** Reads a message as it comes in a datagram or a frame, RFC 7252 §3. */
export function readMessage(bytes: Buffer): ReadMessage {
    if (bytes.length > MESSAGE_BYTES) return refused(SessionRefusal.TooLong)
    // What holds the bytes may be used again while the message is worked with.
    const own = copyOf(bytes)
    if (own.length < 4) return refused(SessionRefusal.Ended)
    if (own[0] >> 6 !== 1) return refused(SessionRefusal.Version)
    const tokenLength = own[0] & 15
    if (tokenLength > TOKEN_BYTES) return refused(SessionRefusal.TokenLength)
    const type: CoapType = (own[0] >> 4) & 3
    const code = own[1]
    if (code === CoapCode.Empty && own.length > 4) return refused(SessionRefusal.EmptyMessage)
    if (code !== CoapCode.Empty && !isRequest(code) && !isResponse(code)) return refused(SessionRefusal.Code)
    if (!isCarriedIn(code, type)) return refused(SessionRefusal.Type)
    const start = 4 + tokenLength
    if (start > own.length) return refused(SessionRefusal.Ended)
    const body = new Body(own, start, false)
    const sound = body.refusal === SessionRefusal.None
    return {
        refusal: body.refusal,
        message: {
            type,
            code,
            messageId: (own[2] << 8) | own[3],
            token: own.slice(4, start),
            options: sound ? body.options : [],
            payload: sound ? body.payload : Buffer.alloc(0),
        },
    }
}

function refused(refusal: SessionRefusal): ReadMessage {
    return { refusal, message: undefined }
}

/** RFC 7252 §4.3, table 1. */
function isCarriedIn(code: number, type: CoapType): boolean {
    if (code === CoapCode.Empty) return type !== CoapType.NonConfirmable
    return type <= (isRequest(code) ? CoapType.NonConfirmable : CoapType.Acknowledgement)
}

/** Options and payload, which are framed alike in a message and in what OSCORE protects (RFC 7252 §3.1, RFC 8613 §5.3). */
export class Body {
    /** The first thing wrong; then options and payload are not to be used. */
    refusal: SessionRefusal = SessionRefusal.None
    /** Those that are known, in the order of their numbers. */
    readonly options: CoapOption[] = []
    payload: Buffer = Buffer.alloc(0)

    /**
     * Looks at `MOST_OPTIONS` options and one more at most, whatever the bytes are. A call costs more than all else here, so there are few.
     * @param start offset of the first option
     * @param inside whether this is what OSCORE protects, where options that belong outside are refused
     */
    constructor(bytes: Buffer, start: number, inside: boolean) {
        const { length } = bytes
        let [refusal, at, number] = [SessionRefusal.None, start, 0]
        for (let count = 0; at < length && refusal === SessionRefusal.None; count++) {
            const head = bytes[at++]
            if (head === 0xff) {
                if (at === length) refusal = SessionRefusal.PayloadMarker
                this.payload = bytes.slice(at, length)
                break
            }
            let delta = head >> 4
            let size = head & 15
            const wide = at + (delta > 12 ? delta - 12 : 0)
            const value = wide + (size > 12 ? size - 12 : 0)
            if (count === MOST_OPTIONS) refusal = SessionRefusal.TooManyOptions
            else if (delta === 15 || size === 15) refusal = SessionRefusal.OptionHead
            else if (value > length) refusal = SessionRefusal.Ended
            if (refusal !== SessionRefusal.None) break
            if (delta > 12) delta = extended(bytes, at, wide)
            if (size > 12) size = extended(bytes, wide, value)
            number += delta
            at = value + size
            if (at > length) refusal = SessionRefusal.Ended
            else if (number > 0xffff) refusal = SessionRefusal.OptionNumber
            if (refusal !== SessionRefusal.None) break
            let isKnown = false
            for (let row = 0; row < OPTION_RULES.length; row += RULE_BYTES) {
                if (OPTION_RULES[row] !== number) continue
                const rule = OPTION_RULES[row + 3]
                isKnown = size >= OPTION_RULES[row + 1] && size <= OPTION_RULES[row + 2]
                if (delta === 0 && (rule & REPEATS) === 0) isKnown = false
                if (isKnown && inside && (rule & INNER) === 0) refusal = SessionRefusal.InnerOption
            }
            if (isKnown) this.options.push({ number, value: bytes.slice(value, at) })
            else if ((number & 1) === 1) refusal = SessionRefusal.BadOption
        }
        this.refusal = refusal
    }
}

/** A delta or length that takes one byte or two of its own, from `at` to `end`. */
function extended(bytes: Buffer, at: number, end: number): number {
    return end - at === 1 ? bytes[at] + 13 : ((bytes[at] << 8) | bytes[at + 1]) + 269
}
