/** Two ends of a session, for tests on Node. */

import { openDigest } from "../../../src/core/crypto/digest"
import type { AeadSuite } from "../../../src/core/session/aead-suite"
import { CoapCode, type CoapMessage, type CoapOption } from "../../../src/core/session/coap-message"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import { SessionRefusal } from "../../../src/core/session/refusal"
import { SecurityContext, type SharedParameters } from "../../../src/core/session/security-context"
import { SenderSequence } from "../../../src/core/session/sender-sequence"
import { type OpenedRequest, openRequest, readProtection } from "../../../src/core/session/unprotect"
import { nodeDigest } from "../../../src/host/node-digest"
import { nodeCounterMode } from "./openssl-suites"
import { allSuites } from "./suite-run"

export const pause = async () => {}
export const digest = await openDigest(nodeDigest, pause)
export const SUITES = allSuites(nodeCounterMode)
export const NAMED_SUITES = SUITES.map(suite => [suite.algorithm, suite] as const)

export const CLIENT_ID = Buffer.from([0xc1])
export const SERVER_ID = Buffer.from([0x5e, 0x01])
const COMMON = { masterSecret: Buffer.alloc(16, 0x11), masterSalt: Buffer.alloc(8, 0x22) }
export const AS_CLIENT: SharedParameters = { ...COMMON, senderId: CLIENT_ID, recipientId: SERVER_ID }
export const AS_SERVER: SharedParameters = { ...COMMON, senderId: SERVER_ID, recipientId: CLIENT_ID }

export function openEnd(suite: AeadSuite, shared: SharedParameters): Promise<SecurityContext> {
    return SecurityContext.open(suite, shared, new SenderSequence(0), digest, pause)
}

export async function openBoth(suite: AeadSuite) {
    return { client: await openEnd(suite, AS_CLIENT), server: await openEnd(suite, AS_SERVER) }
}

export function requestOf(
    payload = "",
    options: CoapOption[] = [{ number: 11, value: Buffer.from("valve") }],
): CoapMessage {
    const [messageId, token] = [0x1234, Buffer.from("aa", "hex")]
    return { type: 0, code: CoapCode.Post, messageId, token, options, payload: Buffer.from(payload) }
}

export function responseOf(payload = "", code = CoapCode.Content): CoapMessage {
    const [messageId, token] = [0x1234, Buffer.from("aa", "hex")]
    return { type: 2, code, messageId, token, options: [], payload: Buffer.from(payload) }
}

/** Over the wire. */
export function arrived(message: CoapMessage | undefined): CoapMessage {
    const { refusal, message: read } = readMessage(writeMessage(message!))
    if (refusal !== SessionRefusal.None) throw new Error(`refused with ${SessionRefusal[refusal]}`)
    return read!
}

export function served(context: SecurityContext, message: CoapMessage): Promise<OpenedRequest> {
    return openRequest(context, message, readProtection(message), pause)
}
