/** Pairing, at the hub: EDHOC-PSK over CoAP (RFC 9528 appendix A.2). */
import type { Digest } from "../../crypto/digest"
import { joinBytes } from "../../crypto/join-bytes"
import type { Pause } from "../../ports"
import { CoapCode, type CoapMessage } from "../coap-message"
import { pskCredential } from "../edhoc/credential"
import type { EphemeralKey } from "../edhoc/ephemeral-key"
import { EdhocInitiator } from "../edhoc/initiator"
import { EdhocState } from "../edhoc/states"
import type { CipherSuite } from "../edhoc/suites"
import { SessionRefusal } from "../refusal"
import type { SessionKeys } from "../session-keys"
import { type Ask, newRequest } from "./hub-session"

const PATH = [".well-known", "edhoc"]
const FIRST = 0xf5

export interface PairPorts {
    readonly digest: Digest
    readonly pause: Pause
    readonly suite: CipherSuite
    readonly ephemeral: EphemeralKey
    /** By which the device is to name its messages: one byte. */
    readonly connectionId: Buffer
    /** Puts the keys on record. */
    keep(keys: SessionKeys): Promise<void>
}

/** How a pairing ended. */
export interface PairingEnd {
    /** 0 if both have the same keys, and nobody else; or why not: a reason of docs/session-keys.md or docs/session.md. */
    readonly refusal: number
    /** What the device says why it refused. It is not proved that the device said it. */
    readonly hint: string
}

/**
 * @param name of the secret: `secretName` of the device's pairing
 * @param secret 16 bytes
 */
export async function pair(ports: PairPorts, name: Buffer, secret: Buffer, ask: Ask): Promise<PairingEnd> {
    const { suite, ephemeral, connectionId } = ports
    const initiator = new EdhocInitiator(ports, {
        suites: [suite],
        selected: 0,
        ephemeral,
        connectionId,
        credential: pskCredential(secret, name),
    })
    let head: Buffer = Buffer.from([FIRST])
    let message: Buffer | undefined = initiator.start()
    for (let id = 0; message; id++) {
        const answer: CoapMessage | undefined = await ask(
            newRequest(id, CoapCode.Post, PATH, joinBytes([head, message])),
        )
        if (!answer) {
            initiator.giveUp()
            return { refusal: SessionRefusal.NoAnswer, hint: "" }
        }
        message = await initiator.receive(answer.payload)
        if (initiator.state === EdhocState.Aborted) break
        head = initiator.peerId()
    }
    return { refusal: initiator.refusal, hint: initiator.hint }
}
