/** What a refused request is answered with, RFC 7252 §5.4.1 and RFC 8613 §8.2. */
import { hex } from "../crypto/hex"
import { CoapCode, type CoapMessage, CoapType } from "./coap-message"
import type { SessionRefusal } from "./refusal"

/**
 * Pairs of a `SessionRefusal` and the code that answers it. What is not listed is not answered: whoever cannot frame a message would not read an answer
 * either.
 */
const ANSWERS = hex`
    8282 8d82 8e82 8f82 9082 9482
    9181 9281 9981 9a81
    9380`

/** @returns `Empty` if there is to be no answer */
export function answerCode(refusal: SessionRefusal): CoapCode {
    for (let at = 0; at < ANSWERS.length; at += 2) if (ANSWERS[at] === refusal) return ANSWERS[at + 1]
    return CoapCode.Empty
}

/** A response to a request, in an acknowledgement if the request asks for one (RFC 7252 §5.2.1). */
export function responseTo(request: CoapMessage, code: CoapCode, payload: Buffer): CoapMessage {
    const type = request.type === CoapType.Confirmable ? CoapType.Acknowledgement : CoapType.NonConfirmable
    const { messageId, token } = request
    return { type, code, messageId, token, options: [], payload }
}
