/** What a refused request is answered with, RFC 7252 §5.4.1 and RFC 8613 §8.2. */
import { CoapCode, type CoapMessage, CoapType, optionValue } from "./coap-message"
import { CoapOptionNumber } from "./coap-options"
import { SessionRefusal } from "./refusal"
import type { ReplayWindow } from "./replay-window"

interface Answer {
    readonly refusal: SessionRefusal
    readonly code: CoapCode
}

/** What is not listed is not answered: whoever cannot frame a message would not read an answer either. */
const ANSWERS: Answer[] = [
    { refusal: SessionRefusal.BadOption, code: CoapCode.BadOption },
    { refusal: SessionRefusal.InnerOption, code: CoapCode.BadOption },
    { refusal: SessionRefusal.Flags, code: CoapCode.BadOption },
    { refusal: SessionRefusal.OptionLength, code: CoapCode.BadOption },
    { refusal: SessionRefusal.PartialIv, code: CoapCode.BadOption },
    { refusal: SessionRefusal.Fields, code: CoapCode.BadOption },
    { refusal: SessionRefusal.ContextUnknown, code: CoapCode.Unauthorized },
    { refusal: SessionRefusal.Replayed, code: CoapCode.Unauthorized },
    { refusal: SessionRefusal.EchoWanted, code: CoapCode.Unauthorized },
    { refusal: SessionRefusal.Authentication, code: CoapCode.BadRequest },
    { refusal: SessionRefusal.KeysWanted, code: CoapCode.Unauthorized },
    { refusal: SessionRefusal.NobodyKnown, code: CoapCode.Unauthorized },
]

/** @returns `Empty` if there is to be no answer */
export function answerCode(refusal: SessionRefusal): CoapCode {
    for (const answer of ANSWERS) if (answer.refusal === refusal) return answer.code
    return CoapCode.Empty
}

/** A response to a request, with nothing in it but its code; in an acknowledgement if the request asks for one (RFC 7252 §5.2.1). */
export function bareResponse(request: CoapMessage, code: CoapCode): CoapMessage {
    const type = request.type === CoapType.Confirmable ? CoapType.Acknowledgement : CoapType.NonConfirmable
    const { messageId, token } = request
    return { type, code, messageId, token, options: [], payload: Buffer.alloc(0) }
}

/** What answers `EchoWanted`, to be protected: 4.01 with what the sender has to say again, and nothing else (RFC 8613 appendix B.1.2). */
export function echoResponse(request: CoapMessage, { echo }: ReplayWindow): CoapMessage {
    const response = bareResponse(request, CoapCode.Unauthorized)
    if (echo) response.options.push({ number: CoapOptionNumber.Echo, value: echo })
    return response
}

/** The request as it has to be sent again, protected anew, if its response wants that; undefined if it does not. */
export function requestWithEcho(request: CoapMessage, response: CoapMessage): CoapMessage | undefined {
    if (response.code !== CoapCode.Unauthorized) return undefined
    const value = optionValue(response.options, CoapOptionNumber.Echo)
    if (value === undefined) return undefined
    const options = request.options.filter(option => option.number < CoapOptionNumber.Echo)
    options.push({ number: CoapOptionNumber.Echo, value })
    const { type, code, messageId, token, payload } = request
    return { type, code, messageId, token, options, payload }
}
