/** Protecting messages, RFC 8613 §8.1 and §8.3. */
import type { Pause } from "../ports"
import { CoapCode, type CoapMessage, type CoapOption, isRequest, isResponse } from "./coap-message"
import { CoapOptionNumber, isInner } from "./coap-options"
import { writeBody } from "./coap-writer"
import { associatedDataOf, Exchange } from "./exchange"
import { type NonceField, type OscoreFields, partialIvOf, writeOscoreOption } from "./oscore-option"
import { SessionRefusal } from "./refusal"
import type { SecurityContext } from "./security-context"

/** A message that can be sent, or why there is none. */
export interface Protected {
    readonly refusal: SessionRefusal
    readonly message?: CoapMessage
}

export interface ProtectedRequest extends Protected {
    /** What its response is opened with. */
    readonly exchange?: Exchange
}

/**
 * @param kudos of a KUDOS message
 * @throws RangeError if it is no request that can be protected
 * @throws StoreError if no number can be reserved; nothing was sealed
 */
export async function protectRequest(
    context: SecurityContext,
    request: CoapMessage,
    pause: Pause,
    kudos?: NonceField,
): Promise<ProtectedRequest> {
    if (!isRequest(request.code)) throw new RangeError(`code ${request.code} is not that of a request`)
    const plaintext = plaintextOf(request)
    const number = context.sequence.take()
    if (number < 0) return { refusal: -number }
    const partialIv = partialIvOf(number)
    const { senderId, idContext, algorithm } = context
    const exchange = new Exchange(associatedDataOf(algorithm, senderId, partialIv), context.nonce(senderId, partialIv))
    const sealed = await context.sender.seal(exchange.nonce, exchange.associatedData, plaintext, pause)
    const fields: OscoreFields = { partialIv, kid: senderId, kidContext: idContext, kudos }
    return { refusal: SessionRefusal.None, message: outside(request, CoapCode.Post, fields, sealed), exchange }
}

/**
 * The first response to a request has no number of its own, if the request was accepted; every other has.
 * @param exchange of the request
 * @param kudos of a KUDOS message; it has a number of its own, so the exchange has to be spent
 * @throws RangeError, StoreError as for requests
 */
export async function protectResponse(
    context: SecurityContext,
    exchange: Exchange,
    response: CoapMessage,
    pause: Pause,
    kudos?: NonceField,
): Promise<Protected> {
    if (!isResponse(response.code)) throw new RangeError(`code ${response.code} is not that of a response`)
    const plaintext = plaintextOf(response)
    const fields: OscoreFields = { kudos }
    let { nonce } = exchange
    if (exchange.spent) {
        const number = context.sequence.take()
        if (number < 0) return { refusal: -number }
        fields.partialIv = partialIvOf(number)
        nonce = context.nonce(context.senderId, fields.partialIv)
    }
    // Before anything waits: another response may be on its way meanwhile.
    exchange.spent = true
    const sealed = await context.sender.seal(nonce, exchange.associatedData, plaintext, pause)
    return { refusal: SessionRefusal.None, message: outside(response, CoapCode.Changed, fields, sealed) }
}

/** What goes into the ciphertext, §5.3. */
function plaintextOf({ code, options, payload }: CoapMessage): Buffer {
    const inner: CoapOption[] = []
    for (const option of options) {
        if (option.number === CoapOptionNumber.Oscore) throw new RangeError("the message is protected already")
        if (isInner(option.number)) inner.push(option)
    }
    return writeBody([Buffer.from([code])], inner, payload)
}

/** What everybody sees, §4. */
function outside(message: CoapMessage, code: CoapCode, fields: OscoreFields, sealed: Buffer): CoapMessage {
    const { type, messageId, token } = message
    const options: CoapOption[] = []
    // The one that stays outside has a lower number than the one that comes.
    for (const option of message.options) if (!isInner(option.number)) options.push(option)
    options.push({ number: CoapOptionNumber.Oscore, value: writeOscoreOption(fields) })
    return { type, code, messageId, token, options, payload: sealed }
}
