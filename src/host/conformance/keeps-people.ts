import { CoapCode } from "../../core/session/coap-message"
import { readMessage } from "../../core/session/coap-reader"
import { writeMessage } from "../../core/session/coap-writer"
import { newRequest } from "../../core/session/hub/hub-session"
import type { UnitLink } from "../unit/unit-link"

/** Whether a device can have people, whom it serves inside sessions: it says of a request without a seal that it wants one. @throws LinkError */
export async function keepsPeople(link: UnitLink): Promise<boolean> {
    const frame = writeMessage(newRequest(0, CoapCode.Get, ["people"], Buffer.alloc(0)))
    const { answer } = await link.call("exchange", { frame: new Uint8Array(frame) })
    return readMessage(Buffer.from(answer as Uint8Array)).message?.code === CoapCode.Unauthorized
}
