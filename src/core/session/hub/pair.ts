/** Pairing, at the hub: EDHOC-PSK over CoAP (RFC 9528 appendix A.2). */
import type { Digest } from "../../crypto/digest"
import { joinBytes } from "../../crypto/join-bytes"
import type { Pause } from "../../ports"
import { CoapCode } from "../coap-message"
import { type PskCredential, pskCredential } from "../edhoc/credential"
import type { EphemeralKey } from "../edhoc/ephemeral-key"
import { suiteAfter } from "../edhoc/error-message"
import { EdhocInitiator } from "../edhoc/initiator"
import { EdhocRefusal } from "../edhoc/refusal"
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
    /** All that the hub has, in an order of preference that never changes. */
    readonly suites: readonly CipherSuite[]
    /** Makes a key of a curve. */
    makeKey(curve: number): Promise<EphemeralKey>
    /** By which the device is to name its messages: one byte. */
    readonly connectionId: Buffer
    /** Puts the keys on record, and what they are used with. */
    keep(keys: SessionKeys, suite: CipherSuite): Promise<void>
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
    const { suites } = ports
    let selected = 0
    for (;;) {
        const initiator = await initiated(ports, selected, pskCredential(secret, name), ask)
        if (!initiator) return { refusal: SessionRefusal.NoAnswer, hint: "" }
        const { refusal, hint, suitesOfResponder } = initiator
        if (suitesOfResponder.length === 0) return { refusal, hint }
        // The device has other suites: once more, with the best of those.
        const next = suiteAfter(suites, selected, suitesOfResponder)
        if (next.refusal !== EdhocRefusal.None) return { refusal: next.refusal, hint }
        selected = next.index
    }
}

/** @returns an end of EDHOC that has ended; undefined if no answer came */
async function initiated(
    ports: PairPorts,
    selected: number,
    credential: PskCredential,
    ask: Ask,
): Promise<EdhocInitiator | undefined> {
    const { digest, pause, suites, connectionId, makeKey, keep } = ports
    const suite = suites[selected]
    const initiator = new EdhocInitiator(
        { digest, pause, keep: async keys => await keep(keys, suite) },
        { suites, selected, ephemeral: await makeKey(suite.curve), connectionId, credential },
    )
    let head: Buffer = Buffer.from([FIRST])
    let message: Buffer | undefined = initiator.start()
    for (let id = 0; message; id++) {
        const answer = await ask(newRequest(id, CoapCode.Post, PATH, joinBytes([head, message])))
        if (!answer) {
            initiator.giveUp()
            return undefined
        }
        message = await initiator.receive(answer.payload)
        if (initiator.state === EdhocState.Aborted) break
        head = initiator.peerId()
    }
    return initiator
}
