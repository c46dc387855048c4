/** Opening protected messages, RFC 8613 §8.2 and §8.4. */
import type { Pause } from "../ports"
import { type CoapMessage, type CoapOption, isRequest, isResponse, optionValue } from "./coap-message"
import { CoapOptionNumber } from "./coap-options"
import { Body } from "./coap-reader"
import { associatedDataOf, Exchange } from "./exchange"
import { type OscoreFields, type ReadFields, readOscoreOption, sequenceNumberOf } from "./oscore-option"
import { SessionRefusal } from "./refusal"
import type { SecurityContext } from "./security-context"

/** What became of a protected message. */
export interface Opened {
    readonly refusal: SessionRefusal
    /** The message inside, if it is to be served. */
    readonly message?: CoapMessage
}

export interface OpenedRequest extends Opened {
    /** There if a holder of the key has sealed the request, served or not: what its answer is protected with. Without one, an answer is plain. */
    readonly exchange?: Exchange
    /** There with `exchange`: what the request was opened under. */
    readonly context?: SecurityContext
}

/** @returns the headers of a protected message; `NotProtected` if it is none */
export function readProtection(message: CoapMessage): ReadFields {
    const value = optionValue(message.options, CoapOptionNumber.Oscore)
    if (value === undefined || message.payload.length === 0) return { refusal: SessionRefusal.NotProtected }
    return readOscoreOption(value)
}

/** Whether a request that has these headers is one for this context. */
export function isFor(context: SecurityContext, { kid, kidContext }: OscoreFields): boolean {
    if (kid === undefined || !same(kid, context.recipientId)) return false
    return kidContext === undefined || (context.idContext !== undefined && same(kidContext, context.idContext))
}

/** @param fields of that request, by which the context was found */
export async function openRequest(
    context: SecurityContext,
    request: CoapMessage,
    fields: ReadFields,
    pause: Pause,
): Promise<OpenedRequest> {
    await pause()
    const { partialIv, kid } = fields
    if (fields.refusal !== SessionRefusal.None) return { refusal: fields.refusal }
    if (partialIv === undefined || kid === undefined) return { refusal: SessionRefusal.Fields }
    if (!isFor(context, fields)) return { refusal: SessionRefusal.ContextUnknown }
    const { window, recipientId, algorithm } = context
    const number = sequenceNumberOf(partialIv)
    if (!window.admits(number)) return { refusal: SessionRefusal.Replayed }
    const exchange = new Exchange(associatedDataOf(algorithm, kid, partialIv), context.nonce(recipientId, partialIv))
    const plaintext = await context.recipient.open(exchange.nonce, exchange.associatedData, request.payload, pause)
    if (plaintext === undefined) return { refusal: SessionRefusal.Authentication }
    // Nothing waits from here on: what is decided about the number and taking it in are one step.
    const inside = readInside(request, plaintext, isRequest)
    if (!window.accept(number)) return { refusal: SessionRefusal.Replayed }
    return { refusal: inside.refusal, message: inside.message, exchange, context }
}

/** @param exchange of the request that this is the response to */
export async function openResponse(
    context: SecurityContext,
    exchange: Exchange,
    response: CoapMessage,
    pause: Pause,
): Promise<Opened> {
    await pause()
    const { refusal, partialIv, kid, kidContext } = readProtection(response)
    if (refusal !== SessionRefusal.None) return { refusal }
    if (kid !== undefined || kidContext !== undefined) return { refusal: SessionRefusal.Fields }
    if (exchange.spent) return { refusal: SessionRefusal.Answered }
    const nonce = partialIv ? context.nonce(context.recipientId, partialIv) : exchange.nonce
    const plaintext = await context.recipient.open(nonce, exchange.associatedData, response.payload, pause)
    if (plaintext === undefined) return { refusal: SessionRefusal.Authentication }
    // Asked again: another may have been opened meanwhile.
    if (exchange.spent) return { refusal: SessionRefusal.Answered }
    exchange.spent = true
    return readInside(response, plaintext, isResponse)
}

/** The message inside, with what stands outside and belongs to it: options of class E that stand there do not. */
function readInside(outside: CoapMessage, plaintext: Buffer, isOfKind: (code: number) => boolean): Opened {
    const code = plaintext[0]
    if (code === undefined || !isOfKind(code)) return { refusal: SessionRefusal.Code }
    const body = new Body(plaintext, 1, true)
    if (body.refusal !== SessionRefusal.None) return { refusal: body.refusal }
    const { type, messageId, token } = outside
    const options: CoapOption[] = []
    // Those outside have lower numbers than all inside: they are in order.
    for (const option of outside.options) if (option.number === CoapOptionNumber.UriHost) options.push(option)
    for (const option of body.options) options.push(option)
    return {
        refusal: SessionRefusal.None,
        message: { type, code, messageId, token, options, payload: body.payload },
    }
}

/** Of what everybody sees: it need not be compared in constant time. */
export function same(a: Buffer, b: Buffer): boolean {
    if (a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
    return true
}
